"""From a dump on disk to a file of kept rows, in steps that can be taken up again where they were left.

The rows go to ``<target>.rows``; ``<target>.progress`` says how many lines of the dump are done and how long the rows
file then was. A run that was stopped skips those lines, cuts the rows file to that length and goes on.
"""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import IO, Final

import orjson

from factwire.errors import ConfigurationError
from factwire.kb.entries import Source, Tables, add_rows
from factwire.kb.wikidata import Filter, rows_in

_STEP: Final = 100_000


def extract(dump: Path, target: Path, keep: Filter, countries: Callable[[str], str], step: int = _STEP) -> Path:
    """Writes the kept rows of a dump (plain, .gz or .bz2) and returns their file; takes up an earlier run."""
    rows, progress = target.with_suffix(".rows"), target.with_suffix(".progress")
    done, length = _done(progress)
    rows.touch()
    with _open(dump) as lines, rows.open("r+b") as out:
        out.truncate(length)
        out.seek(length)
        for number, row in rows_in(islice(lines, done, None), keep, countries):
            if row is not None:
                out.write(orjson.dumps(row) + b"\n")
            if number % step == 0:
                out.flush()
                progress.write_bytes(orjson.dumps([done + number, out.tell()]))
    progress.unlink(missing_ok=True)
    return rows


def add_extracted(tables: Tables, rows: Path) -> None:
    """Adds the kept rows to tables that are read; what those know already keeps its record and gains names."""
    with rows.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            row = orjson.loads(line)
            add_rows(tables, Source(row.pop("table"), str(rows), ""), [(number, row)])


def _done(progress: Path) -> tuple[int, int]:
    if not progress.exists():
        return 0, 0
    lines, length = orjson.loads(progress.read_bytes())
    return lines, length


def _open(dump: Path) -> IO[bytes]:
    if not dump.is_file():
        raise ConfigurationError(f"{dump}: no such dump; give a Wikidata JSON dump (.json, .json.gz or .json.bz2)")
    if dump.suffix == ".gz":
        return gzip.open(dump, "rb")  # type: ignore[return-value]
    return bz2.open(dump, "rb") if dump.suffix == ".bz2" else dump.open("rb")
