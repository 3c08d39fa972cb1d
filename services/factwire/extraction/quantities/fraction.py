"""Shares of a whole: "two-thirds", "half", "one in five", "nine out of 10"."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.scene import NO_UNIT, ONE, TIMED, Answer, Dismissal, Reading, Scene, Vocabulary
from factwire.extraction.quantities.units import UnitGrammar

_SHARE: Final = Decimal("0.000001")
_ROUND: Final = frozenset(map(Decimal, (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 50, 100, 1000)))


@dataclass(frozen=True, slots=True)
class FractionGrammar:
    units: UnitGrammar

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> FractionGrammar:
        return cls(vocabulary.units)

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.form == "fraction":
            return self._worded(scene, number)
        return self._in(scene, number)

    def _worded(self, scene: Scene, number: Number) -> Answer:
        tokens, last = scene.tokens, number.last
        hyphen = tokens.word(last) == "-" and tokens.glued(last - 1) and tokens.glued(last)
        if hyphen and tokens.low[last - 1] == "half":
            return Dismissal("part of a compound word", "compound-idiom")
        return Reading("fraction", number.first, last, NO_UNIT, "worded-fraction")

    def _in(self, scene: Scene, number: Number) -> Answer:
        """As in "one in five", "three out of every 10": the second number is the whole."""
        tokens = scene.tokens
        if not self._plain(number) or number.value is None:
            return None
        at, strong = number.last, False
        hyphened = tokens.hyphened(at - 1) and tokens.hyphened(at + 1)
        at += hyphened
        if tokens.low[at : at + 2] == ["out", "of"]:
            at, strong = at + 2, True
        elif tokens.word(at) == "in":
            at += 1
        else:
            return None
        at += hyphened
        if tokens.word(at) == "every":
            at, strong = at + 1, True
        whole = scene.number_at(at)
        if whole is None or not self._plain(whole) or whole.value is None or scene.barrier[at] == TIMED:
            return None
        if whole.value <= number.value or not (strong or self._usual(scene, number, whole)):
            return None
        value = (number.value / whole.value).quantize(_SHARE).normalize()
        return Reading("fraction", number.first, whole.last, NO_UNIT, "one-in", value=value)

    def _plain(self, number: Number) -> bool:
        return number.form in ("digits", "words") and number.whole and (number.value or 0) > 0

    def _usual(self, scene: Scene, number: Number, whole: Number) -> bool:
        """Whether "two in 10" is a share: a round whole, not followed by a stretch of time."""
        if whole.value not in _ROUND and not (number.value == ONE and whole.scale > ONE):
            return False
        found = self.units.read(scene.tokens, whole.last)
        return found is None and number.scale == ONE
