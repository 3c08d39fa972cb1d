"""Reads the tables: rows of TSV or JSON become entries, with every fault named by file and line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeAlias

import orjson

from factwire.errors import VocabularyFault
from factwire.kb.catalogue import AliasKind, DatedName, Record, Term
from factwire.kb.keys import alias_key, fold_word, office_key, unknown_id

Row: TypeAlias = Mapping[str, str]

KINDS: Final = (
    "countries", "territories", "places", "people", "organizations", "companies", "parties", "groups", "events",
    "products", "works", "offices", "names", "words", "given", "block",
)  # fmt: skip
ENTITY_TYPES: Final = {
    "countries": ("place", "country"),
    "territories": ("place", "region"),
    "places": ("place", None),
    "people": ("person", None),
    "organizations": ("organization", None),
    "companies": ("organization", "company"),
    "parties": ("organization", "political_party"),
    "groups": ("group", None),
    "events": ("event", None),
    "products": ("product", None),
    "works": ("work", None),
}
_ID: Final = re.compile(r"Q[1-9]\d*|[a-z]+:[\w-]+")


class Source(NamedTuple):
    """One table as text; ``origin`` is for messages."""

    kind: str
    origin: str
    text: str


@dataclass(slots=True)
class Entry:
    """An entity on its way into the compiled file: its record and its names."""

    record: Record
    names: dict[tuple[str, AliasKind], bool] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()

    def add(self, name: str, kind: AliasKind, *, capitals: bool | None = None) -> None:
        """Adds a name; one in capitals is only met by a word in capitals, unless told otherwise."""
        key = alias_key(name)
        if key:
            self.names[key, kind] = shouts(name) if capitals is None else capitals


@dataclass(slots=True)
class Tables:
    """Everything that was read, ready to be compiled."""

    entries: dict[str, Entry] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    given: dict[str, str] = field(default_factory=dict)
    geonames: dict[str, str] = field(default_factory=dict)
    blocked: list[tuple[str, str]] = field(default_factory=list)
    seats: list[tuple[str, str]] = field(default_factory=list)


def shouts(name: str) -> bool:
    """Whether a name is written in capitals only (US, WHO, G7): then "us" and "who" are not it."""
    return name.isupper() and len(name.replace(".", "")) <= 7 and " " not in name.strip()


def kind_of(stem: str) -> str:
    """The kind of a table from its file's stem: ``people-sport`` is read as ``people``."""
    return stem.split("-", 1)[0]


def rows_of(source: Source) -> Iterator[tuple[int, dict[str, str]]]:
    """Numbered rows of a TSV table or a JSON array, columns by name. Raises :class:`VocabularyFault`."""
    if source.origin.endswith(".json"):
        yield from _json_rows(source)
        return
    lines = [(n, line) for n, line in enumerate(io.StringIO(source.text), 1) if line.strip() and line[0] != "#"]
    if not lines:
        return
    header = lines[0][1].rstrip("\r\n").split("\t")
    for number, line in lines[1:]:
        cells = next(csv.reader([line.rstrip("\r\n")], delimiter="\t", quoting=csv.QUOTE_NONE))
        if len(cells) > len(header):
            raise VocabularyFault(source.origin, number, f"{len(cells)} cells under {len(header)} columns")
        yield number, {k: v.strip() for k, v in zip(header, cells, strict=False) if v.strip()}


def _json_rows(source: Source) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        rows = orjson.loads(source.text)
    except orjson.JSONDecodeError as fault:
        raise VocabularyFault(source.origin, fault.lineno, fault.msg) from fault
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise VocabularyFault(source.origin, 1, "a JSON table is an array of objects")
    for number, row in enumerate(rows, 1):
        yield number, {k: "|".join(v) if isinstance(v, list) else str(v) for k, v in row.items() if v not in (None, "")}


def read_tables(sources: Iterable[Source]) -> Tables:
    """All sources as one set of entries. Raises :class:`VocabularyFault` for the first bad line."""
    ordered = sorted(sources, key=lambda s: (KINDS.index(s.kind) if s.kind in KINDS else -1, s.origin))
    tables = Tables()
    for source in ordered:
        add_rows(tables, source, rows_of(source))
    _add_seats(tables)
    return tables


def add_rows(tables: Tables, source: Source, rows: Iterable[tuple[int, dict[str, str]]]) -> None:
    """Adds numbered rows of one table; an entity that is there keeps its record and gains names."""
    if source.kind not in KINDS:
        raise VocabularyFault(source.origin, None, f"no table is named '{source.kind}'; there are {', '.join(KINDS)}")
    for number, row in rows:
        _take(tables, source, number, row)


def _take(tables: Tables, source: Source, number: int, row: dict[str, str]) -> None:
    if source.kind == "words":
        tables.words.add(row["word"])
    elif source.kind == "given":
        tables.given[fold_word(row["name"])] = row.get("gender", "")
    elif source.kind == "block":
        tables.blocked.append((row.get("id", ""), alias_key(row.get("alias", ""))))
    elif source.kind == "offices":
        _add_term(tables, row)
    elif source.kind == "names":
        _add_dated(tables, source, number, row)
    else:
        _add_entity(tables, source, number, row)


