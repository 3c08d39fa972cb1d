"""Claims as a file: CSV, JSON Lines or Parquet, made row by row while it is sent, however many there are.

Spreadsheets run what begins with ``=``, ``+``, ``-`` or ``@``. A text of an article that begins so gets an apostrophe
in front, in CSV alone (OWASP's advice); numbers are written as they are. JSON Lines and Parquet are never altered.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from factwire.console.api.flat import COLUMNS, NUMBERS, Flat, flat
from factwire.console.reading import Reading
from factwire.console.views import found_claim
from factwire.runtime.web.problems import Problem, ProblemType
from factwire.storage.filters import ClaimFilter

ROWS: Final = 500
"""Rows that are written at a time."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
UNACCEPTABLE: Final = ProblemType(
    "not-acceptable", 406, "Not to be had in that form", "Ask for json, csv, jsonl or parquet."
)
Rows: TypeAlias = AsyncIterator[list[Flat]]


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    media_type: str
    write: Callable[[Rows], AsyncIterator[bytes]]


def format_named(name: str | None, accept: str) -> Format | None:
    """The file format that a request wants; None for a page of JSON."""
    if name is not None:
        return FORMATS.get(name)
    return next((one for one in FORMATS.values() if one.media_type in accept), None)


async def export(format: Format, reading: Reading, wanted: ClaimFilter, unit: str | None) -> AsyncIterator[bytes]:
    """The bytes of the file. The first rows are read before anything is sent, so that what fails still is a problem."""
    chunks = format.write(_batches(reading, wanted, unit))
    first = await anext(chunks, b"")

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return whole()


async def _batches(reading: Reading, wanted: ClaimFilter, unit: str | None) -> Rows:
    batch: list[Flat] = []
    async for record in reading.all_claims(wanted):
        batch.append(flat(found_claim(record, unit), record))
        if len(batch) == ROWS:
            yield batch
            batch = []
    yield batch


async def _csv(batches: Rows) -> AsyncIterator[bytes]:
    yield _csv_text([tuple(COLUMNS)]).encode("utf-8-sig")  # the mark tells spreadsheets that it is UTF-8
    async for batch in batches:
        yield _csv_text([[_cell(name, row[name]) for name in COLUMNS] for row in batch]).encode()


def _csv_text(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cell(column: str, value: Any) -> Any:
    if isinstance(value, str) and column not in NUMBERS and value.startswith(_FORMULA):
        return f"'{value}"
    return value


async def _json_lines(batches: Rows) -> AsyncIterator[bytes]:
    import orjson

    async for batch in batches:
        yield b"".join(orjson.dumps(row) + b"\n" for row in batch)


async def _parquet(batches: Rows) -> AsyncIterator[bytes]:
    """A row group a batch. Numbers are decimal strings, as on the wire: no binary type holds them all."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as missing:
        raise Problem(UNACCEPTABLE, "Parquet needs pyarrow here: pip install 'factwire[archives]'") from missing
    types = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    growing = _Growing()
    with parquet.ParquetWriter(growing, schema, compression="zstd") as writer:
        async for batch in batches:
            if batch:
                writer.write_table(pa.Table.from_pylist(batch, schema))
            yield growing.taken()
    yield growing.taken()


class _Growing(io.RawIOBase):
    """A file that is sent while it is written: what was taken is forgotten, its length is not."""

    def __init__(self) -> None:
        super().__init__()
        self._length = 0
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._length

    def write(self, data: Any) -> int:
        self._kept += data
        self._length += len(data)
        return len(data)

    def taken(self) -> bytes:
        taken, self._kept = bytes(self._kept), bytearray()
        return taken


FORMATS: Final = {
    one.name: one
    for one in (
        Format("csv", "text/csv", _csv),
        Format("jsonl", "application/x-ndjson", _json_lines),
        Format("parquet", "application/vnd.apache.parquet", _parquet),
    )
}
