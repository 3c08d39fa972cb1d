"""Factors: "doubled", "twice as many", "three times more", "threefold", "10x"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Unit
from factwire.extraction.quantities.numbers import Number
from factwire.extraction.quantities.scene import NO_UNIT, Answer, Dismissal, Reading, Scene, Vocabulary

_COMPARED: Final = frozenset(
    ["as", "more", "the", "that", "its", "their", "his", "her", "our", "what", "those", "higher", "larger", "greater", "bigger", "faster", "lower", "smaller", "less", "fewer", "likelier", "over", "better", "worse", "stronger", "longer", "cheaper", "deadlier", "heavier", "quicker", "older", "rate", "level", "number", "amount", "average", "size", "usual", "normal"]
)
_ATTRIBUTIVE: Final = frozenset(("double", "triple", "treble", "quadruple"))
_HOW_OFTEN: Final = frozenset(("twice", "thrice"))
_RATE: Final = frozenset(("a", "an", "per", "each", "every", "daily", "weekly", "monthly", "yearly"))


@dataclass(frozen=True, slots=True)
class MultipleGrammar:
    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> MultipleGrammar:
        return cls()

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.form == "multiple":
            return self._word(scene, number)
        if number.value is None or number.form == "ordinal":
            return None
        return self._times(scene, number) or self._fold(scene, number)

    def _word(self, scene: Scene, number: Number) -> Answer:
        """ "doubled" always; "double" and "twice" only where something is compared."""
        tokens = scene.tokens
        word, following = tokens.low[number.first], tokens.word(number.last)
        if word in _HOW_OFTEN and (following in _RATE or following not in _COMPARED):
            return Dismissal("how often, not how much", "how-often")
        if word in _ATTRIBUTIVE and not self._doubles(scene, number):
            return Dismissal("'double' as a name or a kind", "double-as-adjective")
        if following == "-" and tokens.glued(number.last - 1) and tokens.glued(number.last):
            return Dismissal("part of a compound word", "compound-idiom")
        return Reading("multiple", number.first, number.last, NO_UNIT, "factor-word")

    def _doubles(self, scene: Scene, number: Number) -> bool:
        following, before = scene.tokens.word(number.last), scene.tokens.word(number.first - 1)
        if following in _COMPARED:
            return True
        return before in ("to", "will", "could", "would", "than", "may", "might") and not following[:1].isalpha()

    def _times(self, scene: Scene, number: Number) -> Answer:
        """ "three times more than", "10 times the rate"; "three times" alone counts occasions."""
        tokens, last = scene.tokens, number.last
        if tokens.word(last) in ("x", "×") and tokens.glued(last - 1) and not tokens.word(last + 1)[:1].isdigit():
            return Reading("multiple", number.first, last + 1, NO_UNIT, "times-sign")
        if tokens.word(last) != "times":
            return None
        following = tokens.word(last + 1)
        if following in _COMPARED or (following.endswith("er") and following not in ("over", "after", "under", "per")):
            return Reading("multiple", number.first, last + 1, NO_UNIT, "times-compared")
        if following in _RATE:
            return Dismissal("how often, not how much", "how-often")
        unit = Unit("count", "time", tokens.raw(last))
        return Reading("count", number.first, last + 1, unit, "times-counted", noun=(last, last + 1))

    def _fold(self, scene: Scene, number: Number) -> Answer:
        """ "10-fold", "15 fold"."""
        tokens = scene.tokens
        at = number.last + (tokens.word(number.last) == "-")
        if tokens.word(at) != "fold":
            return None
        return Reading("multiple", number.first, at + 1, NO_UNIT, "fold")
