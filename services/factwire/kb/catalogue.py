"""The knowledge base as the core sees it: names in, candidates and records out, immutable and never fetched.

A catalogue is a stack of layers, the last one winning: what ships, then the users' own folders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Final, NamedTuple, Protocol

from factwire.kb.keys import alias_key, fold_word, office_key

_CACHE_LIMIT: Final = 20_000
"""Keys remembered before the memory of a catalogue starts afresh: it never grows with the texts it has seen."""


class AliasKind(IntEnum):
    """In which way a name means its entity. Stored in files: values never change."""

    NAME = 0
    ALIAS = 1
    ACRONYM = 2
    DEMONYM = 3
    DEMONYM_NOUN = 4
    FAMILY = 5
    ADJECTIVE = 6
    SHORT = 7


DEMONYMS: Final = frozenset([AliasKind.DEMONYM, AliasKind.DEMONYM_NOUN, AliasKind.ADJECTIVE])
"""Words for those who belong to an entity: Dutch, Republican."""


class Term(NamedTuple):
    """Somebody's time in an office; ``of`` is the id of a country or body, dates are ISO texts of any precision."""

    office: str
    of: str
    start: str
    end: str

    def holds_on(self, day: date) -> bool:
        """Whether the term covers ``day``; an open end is still running."""
        return _covers(self.start, self.end, day)


class DatedName(NamedTuple):
    """A name (as a key) that an entity has had for a time only; dates are ISO texts of any precision, empty: open."""

    key: str
    start: str
    end: str

    def holds_on(self, day: date) -> bool:
        """Whether the name was the entity's on ``day``; on the day of a change both are."""
        return _covers(self.start, self.end, day)


def _covers(start: str, end: str, day: date) -> bool:
    """Whether a stretch between two ISO texts of any precision, each open where empty, has ``day`` in it."""
    at = day.isoformat()
    return (not start or start <= at) and (not end or at[: len(end)] <= end)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one entity. ``prior`` is 0 to 100; ``stands_for``: ids a place may be a metonym of."""

    id: str
    type: str
    subtype: str | None
    name: str
    prior: int = 0
    country: str = ""
    parent: str = ""
    stands_for: tuple[str, ...] = ()
    gender: str = ""
    family: str = ""
    born: str = ""
    trade: str = ""
    terms: tuple[Term, ...] = ()
    dated: tuple[DatedName, ...] = ()

    def bears(self, key: str, day: date) -> bool:
        """Whether the entity is known to have had a name on ``day``."""
        return any(name.key == key and name.holds_on(day) for name in self.dated)

    def is_not_yet(self, key: str, day: date) -> bool:
        """Whether the entity took the name only after ``day``: nobody meant Twitter by X in 2010."""
        at = day.isoformat()
        starts = [name.start for name in self.dated if name.key == key]
        return bool(starts) and all(start > at for start in starts)

    def is_no_longer(self, key: str, day: date) -> bool:
        """Whether the entity had the name before ``day`` only; it may still be called so where nobody else is."""
        named = any(name.key == key for name in self.dated)
        return named and not self.bears(key, day) and not self.is_not_yet(key, day)

    def in_office(self, day: date) -> bool:
        """Whether any of the terms covers ``day``."""
        return any(term.holds_on(day) for term in self.terms)


class Posting(NamedTuple):
    """A layer's answer for a key: a record's number, the kind of name, whether it must be written in capitals."""

    number: int
    kind: AliasKind
    capitals: bool


class Candidate(NamedTuple):
    """One thing that a name may mean."""

    record: Record
    kind: AliasKind
    capitals: bool


class Layer(Protocol):
    """One source of knowledge: a compiled file or a users' folder."""

    version: str
    origin: str

    def prefixes(self, text: str) -> Sequence[str]: ...
    def postings(self, key: str) -> Sequence[Posting]: ...
    def record(self, number: int) -> Record: ...
    def number_of(self, entity_id: str) -> int | None: ...
    def given_gender(self, word: str) -> str | None: ...
    def is_word(self, word: str) -> bool: ...
    def counts(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class Blocks:
    """What users have taken out: entities, and single aliases of entities."""

    ids: frozenset[str] = frozenset()
    aliases: frozenset[tuple[str, str]] = frozenset()

    def __contains__(self, item: tuple[str, str]) -> bool:
        key, entity_id = item
        return entity_id in self.ids or (key, entity_id) in self.aliases


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Looks names up in all layers; a record of a later layer stands for the same id in the earlier ones."""

    version: str
    layers: tuple[Layer, ...] = ()
    blocks: Blocks = Blocks()
    _found: dict[str, tuple[Candidate, ...]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def origin(self) -> str:
        """What was built from where, for people; empty for what ships."""
        return "; ".join(filter(None, (layer.origin for layer in self.layers)))

    def prefixes(self, text: str) -> list[str]:
        """Every known key that a folded text begins with, shortest first; one may end inside a word of the text."""
        if len(self.layers) == 1:
            return list(self.layers[0].prefixes(text))
        return sorted({key for layer in self.layers for key in layer.prefixes(text)}, key=len)

    def candidates(self, key: str) -> tuple[Candidate, ...]:
        """What a key may mean, most prominent first."""
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= _CACHE_LIMIT:
                self._found.clear()
            found = self._found[key] = tuple(self._gather(key))
        return found

    def _gather(self, key: str) -> list[Candidate]:
        seen: dict[tuple[str, AliasKind], Candidate] = {}
        for layer in self.layers:
            for posting in layer.postings(key):
                record = self._latest(layer.record(posting.number))
                if (key, record.id) not in self.blocks:
                    seen[record.id, posting.kind] = Candidate(record, posting.kind, posting.capitals)
        return sorted(seen.values(), key=lambda c: (-c.record.prior, c.kind, c.record.id))

    def _latest(self, record: Record) -> Record:
        return (self.find(record.id) or record) if len(self.layers) > 1 else record

    def find(self, entity_id: str) -> Record | None:
        """The record of an id, from the last layer that knows it."""
        for layer in reversed(self.layers):
            number = layer.number_of(entity_id)
            if number is not None:
                return layer.record(number)
        return None

    def lookup(self, name: str) -> tuple[Candidate, ...]:
        """What a name as written may mean."""
        return self.candidates(alias_key(name))

    def holder(self, office: str, of: str, day: date) -> Record | None:
        """Who held an office of a country or body (an id) on ``day``: on a day of handing over, who came last."""
        terms = [
            (term.start, candidate.record)
            for candidate in self.candidates(office_key(office, of))
            for term in candidate.record.terms
            if (term.office, term.of) == (office, of) and term.holds_on(day)
        ]
        return max(terms, key=lambda held: (held[0], held[1].id))[1] if terms else None

    def given_gender(self, word: str) -> str | None:
        """``m``, ``f`` or ``""`` (either) if ``word`` is a given name, else None."""
        folded = fold_word(word)
        return next((g for layer in self.layers if (g := layer.given_gender(folded)) is not None), None)

    def is_word(self, word: str) -> bool:
        """Whether ``word`` (in lower case) is a common word of the language."""
        return any(layer.is_word(word) for layer in self.layers)

    def counts(self) -> Iterator[tuple[str, int]]:
        """Entities, aliases and so on over all layers, for people."""
        total: dict[str, int] = {}
        for layer in self.layers:
            for name, number in layer.counts().items():
                total[name] = total.get(name, 0) + number
        return iter(total.items())
