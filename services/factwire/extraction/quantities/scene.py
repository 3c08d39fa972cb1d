"""What a kind is shown: one sentence with its tokens, its numbers and what must not be entered; and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeAlias

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import ClaimKind, Document, Unit
from factwire.extraction.quantities.nouns import Noun, NounGrammar
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.number_words import NumberWords
from factwire.extraction.quantities.tokens import Tokens
from factwire.extraction.quantities.units import UnitGrammar

ONE: Final = Decimal(1)
NO_UNIT: Final = Unit("none", None, None)

TIMED: Final = 1
NAMED: Final = 2
COUNTED: Final = 3
"""Marks of a scene's ``barrier``: inside a date, inside an identifier, part of a number; 0 where it is free."""


@dataclass(frozen=True, slots=True)
class RangeWords:
    """The words of ``ranges.toml``."""

    ranging: frozenset[str]
    hedges: frozenset[str]
    compared: frozenset[str]
    levels: frozenset[str]
    sums: frozenset[str]
    changes: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> RangeWords:
        table = lexicons.table("quantities/ranges")
        return cls(
            *(frozenset(table.words(key)) for key in ("ranging", "hedges", "compared", "levels", "sums", "changes"))
        )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What more than one kind reads by."""

    numbers: NumberWords
    nouns: NounGrammar
    units: UnitGrammar
    ranges: RangeWords
    each: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> Vocabulary:
        return cls(
            numbers=NumberWords.compile(lexicons),
            nouns=NounGrammar.compile(lexicons),
            units=UnitGrammar.compile(lexicons),
            ranges=RangeWords.compile(lexicons),
            each=frozenset(lexicons.table("quantities/per").words("each")),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a kind makes of a number: tokens ``first`` to before ``last`` with the unit; ``factor`` scales the value."""

    kind: ClaimKind
    first: int
    last: int
    unit: Unit
    rule: str
    factor: Decimal = ONE
    noun: tuple[int, int] | None = None
    value: Decimal | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Why a number is no quantity."""

    reason: str
    rule: str


Answer: TypeAlias = Reading | Dismissal | None


@dataclass(slots=True)
class Scene:
    """One sentence of a document, as the kinds see it. ``notes``: what was found out about the document so far."""

    document: Document
    tokens: Tokens
    vocabulary: Vocabulary
    barrier: bytearray
    notes: dict[str, tuple[str, bool] | bool]
    title: bool = False
    numbers: dict[int, Number] = field(default_factory=dict)
    _words: frozenset[str] | None = None

    def number_at(self, at: int) -> Number | None:
        """The number that begins at a token."""
        return self.numbers.get(at)

    @property
    def country(self) -> str | None:
        return self.document.article.country

    def noun(self, at: int, *, one: bool = False) -> Noun | None:
        """The noun phrase at token ``at``."""
        return self.vocabulary.nouns.read(self.tokens, at, self.barrier, one=one)

    def counted(self, noun: Noun) -> Unit:
        """The unit of a noun phrase: head in the singular, label as written."""
        if not noun.said:
            return Unit("count", None, None)
        label = self.document.text[self.tokens.start[noun.first] : self.tokens.end[noun.last - 1]]
        return Unit("count", noun.head.lower() if self.title and not noun.head.isupper() else noun.head, label)

    def has(self, words: frozenset[str]) -> bool:
        """Whether one of the words stands in the sentence; "S&P" is one."""
        if self._words is None:
            low = self.tokens.low
            joined = {"".join(low[at - 1 : at + 2]) for at, word in enumerate(low) if word == "&" and at}
            self._words = frozenset(low) | joined
        return not words.isdisjoint(self._words)
