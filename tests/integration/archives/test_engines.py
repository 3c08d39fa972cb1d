"""Spark and Ray Data, each in its local mode, through the command: the same rows from both, none missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from factwire.enricher.mapping import enrich_article
from factwire.extraction.pipeline import open_pipeline
from factwire.formats.json import read_json

SAMPLES = sorted((Path(__file__).parents[3] / "examples" / "articles").glob("*.json"))
BROKEN = {"article_id": "broken", "revision": 1}


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    """Events by article, as the core alone gives them."""
    pipeline = open_pipeline()
    events = (enrich_article(read_json(path.read_bytes()), pipeline) for path in SAMPLES)
    return {event.article_id: event.model_dump_json() for event in events}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two files, as archives have many; one row in the second is no article."""
    articles = [json.loads(path.read_bytes()) for path in SAMPLES]
    folder = tmp_path / "news"
    folder.mkdir()
    for number, rows in enumerate((articles[:20], [*articles[20:], BROKEN])):
        pq.write_table(pa.table({"article": [json.dumps(row) for row in rows]}), folder / f"{number}.parquet")
    return folder


@pytest.mark.parametrize("engine", ["spark", "ray"])
def test_an_archive_comes_out_enriched_row_by_row(engine, archive, tmp_path, expected):
    target = tmp_path / "enriched"
    command = [sys.executable, "-m", "factwire.cli.main", "archive", str(archive), str(target), "--engine", engine]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr[-3000:]
    rows = pq.read_table(target).to_pylist()
    assert len(rows) == len(SAMPLES) + 1
    assert {row["article_id"]: row["event"] for row in rows if not row["fault"]} == expected
    (faulty,) = (row for row in rows if row["fault"])
    assert faulty["fault"] == "body or title must hold text"
    assert json.loads(faulty["fault_row"]) == {"article": json.dumps(BROKEN)}
