"""Results: "3-1", "6-4", "22 points to 10"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.scene import NO_UNIT, ONE, Answer, Reading, Scene, Vocabulary

_HIGHEST: Final = 250


@dataclass(frozen=True, slots=True)
class ScoreGrammar:
    cues: frozenset[str]
    units: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> ScoreGrammar:
        table = lexicons.table("quantities/score")
        return cls(frozenset(table.words("cues")), frozenset(table.words("units")))

    def __call__(self, scene: Scene, number: Number) -> Answer:
        tokens = scene.tokens
        if not self._plain(number):
            return None
        if tokens.word(number.last) in self.units and tokens.word(number.last + 1) == "to":
            other = self._at(scene, number.last + 2)
            if other is not None and other.last < tokens.size and tokens.word(other.last) not in ("%", "percent"):
                return Reading("score", number.first, other.last, NO_UNIT, "points-to")
        if tokens.word(number.last) not in ("-", "\u2013") or not tokens.glued(number.last - 1):
            return None
        other = self._at(scene, number.last + 1)
        if other is None or not tokens.glued(number.last) or not self._result(scene, number, other):
            return None
        return Reading("score", number.first, other.last, NO_UNIT, "score")

    def _at(self, scene: Scene, at: int) -> Number | None:
        found = scene.number_at(at)
        return found if found is not None and self._plain(found) else None

    def _plain(self, number: Number) -> bool:
        small = number.value is not None and 0 <= number.value <= _HIGHEST
        return small and number.whole and number.form == "digits" and number.scale == ONE

    def _result(self, scene: Scene, number: Number, other: Number) -> bool:
        tokens = scene.tokens
        before, following = tokens.word(number.first - 1), tokens.word(other.last)
        if before in ("$", "£", "€") or following in ("%", "percent", "-") or (number.value or 0) >= 1900:
            return False
        if scene.vocabulary.units.read(tokens, other.last) is not None:
            return False
        if (number.value or 0) >= (other.value or 0):
            return True
        return scene.has(self.cues) and scene.noun(other.last) is None
