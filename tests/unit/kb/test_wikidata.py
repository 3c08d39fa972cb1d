"""A dump in the real format: what is kept, as which row, and that a stopped run goes on where it was."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from factwire.errors import ConfigurationError, InvalidInput
from factwire.kb.build import build_file
from factwire.kb.dump import extract
from factwire.kb.load import load_catalogue
from factwire.kb.wikidata import Filter, rows_in


def claim(value: Any, rank: str = "normal") -> dict[str, Any]:
    return {"mainsnak": {"snaktype": "value", "datavalue": {"value": value}}, "rank": rank}


def item(entity_id: str, label: str, links: int, **claims: Any) -> bytes:
    return orjson.dumps(
        {
            "type": "item",
            "id": entity_id,
            "labels": {"en": {"language": "en", "value": label}},
            "aliases": {"en": [{"language": "en", "value": f"{label} too"}]},
            "claims": {name: [claim(v) for v in values] for name, values in claims.items()},
            "sitelinks": {f"wiki{n}": {"title": label} for n in range(links)},
        }
    )


PERSON = item(
    "Q900010", "Orla Brannigan", 12, P31=[{"id": "Q5"}], P27=[{"id": "Q148"}], P21=[{"id": "Q6581072"}],
    P569=[{"time": "+1961-05-02T00:00:00Z"}],
)  # fmt: skip
COMPANY = item("Q900011", "Brimstead Pumps", 3, P31=[{"id": "Q4830453"}], P249=["BRIM"], P17=[{"id": "Q30"}])
GENE = item("Q900012", "ABC1", 40, P31=[{"id": "Q7187"}])
LINES = [b"[\n", PERSON + b",\n", COMPANY + b",\n", GENE + b"\n", b"]\n"]


def code(entity_id: str) -> str:
    return {"Q148": "CN", "Q30": "US"}.get(entity_id, "")


def kept(text: str) -> list[dict[str, str]]:
    return [row for _, row in rows_in(LINES, Filter.parse(text), code) if row is not None]


def test_item_becomes_a_row() -> None:
    assert kept("table=people") == [
        {
            "table": "people", "id": "Q900010", "name": "Orla Brannigan", "aliases": "Orla Brannigan too",
            "country": "CN", "prior": "8", "gender": "f", "born": "1961",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ["Q900010", "Q900011"]),
        ("sitelinks>=10", ["Q900010"]),
        ("table=companies,people and country=US", ["Q900011"]),
        ("country=FR", []),
    ],
)
def test_filter_says_what_is_kept(text: str, ids: list[str]) -> None:
    assert [row["id"] for row in kept(text)] == ids


@pytest.mark.parametrize("text", ["sitelinks>10", "colour=red", "table>=people", "sitelinks=5"])
def test_bad_condition_is_named(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no condition"):
        Filter.parse(text)


@pytest.mark.parametrize(
    ("ending", "pack"), [(".json", bytes), (".json.gz", gzip.compress), (".json.bz2", bz2.compress)]
)
def test_dump_is_compiled_with_the_tables(tables: Path, tmp_path: Path, ending: str, pack: Any) -> None:
    dump = tmp_path / f"dump{ending}"
    dump.write_bytes(pack(b"".join(LINES)))
    rows = extract(dump, tmp_path / "big.kb", Filter.parse(""), code)
    catalogue = load_catalogue(build_file(tmp_path / "big.kb", tables, cities=False, extracted=rows))
    assert [c.record.id for c in catalogue.lookup("Brannigan")] == ["Q900010"]
    assert [c.record.id for c in catalogue.lookup("China")] == ["Q148"]


class Stopped(Exception):
    """Somebody pulled the plug."""


def test_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    dump, target = tmp_path / "dump.json", tmp_path / "big.kb"
    dump.write_bytes(b"".join(LINES))
    asked: Iterator[int] = iter(range(100))

    def failing(entity_id: str) -> str:
        if next(asked) == 1:
            raise Stopped
        return code(entity_id)

    with pytest.raises(Stopped):
        extract(dump, target, Filter.parse(""), failing, step=2)
    rows = extract(dump, target, Filter.parse(""), code, step=2)
    assert [orjson.loads(line)["id"] for line in rows.read_bytes().splitlines()] == ["Q900010", "Q900011"]


def test_missing_dump_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such dump"):
        extract(tmp_path / "none.json", tmp_path / "big.kb", Filter.parse(""), code)
