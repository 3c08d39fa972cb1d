"""Factors: "doubled", "twice as many", "three times more", "threefold", "10x"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Unit
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.scene import NO_UNIT, ONE, Answer, Dismissal, Reading, Scene, Vocabulary

_KEYS: Final = ("compared", "uncompared", "attributive", "verbal", "often", "every")


@dataclass(frozen=True, slots=True)
class MultipleGrammar:
    """The words of ``multiple.toml``."""

    compared: frozenset[str]
    uncompared: frozenset[str]
    attributive: frozenset[str]
    verbal: frozenset[str]
    often: frozenset[str]
    every: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> MultipleGrammar:
        table = lexicons.table("quantities/multiple")
        return cls(*(frozenset(table.words(key)) for key in _KEYS))

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.form == "multiple":
            return self._word(scene, number)
        if number.value is None or number.form == "ordinal":
            return None
        return self._times(scene, number) or self._fold(scene, number) or self._factor(scene, number)

    def _word(self, scene: Scene, number: Number) -> Answer:
        """Always "doubled"; "double" and "twice" only where something is compared."""
        tokens = scene.tokens
        word, following = tokens.low[number.first], tokens.word(number.last)
        if word in self.often and (following in self.every or following not in self.compared):
            return Dismissal("how often, not how much", "how-often")
        if word in self.attributive and not self._doubles(scene, number):
            return Dismissal("'double' as a name or a kind", "double-as-adjective")
        if following == "-" and tokens.glued(number.last - 1) and tokens.glued(number.last):
            return Dismissal("part of a compound word", "compound-idiom")
        return Reading("multiple", number.first, number.last, NO_UNIT, "factor-word")

    def _doubles(self, scene: Scene, number: Number) -> bool:
        following, before = scene.tokens.word(number.last), scene.tokens.word(number.first - 1)
        if following in self.compared:
            return True
        return before in self.verbal and not following[:1].isalpha()

    def _times(self, scene: Scene, number: Number) -> Answer:
        """As in "three times more than", "10 times the rate"; "three times" alone counts occasions."""
        tokens, last = scene.tokens, number.last
        if tokens.word(last) in ("x", "×") and tokens.glued(last - 1) and not tokens.word(last + 1)[:1].isdigit():
            return Reading("multiple", number.first, last + 1, NO_UNIT, "times-sign")
        if tokens.word(last) != "times":
            return None
        following = tokens.word(last + 1)
        named = following == "as" and tokens.raw(last + 2)[:1].isupper()
        if not named and (
            following in self.compared or (following.endswith("er") and following not in self.uncompared)
        ):
            return Reading("multiple", number.first, last + 1, NO_UNIT, "times-compared")
        if following in self.every:
            return Dismissal("how often, not how much", "how-often")
        if not number.whole and number.form == "digits" and number.scale == ONE:
            return Reading("multiple", number.first, last + 1, NO_UNIT, "times-of-a-price")
        unit = Unit("count", "time", tokens.raw(last))
        return Reading("count", number.first, last + 1, unit, "times-counted", noun=(last, last + 1))

    def _factor(self, scene: Scene, number: Number) -> Answer:
        """As in "a factor of two"."""
        before = scene.tokens.low[max(0, number.first - 2) : number.first]
        return (
            Reading("multiple", number.first, number.last, NO_UNIT, "factor-of") if before == ["factor", "of"] else None
        )

    def _fold(self, scene: Scene, number: Number) -> Answer:
        """As in "10-fold", "15 fold"."""
        tokens = scene.tokens
        at = number.last + (tokens.word(number.last) == "-")
        if tokens.word(at) != "fold":
            return None
        return Reading("multiple", number.first, at + 1, NO_UNIT, "fold")
