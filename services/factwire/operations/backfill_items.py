"""Articles in a stream, one by one, in whatever format; each is read by itself, so that a bad one costs no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePath
from typing import Any, Final, TypeAlias

from pydantic_core import to_json

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.feed import FeedEntry, read_feed
from factwire.formats.identity import derive_id
from factwire.formats.json import read_payload
from factwire.formats.payload import decode_json, decode_object
from factwire.formats.registry import FORMATS
from factwire.operations.backfill_files import Part, Stream, is_parquet, seekable

ARCHIVES: Final = ("json", "jsonl", "ninjs", "jsonld", "html", "text", "feed", "warc", "parquet")
"""What ``--format`` takes; without it, each file is told by its name and its first bytes."""
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of one article; a longer line or page is refused unread."""
_LARGEST_DOCUMENT: Final = 64 * 1024 * 1024
"""Bytes of a JSON file that is one document; larger ones are written one article a line."""
_ROWS: Final = 256
_BY_SUFFIX: Final = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".html": "html", ".htm": "html", ".xhtml": "html",
    ".txt": "text", ".text": "text", ".warc": "warc", ".parquet": "parquet", ".rss": "feed", ".atom": "feed",
    ".rdf": "feed", ".xml": "feed", ".jsonld": "jsonld",
}  # fmt: skip
_FEED: Final = re.compile(rb"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_NINJS: Final = frozenset({"versioncreated", "body_text", "body_xhtml", "bodies", "headlines", "versionCreated"})
Renames: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """``place``: line, row or record within its file, from 1. ``read`` raises :class:`InvalidInput`."""

    origin: str
    place: int
    read: Callable[[], RawArticle]


def read_part(part: Part, format: str | None, renames: Renames) -> Iterator[Item]:
    """The items of one stream. Raises :class:`InvalidInput` where its format cannot be told."""
    told = format or guess_format(part)
    match told:
        case "parquet":
            return _parquet(part, renames)
        case "warc":
            return _warc(part)
        case "feed":
            return _feed(part)
        case "html" | "text":
            return _whole(part, told)
        case _:
            return _json(part, told, renames)


def guess_format(part: Part) -> str:
    """By the name, else by the first bytes."""
    head = part.stream.peek(2048)[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if is_parquet(part.stream):
        return "parquet"
    if head.startswith(b"WARC/"):
        return "warc"
    named = _BY_SUFFIX.get(PurePath(part.name).suffix.lower())
    if _FEED.search(head) and named != "html":
        return "feed"
    if named:
        return named
    if head[:1] in (b"{", b"["):
        return "json"
    if head[:1] == b"<":
        return "html"
    raise InvalidInput("its format cannot be told from name or content: give --format")


# -- JSON: one a line, or one document


def _json(part: Part, format: str, renames: Renames) -> Iterator[Item]:
    first, size = _line(part.stream)
    while first is not None and not first.strip() and size:
        first, size = _line(part.stream)
    second, following = _line(part.stream) if size else (b"", 0)
    if format == "jsonl" or first is None or second is None or not _is_document(first.strip(), second.strip()):
        yield from _lines(part, format, renames, [(first, size), (second, following)])
        return
    rest = part.stream.read(_LARGEST_DOCUMENT)
    if len(rest) == _LARGEST_DOCUMENT:
        raise InvalidInput(f"one JSON document of more than {_LARGEST_DOCUMENT} bytes: write one article a line")
    yield from _document(part, format, renames, first + second + rest)


def _lines(part: Part, format: str, renames: Renames, begun: list[tuple[bytes | None, int]]) -> Iterator[Item]:
    lines = chain(begun, iter(lambda: _line(part.stream), (b"", 0)))
    for place, (line, _) in enumerate(lines, 1):
        if line is None:
            yield Item(part.origin, place, _refuses(f"a line of more than {LARGEST} bytes"))
        elif line.strip():
            yield Item(part.origin, place, _reads(line, format, renames))


def _line(stream: Stream) -> tuple[bytes | None, int]:
    """The next line and its size, 0 at the end; None for one that is too long, which is passed over."""
    line = stream.readline(LARGEST + 1)
    size = len(line)
    if size <= LARGEST:
        return line, size
    while not line.endswith(b"\n") and (line := stream.readline(LARGEST)):
        size += len(line)
    return None, size


def _document(part: Part, format: str, renames: Renames, content: bytes) -> Iterator[Item]:
    try:
        payload = decode_json(content)
    except InvalidInput as fault:
        yield Item(part.origin, 1, _refuses(fault.reason))
        return
    if isinstance(payload, dict) and "jsonfeed.org" in str(payload.get("version")):
        yield from _entries(part, content)
        return
    entries = payload if isinstance(payload, list) else [payload]
    for place, entry in enumerate(entries, 1):
        yield Item(part.origin, place, _reads(to_json(entry), format, renames))


def _is_document(first: bytes, second: bytes) -> bool:
    """Whether an object or array begins that ends on a later line; a broken first line among lines is no document."""
    return first.startswith(b"[") or first == b"{" or (not first.endswith(b"}") and not second.startswith(b"{"))


def _reads(content: bytes, format: str, renames: Renames) -> Callable[[], RawArticle]:
    def read() -> RawArticle:
        if format in {"ninjs", "jsonld"}:
            return FORMATS[format].read(content)
        payload = decode_object(content)
        kind = _kind(payload)
        return FORMATS[kind].read(content) if kind else read_row(payload, renames)

    return read


def _kind(payload: Mapping[str, Any]) -> str | None:
    """ninjs or JSON-LD; None: our own."""
    if "@context" in payload or "@type" in payload or "@graph" in payload:
        return "jsonld"
    return "ninjs" if "uri" in payload and _NINJS & payload.keys() else None


def read_row(row: Mapping[str, Any], renames: Renames) -> RawArticle:
    """One row with its fields renamed; ``a=b.c`` puts a field into an object. A source that is a word is its own id."""
    payload = {name: value for name, value in row.items() if name not in renames and value is not None}
    for name, target in renames.items():
        if row.get(name) is None:
            continue
        outer, _, inner = target.partition(".")
        payload[outer] = {**(payload.get(outer) or {}), inner: row[name]} if inner else row[name]
    if isinstance(payload.get("source"), str):
        payload["source"] = {"id": payload["source"][:200], "name": payload["source"]}
    return read_payload(payload)


# -- whole files, feeds, archives


def _whole(part: Part, format: str) -> Iterator[Item]:
    content = part.stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        yield Item(part.origin, 1, _refuses(f"larger than {LARGEST} bytes"))
        return
    yield Item(part.origin, 1, lambda: FORMATS[format].read(content))


def _feed(part: Part) -> Iterator[Item]:
    yield from _entries(part, part.stream.read(_LARGEST_DOCUMENT))


def _entries(part: Part, content: bytes) -> Iterator[Item]:
    for place, entry in enumerate(read_feed(content).entries, 1):
        yield Item(part.origin, place, _gives(entry))


def _gives(entry: FeedEntry) -> Callable[[], RawArticle]:
    article = entry.article
    return _refuses(entry.fault or "no article") if article is None else lambda: article


def _warc(part: Part) -> Iterator[Item]:
    """Pages of answers with status 200; requests, images and the like are no articles and are passed over."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    found = False
    try:
        for place, record in enumerate(ArchiveIterator(part.stream), 1):
            found = found or record.rec_type is not None
            kind = (record.http_headers.get_header("Content-Type") if record.http_headers else None) or ""
            is_page = record.rec_type == "response" and "html" in kind and record.http_headers.get_statuscode() == "200"
            if is_page:
                url, content = record.rec_headers.get_header("WARC-Target-URI"), record.content_stream()
                yield Item(part.origin, place, _reads_page(content.read(LARGEST + 1), url, kind))
    except ArchiveLoadFailed as fault:
        raise InvalidInput(f"no WARC archive: {fault}") from fault
    if not found:
        raise InvalidInput("no WARC archive: there is no record in it")


def _reads_page(content: bytes, url: str | None, kind: str) -> Callable[[], RawArticle]:
    def read() -> RawArticle:
        from factwire.formats.html import read_html

        if len(content) > LARGEST:
            raise InvalidInput(f"a page of more than {LARGEST} bytes")
        found = re.search(r"charset\s*=\s*[\"']?([\w-]{1,40})", kind, re.IGNORECASE)
        article = read_html(content, found[1] if found else None)
        if not url:
            return article
        named = article.model_copy(update={"url": url})
        return named.model_copy(update={"article_id": derive_id(named.model_dump())})

    return read


def _parquet(part: Part, renames: Renames) -> Iterator[Item]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError as fault:
        raise InvalidInput("Parquet needs pyarrow; install it: pip install 'factwire[archives]'") from fault
    with seekable(part.stream) as file:
        try:
            rows = (row for batch in ParquetFile(file).iter_batches(_ROWS) for row in batch.to_pylist())
            for place, row in enumerate(rows, 1):
                yield Item(part.origin, place, _reads_row(row, renames))
        except ArrowException as fault:
            raise InvalidInput(f"Parquet that cannot be read: {fault}") from fault


def _reads_row(row: Mapping[str, Any], renames: Renames) -> Callable[[], RawArticle]:
    return lambda: read_row(row, renames)


def _refuses(reason: str) -> Callable[[], RawArticle]:
    def read() -> RawArticle:
        raise InvalidInput(reason)

    return read
