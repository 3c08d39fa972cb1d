"""What a dump has given so far, in one SQLite file beside the target, saved step by step, each whole or not at all.

A build that was killed opens it and goes on; a finished one deletes it. Memory is SQLite's page cache and the look-up
caches below, whatever the size of the dump.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from factwire.errors import ConfigurationError
from factwire.kb.wikidata import Finding
from factwire.kb.wikidata_rows import Classes, Json, Kind

_CACHE_KB: Final = 65_536
_LOOKUPS: Final = 50_000
_FAULTS: Final = 1_000
_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value BLOB);
    CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, brief BLOB);
    CREATE TABLE IF NOT EXISTS subclasses (parent INTEGER, child INTEGER, PRIMARY KEY (parent, child)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS labels (id INTEGER PRIMARY KEY, label TEXT, of TEXT);
    CREATE TABLE IF NOT EXISTS countries (id INTEGER PRIMARY KEY, iso2 TEXT);
    CREATE TABLE IF NOT EXISTS capitals (id INTEGER, country INTEGER, PRIMARY KEY (id, country)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS faults (line INTEGER PRIMARY KEY, fault TEXT);
"""
_WALKS: Final = """
    CREATE TEMP TABLE kinds (class INTEGER PRIMARY KEY, depth INTEGER, root INTEGER);
    CREATE TEMP TABLE asked (class INTEGER, root INTEGER, PRIMARY KEY (class, root)) WITHOUT ROWID;
"""


_ONE_DOWN: Final = """
    INSERT OR IGNORE INTO kinds SELECT child, depth + 1, root FROM kinds JOIN subclasses ON parent = class
    WHERE depth = ? ORDER BY root
"""
_ALL_BELOW: Final = """
    WITH RECURSIVE below(class) AS (SELECT ? UNION SELECT child FROM subclasses JOIN below ON parent = class)
    INSERT INTO asked SELECT class, ? FROM below
"""


class Fault(NamedTuple):
    """A line that was passed over."""

    line: int
    fault: str


@dataclass(frozen=True, slots=True)
class Place:
    """How far the dump is read: lines, bytes of text, broken lines; ``end``: there are no more."""

    lines: int = 0
    offset: int = 0
    broken: int = 0
    end: bool = False