def _add_entity(tables: Tables, source: Source, number: int, row: dict[str, str]) -> None:
    if "id" not in row:
        row["id"] = unknown_id(row.get("name", ""), ENTITY_TYPES[source.kind][0])
    entity_id = row["id"]
    if not _ID.fullmatch(entity_id):
        raise VocabularyFault(
            source.origin, number, f"'{entity_id}' is no id; an id looks like Q148 or geonames:2988507"
        )
    entry = tables.entries.get(entity_id)
    if entry is None:
        entry = tables.entries[entity_id] = Entry(_record(source, number, row), filled=frozenset(row))
    _add_names(entry, source.kind, row)
    for seat in (*_items(row, "capital"), *_items(row, "seats")):
        tables.seats.append((entity_id, seat))
    for alias in _items(row, "aliases"):
        if alias.startswith("geonames:"):
            tables.geonames[alias] = entity_id


def _record(source: Source, number: int, row: dict[str, str]) -> Record:
    kind, subtype = ENTITY_TYPES[source.kind]
    try:
        prior = int(row.get("prior", "30"))
    except ValueError:
        raise VocabularyFault(source.origin, number, f"prior '{row['prior']}' is no number from 0 to 100") from None
    if "name" not in row and not source.origin.endswith(".json"):
        raise VocabularyFault(source.origin, number, "a row needs a name")
    return Record(
        id=row["id"],
        type=kind,
        subtype=row.get("subtype") or subtype,
        name=row.get("name", row["id"]),
        prior=prior,
        country=row.get("iso2") or row.get("country", ""),
        parent=row.get("parent") or row.get("party", ""),
        stands_for=_items(row, "stands_for"),
        gender=row.get("gender", ""),
        family=_family(row) if source.kind == "people" else "",
        born=row.get("born", ""),
        trade=row.get("trade", ""),
    )


def _family(row: dict[str, str]) -> str:
    words = row.get("name", "").split()
    if row.get("family"):
        return row["family"]
    if row.get("family_first") == "1" and words:
        return words[0]
    while len(words) > 1 and words[-1].rstrip(".").lower() in ("jr", "sr", "ii", "iii", "iv"):
        words.pop()
    return words[-1] if len(words) > 1 else ""


def _add_names(entry: Entry, kind: str, row: dict[str, str]) -> None:
    if "name" in row:
        entry.add(row["name"], AliasKind.NAME)
    for alias in _items(row, "aliases"):
        if not alias.startswith("geonames:"):
            entry.add(alias, AliasKind.ACRONYM if shouts(alias) else AliasKind.ALIAS)
    for acronym in (*_items(row, "acronyms"), *_items(row, "iso3")):
        entry.add(acronym, AliasKind.ACRONYM)
    for word in _items(row, "demonyms"):
        entry.add(word, AliasKind.DEMONYM)
    for word in _items(row, "demonym_nouns"):
        entry.add(word, AliasKind.DEMONYM_NOUN)
    for word in _items(row, "adjectives"):
        entry.add(word, AliasKind.ADJECTIVE)
        if not word.endswith("s"):
            entry.add(word + "s", AliasKind.ADJECTIVE)
    if kind == "people" and entry.record.family:
        entry.add(entry.record.family, AliasKind.FAMILY, capitals=False)


def _items(row: Row, column: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in row.get(column, "").split("|") if item.strip())


def _add_term(tables: Tables, row: dict[str, str]) -> None:
    person = row.get("person", "")
    entry = tables.entries.get(person) or tables.entries.get(unknown_id(person, "person"))
    if entry is None:
        return
    term = Term(row.get("office", ""), row.get("of", ""), row.get("start", ""), row.get("end", ""))
    entry.record = replace(entry.record, terms=(*entry.record.terms, term))
    entry.names[office_key(term.office, term.of), AliasKind.NAME] = False


def _add_dated(tables: Tables, source: Source, number: int, row: dict[str, str]) -> None:
    """A name with the time in which it was the entity's: one more name of it, if it is new."""
    entity, name = row.get("entity", ""), row.get("name", "")
    ids = (entity, *(unknown_id(entity, kind) for kind in dict.fromkeys(kind for kind, _ in ENTITY_TYPES.values())))
    entry = next((tables.entries[found] for found in ids if found in tables.entries), None)
    if entry is None or not name:
        raise VocabularyFault(source.origin, number, f"'{entity}' is no entity of these tables, or has no name here")
    dated = DatedName(alias_key(name), row.get("start", ""), row.get("end", ""))
    entry.record = replace(entry.record, dated=(*entry.record.dated, dated))
    if all(key != dated.key for key, _ in entry.names):
        entry.add(name, AliasKind.ACRONYM if shouts(name) else AliasKind.ALIAS)


def _add_seats(tables: Tables) -> None:
    """A capital or seat of government may stand for its country; the country's row says which."""
    for country, seat in tables.seats:
        entry = tables.entries.get(seat)
        if entry is not None and country not in entry.record.stands_for:
            entry.record = replace(entry.record, stands_for=(*entry.record.stands_for, country))
