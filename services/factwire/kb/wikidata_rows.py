"""An item of Wikidata as an entry of the knowledge base; what other items say comes through :class:`References`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from factwire.errors import VocabularyFault
from factwire.kb.catalogue import AliasKind
from factwire.kb.entries import ENTITY_TYPES, Entry, Source, Tables, add_rows, kind_of, rows_of
from factwire.kb.keep import Facts
from factwire.kb.keys import alias_key

Json = dict[str, Any]

_CLASSES_FILE: Final = Path(__file__).parent / "wikidata_classes.tsv"
_FURTHER_NAMES: Final = ("P1813", "P1448", "P1705", "P2561")
"""Short, official, native and former names: what a country was called once is still said of it."""
_GENDERS: Final[Mapping[str, str]] = {"Q6581097": "m", "Q2449503": "m", "Q6581072": "f", "Q1052281": "f"}
_DATED: Final = ("entity", "name", "start", "end")
_FIRST_LEVEL: Final = frozenset(["state", "province", "region"])
_PER_DOUBLING: Final = 8
_FAMOUS: Final = 40
"""The prior (some 30 Wikipedias) from which a family name or a common word alone may mean somebody or something."""
_LEVELS: Final = 6
_GOES_ON: Final = frozenset(["state", "foreign", "defense", "defence", "finance", "justice", "staff", "government"])
"""Words after "of" that belong to the office: secretary of state."""


class Kind(NamedTuple):
    """What a class makes of its instances. ``order``: its place in the list of classes."""

    order: int
    table: str
    subtype: str


class Classes(NamedTuple):
    """The closed table of classes."""

    kinds: Mapping[str, Kind]
    trades: Mapping[str, str]


class References(Protocol):
    """What the other items of the dump say."""

    def kind(self, classes: list[str]) -> Kind | None:
        """The kind of the listed class that is nearest above any of these."""

    def asked(self, classes: list[str]) -> frozenset[str]:
        """Those classes of the filter that these are, or are below."""

    def country(self, item: str) -> str:
        """The ISO code of a country."""

    def label(self, item: str) -> tuple[str, str]:
        """The name of an office or family name, and the country or body that an office is of."""

    def place(self, item: str) -> Json | None:
        """The data in brief of another item that may be kept."""

    def seat_of(self, item: str) -> list[str]:
        """The countries whose capital an item is."""


def read_classes(path: Path = _CLASSES_FILE) -> Classes:
    """The closed table of classes. Raises :class:`VocabularyFault` for a bad line."""
    kinds: dict[str, Kind] = {}
    trades: dict[str, str] = {}
    for number, row in rows_of(Source("classes", str(path), path.read_text("utf-8"))):
        table = row.get("table", "")
        if table == "trade":
            trades[row["class"]] = row["subtype"]
        elif table == "skip" or table in ENTITY_TYPES:
            kinds[row["class"]] = Kind(number, table, row.get("subtype", ""))
        else:
            raise VocabularyFault(str(path), number, f"no table is named '{table}'")
    return Classes(kinds, trades)


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Makes entries of items. ``is_word``: whether a key is a common word of the language."""

    references: References
    trades: Mapping[str, str]
    is_word: Callable[[str], bool]

    def facts(self, item: Json, kind: Kind) -> Facts:
        """Everything that the filter may ask."""
        known: dict[str, frozenset[str] | int] = {
            name: value if isinstance(value, int) else frozenset(value) for name, value in item["facts"].items()
        }
        main, subtype = ENTITY_TYPES[kind_of(kind.table)]
        return {
            **known,
            "class": self.references.asked(item["P31"]),
            "type": frozenset([main]),
            "subtype": frozenset(filter(None, [kind.subtype or subtype])),
            "country": frozenset(filter(None, [self._country(item)])),
        }

    def entry(self, entity_id: str, item: Json, kind: Kind) -> Entry:
        """The entry: record, names and terms of office."""
        tables = Tables()
        row = {column: value for column, value in self._row(entity_id, item, kind) if value}
        add_rows(tables, Source(kind.table, "wikidata", ""), [(1, row)])
        terms = [{"person": entity_id, **term} for term in self._terms(item)] if kind.table == "people" else []
        add_rows(tables, Source("offices", "wikidata", ""), enumerate(terms, 1))
        former = [dict(zip(_DATED, (entity_id, *name), strict=True)) for name in item.get("former", ()) if name[0]]
        add_rows(tables, Source("names", "wikidata", ""), enumerate(former, 1))
        entry = tables.entries[entity_id]
        entry.record = replace(entry.record, stands_for=tuple(self.references.seat_of(entity_id)))
        self._drop_doubtful(entry)
        return entry

    def _row(self, entity_id: str, item: Json, kind: Kind) -> Iterator[tuple[str, str]]:
        stated = [name for claim in _FURTHER_NAMES for name in item.get(claim, ()) if name != item["name"]]
        names = [*item.get("aliases", ()), *item.get("P742", ()), *item.get("P1449", ()), *stated]
        yield "id", entity_id
        yield "name", item["name"]
        yield "aliases", "|".join(name for name in dict.fromkeys(names) if "|" not in name)
        yield "subtype", kind.subtype
        yield "country", self._country(item)
        yield "prior", str(prior_of(item["facts"].get("sitelinks", 0)))
        if kind.table == "people":
            yield from self._person(item)
        else:
            yield "demonyms", "|".join(item.get("P1549", ()))
            yield "parent", self._region(item)

    def _person(self, item: Json) -> Iterator[tuple[str, str]]:
        yield "gender", _GENDERS.get(_first(item, "P21"), "")
        yield "party", _first(item, "P102")
        yield "born", item.get("P569", "")
        yield "trade", next((self.trades[q] for q in item.get("P106", ()) if q in self.trades), "")
        family = self.references.label(_first(item, "P734"))[0]
        yield "family", family if alias_key(family) in _stretches(alias_key(item["name"])) else ""

    def _country(self, item: Json) -> str:
        if item.get("P297"):
            return str(item["P297"][0])
        named = (*item.get("P17", ()), *item.get("P27", ()))
        return next(filter(None, map(self.references.country, named)), "")

    def _region(self, item: Json) -> str:
        """The state, province or region that a place lies in, up the tree of administration; else what it lies in."""
        nearest = above = _first(item, "P131")
        for _ in range(_LEVELS):
            place = self.references.place(above) if above else None
            if place is None:
                break
            kind = self.references.kind(place["P31"])
            if kind is not None and kind.subtype in _FIRST_LEVEL and not self._lies_in_region(place):
                return above
            above = _first(place, "P131")
        return nearest

    def _lies_in_region(self, place: Json) -> bool:
        """Whether a region is itself part of one: a county of a state."""
        above = self.references.place(_first(place, "P131"))
        kind = self.references.kind(above["P31"]) if above else None
        return kind is not None and kind.subtype in _FIRST_LEVEL

    def _terms(self, item: Json) -> Iterator[dict[str, str]]:
        for office, start, end in item.get("P39", ()):
            name, of = self.references.label(office)
            if name:
                yield {"office": _plain_office(name), "of": of, "start": start, "end": end}

    def _drop_doubtful(self, entry: Entry) -> None:
        """Takes out names that would mean little-known entities too often: family names, common words."""
        if entry.record.prior >= _FAMOUS:
            return
        for key, kind in list(entry.names):
            if kind is AliasKind.FAMILY or (kind is not AliasKind.ACRONYM and self.is_word(key)):
                del entry.names[key, kind]


def prior_of(sitelinks: int) -> int:
    """0 to 100: eight steps for each doubling of the Wikipedias that have an article."""
    return min(100, int(_PER_DOUBLING * math.log2(1 + sitelinks)))


def _first(item: Json, claim: str) -> str:
    return str(next(iter(item.get(claim, ())), ""))


def _stretches(key: str) -> set[str]:
    """Every run of words at the beginning or end of a key that is not the whole."""
    words = key.split()
    return {" ".join(part) for n in range(1, len(words)) for part in (words[:n], words[n:])}


def _plain_office(name: str) -> str:
    """The office as the tables write it: "Prime Minister of the United Kingdom" is a prime minister."""
    before, _, after = name.lower().partition(" of ")
    return name.lower() if after.split(" ")[0] in _GOES_ON else before
