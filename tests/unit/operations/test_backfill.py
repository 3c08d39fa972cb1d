"""Archives of every kind and packing are read article by article; what is bad is reported and costs nothing else."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import InvalidInput, InvalidRecord, TransientError
from factwire.operations.backfill import Backfill, Order, Progress
from factwire.operations.backfill_files import find_files
from factwire.operations.backfill_state import Checkpoint, Report
from factwire.streaming.records import Outgoing

NOW = datetime(2026, 1, 12, tzinfo=UTC)
LINES = b'{"article_id": "a", "title": "Mill"}\n{"article_id": "b", "title": "Port"}\n'
PAGE = b"<html><head><title>Mill</title></head><body><p>The mill made 40 tonnes.</p></body></html>"
NINJS = json.dumps(
    {
        "uri": "urn:n:1",
        "version": "1",
        "versioncreated": "2026-01-12T09:00:00Z",
        "headline": "Mill",
        "body_text": "40 t.",
    }
).encode()
JSONLD = b'{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Mill", "articleBody": "40 tonnes."}'
RSS = b"<rss version='2.0'><channel><title>x</title><item><title>Mill</title></item></channel></rss>"


class Kept:
    """The log as a list. ``away``: how often it is away first."""

    def __init__(self, away: int = 0) -> None:
        self.records: list[Outgoing] = []
        self.away = away

    async def append(self, records: Sequence[Outgoing]) -> Mapping[int, InvalidRecord]:
        if self.away > 0:
            self.away -= 1
            raise TransientError("the broker is away")
        self.records += records
        return {}

    @property
    def titles(self) -> list[str | None]:
        return [json.loads(record.value or b"")["title"] for record in self.records]


def run(
    paths: list[Path], log: Kept | None, state: Path | None = None, report: Path | None = None, **given
) -> Progress:
    checkpoint = Checkpoint.load(state)
    refused = Report(report, checkpoint.report_bytes)
    options = {"format": None, "renames": {}, "rate": 0.0, **given}
    job = Backfill(Order(find_files(paths), **options), log, checkpoint, refused, lambda: NOW, lambda _: None)
    try:
        return asyncio.run(job.run())
    finally:
        refused.close()


def warc() -> bytes:
    """As crawlers write it: every record a gzip member of its own."""
    return b"".join(
        gzip.compress(warc_record(f"https://news.example{path}", kind, body))
        for path, kind, body in (("/a", "text/html; charset=utf-8", PAGE), ("/b.png", "image/png", b"\x89PNG"))
    )


def warc_record(url: str, kind: str, body: bytes) -> bytes:
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-12T09:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789012>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def parquet() -> bytes:
    out = io.BytesIO()
    rows = [{"article_id": "a", "title": "Mill", "published_at": NOW}, {"article_id": "b", "title": None, "body": None}]
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "articles", "refused"),
    [
        ("a.jsonl", LINES, 2, 0),
        ("a.json", b"[" + LINES.strip().replace(b"\n", b",") + b"]", 2, 0),
        ("a.json", json.dumps(json.loads(LINES.splitlines()[0]), indent=2).encode(), 1, 0),
        ("without-name", LINES, 2, 0),
        ("a.json", NINJS, 1, 0),
        ("a.jsonl", NINJS + b"\n" + JSONLD + b"\n" + LINES, 4, 0),
        ("a.html", PAGE, 1, 0),
        ("a.txt", b"The mill made 40 tonnes.", 1, 0),
        ("a.rss", RSS, 1, 0),
        ("a.warc", warc(), 1, 0),
        ("a.parquet", parquet(), 1, 1),
        ("a.jsonl", b'{"broken\n' + LINES + b"[1]\nnull\n", 2, 3),
        ("a.json", b'{"broken\n' + LINES, 2, 1),
        ("a.jsonl", b'{"title": "U+0000 \\u0000"}\n' + LINES, 2, 1),
        ("a.bin", b"\x00\x01\x02", 0, 1),
        ("a.html", b"", 0, 1),
        ("a.parquet", b"PAR1 and no more", 0, 1),
        ("a.warc", b"WARC/1.0\r\nbroken", 0, 1),
    ],
)
@pytest.mark.parametrize("packing", ["", ".gz", ".zst", ".zip"])
def test_every_format_is_read_in_every_packing(tmp_path, name, content, articles, refused, packing) -> None:
    path = tmp_path / f"{name}{packing}"
    path.write_bytes(packed(content, packing, name))
    log = Kept()
    done = run([path], log)
    assert (done.published, done.refused) == (articles, refused)
    assert len(log.records) == articles


def packed(content: bytes, packing: str, name: str) -> bytes:
    if packing == ".zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return out.getvalue()
    return {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[packing](content)


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_a_packed_file_that_breaks_off_is_reported_and_the_next_is_read(tmp_path, packing) -> None:
    whole = packed(b"".join(b'{"article_id": "%d", "title": "T"}\n' % n for n in range(20_000)), packing, "x")
    (tmp_path / f"a.jsonl{packing}").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.jsonl").write_bytes(LINES)
    log, report = Kept(), tmp_path / ".report"
    done = run([tmp_path], log, report=report)
    assert log.titles[-2:] == ["Mill", "Port"]
    assert done.refused == 1
    assert "cannot be read on" in report.read_text()


def test_a_line_longer_than_an_article_is_refused_without_being_held(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(LINES)
        file.writelines(b"x" * 1_000_000 for _ in range(40))
        file.write(b"\n" + LINES)
    assert (run([path], log := Kept()).refused, len(log.records)) == (1, 4)


def test_the_report_says_where_and_why(tmp_path) -> None:
    path, report = tmp_path / "a.jsonl", tmp_path / "report.jsonl"
    path.write_bytes(LINES + b'{"title": "x", "revision": 0}\n')
    run([path], Kept(), report=report)
    (said,) = map(json.loads, report.read_text().splitlines())
    assert (said["file"], said["place"], said["field"]) == (str(path), 3, "/revision")
    assert "greater than or equal to 1" in said["reason"]


def test_a_dry_run_publishes_and_notes_nothing(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES)
    assert run([path], None).published == 2
    assert [one.name for one in tmp_path.iterdir()] == ["a.jsonl"]


def test_fields_of_other_names_are_mapped(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "7", "text": "40 tonnes", "site": "mill.example", "title": "T"}\n')
    log = Kept()
    run([path], log, renames={"id": "article_id", "text": "body", "site": "source.id"})
    article = json.loads(log.records[0].value or b"")
    assert (article["article_id"], article["body"], article["source"]["id"]) == ("7", "40 tonnes", "mill.example")


def test_a_second_run_goes_on_where_the_first_one_stopped(tmp_path) -> None:
    path, state = tmp_path / "a.jsonl", tmp_path / ".state"
    path.write_bytes(b"".join(b'{"article_id": "%d", "title": "T%d"}\n' % (n, n) for n in range(1200)))

    class Dies(Kept):
        async def append(self, records: Sequence[Outgoing]) -> Mapping[int, InvalidRecord]:
            if len(self.records) >= 500:
                raise KeyboardInterrupt
            return await super().append(records)

    first, second = Dies(), Kept()
    with pytest.raises(KeyboardInterrupt):
        run([path], first, state)
    done = run([path], second, state)
    assert done.skipped == 500
    assert first.titles + second.titles == [f"T{n}" for n in range(1200)]
    assert run([path], Kept(), state).published == 0


def test_what_a_killed_run_reported_too_early_is_not_reported_twice(tmp_path) -> None:
    path, state, report = tmp_path / "a.jsonl", tmp_path / ".state", tmp_path / ".report"
    path.write_bytes(b"broken\n" + LINES)
    report.write_bytes(b'{"from": "a run that was killed before its checkpoint"}\n')
    run([path], Kept(), state, report)
    assert [json.loads(line)["place"] for line in report.read_text().splitlines()] == [1]


def test_a_broker_that_is_away_is_waited_for(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES)
    log = Kept(away=2)
    run([path], log)
    assert log.titles == ["Mill", "Port"]
    with pytest.raises(TransientError, match="run the same command again"):
        run([path], Kept(away=10**9), patience=0.0)


def test_the_rate_is_kept(tmp_path, monkeypatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES * 3)
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("factwire.operations.backfill.asyncio.sleep", sleep)
    run([path], Kept(), rate=0.5)
    assert [round(pause) for pause in pauses if pause][:6] == [2, 4, 6, 8, 10, 12]


def test_the_same_article_has_the_same_event_id_in_every_run(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"body": "The mill made 40 tonnes."}\n')
    run([path], once := Kept())
    run([path], again := Kept())
    assert dict(once.records[0].headers)["ce_id"] == dict(again.records[0].headers)["ce_id"]


def test_what_is_not_there_is_said_before_anything_is_read(tmp_path) -> None:
    with pytest.raises(InvalidInput, match="is not there"):
        find_files([tmp_path / "missing"])


@given(
    st.binary(max_size=300),
    st.sampled_from(["a", "a.jsonl", "a.json", "a.html", "a.warc", "a.parquet", "a.xml", "a.zip"]),
)
def test_any_bytes_end_as_articles_or_refusals(tmp_path_factory, content: bytes, name: str) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(content)
    done = run([path], Kept())
    assert done.done_bytes == len(content)