@dataclass(slots=True)
class WorkFile:
    """One build on its way."""

    database: sqlite3.Connection
    place: Place = Place()
    most_held: int = 0
    """The most findings that were held at once."""

    # -- while the dump is read ----------------------------------------------------------------------------------------

    def save(self, findings: Iterable[Finding], faults: Iterable[Fault], place: Place) -> None:
        """Adds findings and moves on, both or neither."""
        found = list(findings)
        self.most_held = max(self.most_held, len(found))
        with self.database as db:
            for table, rows in _rows_of(found):
                marks = ",".join("?" * len(rows[0]))
                db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)
            listed = list(faults)[: max(0, _FAULTS - self.place.broken)]
            db.executemany("INSERT OR IGNORE INTO faults VALUES (?, ?)", listed)
            db.execute("INSERT OR REPLACE INTO state VALUES ('place', ?)", [orjson.dumps(asdict(place))])
        self.place = place

    def faults(self) -> list[Fault]:
        """The first broken lines."""
        return [Fault(*row) for row in self.database.execute("SELECT line, fault FROM faults ORDER BY line")]

    # -- once it is read -----------------------------------------------------------------------------------------------

    def walk_classes(self, classes: Classes, asked: Iterable[str]) -> None:
        """Finds, for every class, the listed class nearest above it, and the classes of the filter above it."""
        db = self.database
        db.executescript(_WALKS)
        roots = ((int(q[1:]), 0, kind.order) for q, kind in classes.kinds.items())
        db.executemany("INSERT INTO kinds VALUES (?, ?, ?)", roots)
        depth, grown = 0, 1
        while grown:
            grown = db.execute(_ONE_DOWN, [depth]).rowcount
            depth += 1
        for root in asked:
            db.execute(_ALL_BELOW, [int(root[1:])] * 2)

    def items(self) -> Iterator[tuple[str, Json]]:
        """Every item that may be kept, by the number of its id."""
        for number, brief in self.database.execute("SELECT id, brief FROM items ORDER BY id"):
            yield f"Q{number}", orjson.loads(brief)

    def count(self, table: str) -> int:
        """Rows of a table."""
        return int(self.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


class DumpReferences:
    """What items say of each other, from the work file; ``countries`` are ISO codes that win over the dump's."""

    def __init__(self, work: WorkFile, classes: Classes, countries: Mapping[str, str]) -> None:
        self._database = work.database
        self._by_order = {kind.order: kind for kind in classes.kinds.values()}
        coded = self._rows("SELECT id, iso2 FROM countries")
        self._countries: dict[str, str] = {**{f"Q{number}": iso2 for number, iso2 in coded}, **countries}
        self._nearest = lru_cache(_LOOKUPS)(self._nearest_kind)
        self._asked = lru_cache(_LOOKUPS)(self._asked_above)
        self._labels = lru_cache(_LOOKUPS)(self._find_label)
        self._places = lru_cache(_LOOKUPS)(self._find_place)

    def kind(self, classes: list[str]) -> Kind | None:
        found = [near for q in classes if (near := self._nearest(q)) is not None]
        return self._by_order[min(found)[1]] if found else None

    def asked(self, classes: list[str]) -> frozenset[str]:
        return frozenset().union(*map(self._asked, classes))

    def country(self, item: str) -> str:
        return self._countries.get(item, "")

    def label(self, item: str) -> tuple[str, str]:
        return self._labels(item) if item else ("", "")

    def place(self, item: str) -> Json | None:
        return self._places(item) if item else None

    def seat_of(self, item: str) -> list[str]:
        rows = self._rows("SELECT country FROM capitals WHERE id = ? ORDER BY country", item)
        return [f"Q{country}" for (country,) in rows]

    def _nearest_kind(self, item: str) -> tuple[int, int] | None:
        """How far above a class the nearest listed one is, and its place in the list."""
        rows = self._rows("SELECT depth, root FROM kinds WHERE class = ?", item)
        return rows[0] if rows else None

    def _asked_above(self, item: str) -> frozenset[str]:
        return frozenset(f"Q{root}" for (root,) in self._rows("SELECT root FROM asked WHERE class = ?", item))

    def _find_label(self, item: str) -> tuple[str, str]:
        rows = self._rows("SELECT label, of FROM labels WHERE id = ?", item)
        return rows[0] if rows else ("", "")

    def _find_place(self, item: str) -> Json | None:
        rows = self._rows("SELECT brief FROM items WHERE id = ?", item)
        brief = orjson.loads(rows[0][0]) if rows else None
        return {"P31": brief["P31"], "P131": brief.get("P131", [])} if brief else None

    def _rows(self, question: str, *items: str) -> list[Any]:
        return self._database.execute(question, [int(q[1:]) for q in items]).fetchall()


def open_work_file(path: Path, inputs: str) -> WorkFile:
    """A new work file, or that of a build which was stopped.

    Raises :class:`ConfigurationError` if that build had other ``inputs`` (dump, filter, languages, classes).
    """
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    database.execute("PRAGMA temp_store = FILE")
    database.executescript(_TABLES)
    state = dict(database.execute("SELECT name, value FROM state").fetchall())
    before = state.get("inputs", inputs)
    if before != inputs:
        database.close()
        raise ConfigurationError(
            f"{path} is of a build that was stopped, of {before}; repeat that command, or give --fresh to start anew"
        )
    with database:
        database.execute("INSERT OR REPLACE INTO state VALUES ('inputs', ?)", [inputs])
    return WorkFile(database, Place(**orjson.loads(state["place"])) if "place" in state else Place())


def _rows_of(found: list[Finding]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Rows by table; none for a table that gets nothing."""
    tables: dict[str, list[tuple[Any, ...]]] = {
        "items": [(f.number, orjson.dumps(f.item)) for f in found if f.item is not None],
        "subclasses": [(parent, f.number) for f in found for parent in f.parents],
        "labels": [(f.number, f.label, f.of) for f in found if f.label],
        "countries": [(f.number, f.iso2) for f in found if f.iso2],
        "capitals": [(capital, f.number) for f in found for capital in f.capitals],
    }
    return ((table, rows) for table, rows in tables.items() if rows)
