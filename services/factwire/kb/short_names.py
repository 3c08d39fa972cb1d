"""Short names of national bodies: what papers of the country call them, and what a text about the country may.

"United States House of Representatives" is "House of Representatives" there, "Supreme Court of India" is "Supreme
Court". Made when the knowledge base is built; which country's body is meant, the text decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from factwire.kb.catalogue import AliasKind
from factwire.kb.entries import Entry, Tables

_NATIONAL: Final = frozenset([
    "legislature", "ministry", "court", "government_agency", "central_bank", "military", "intelligence_agency",
])  # fmt: skip


def add_short_names(tables: Tables) -> None:
    """Adds a short name wherever a name begins or ends with its country."""
    shorten = shortener(tables)
    for entry in tables.entries.values():
        shorten(entry)


def shortener(tables: Tables) -> Callable[[Entry], None]:
    """Adds the short names of one entry, by the countries of these tables."""
    countries = {
        e.record.country: _words_of(e)
        for e in tables.entries.values()
        if e.record.subtype == "country" and e.record.country
    }

    def shorten(entry: Entry) -> None:
        words = countries.get(entry.record.country)
        if words is not None and entry.record.subtype in _NATIONAL:
            _shorten(entry, words)

    return shorten


def _words_of(country: Entry) -> set[str]:
    """Every key that names the country or its people."""
    return {key for key, kind in country.names if kind is not AliasKind.DEMONYM_NOUN}


def _shorten(entry: Entry, words: set[str]) -> None:
    known = {key for key, _ in entry.names}
    for key, kind in list(entry.names):
        if kind in (AliasKind.NAME, AliasKind.ALIAS):
            for short in _short_forms(key, words):
                if short not in known and short not in _TOO_PLAIN:
                    entry.names[short, AliasKind.SHORT] = False


def _short_forms(key: str, words: set[str]) -> Iterator[str]:
    tokens = key.split()
    for length in range(1, min(4, len(tokens))):
        if " ".join(tokens[:length]) in words:
            rest = tokens[length:]
            yield " ".join(rest[1:] if rest[:1] == ["s"] else rest)
    for length in range(1, min(5, len(tokens))):
        tail = tokens[-length:]
        if " ".join(tail[1:] if tail[0] == "the" else tail) in words and tokens[-length - 1] == "of":
            yield " ".join(tokens[: -length - 1])


_TOO_PLAIN: Final = frozenset([
    "", "house", "court", "bank", "army", "police", "agency", "ministry", "department", "forces", "military",
    "top court", "lower house", "upper house", "parliament", "office", "council", "commission", "service",
])  # fmt: skip
