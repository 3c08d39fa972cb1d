"""Levels on a scale of their own: magnitudes, and where an index stands."""

from __future__ import annotations

from dataclasses import dataclass

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.scene import NO_UNIT, ONE, Answer, Reading, Scene, Vocabulary


@dataclass(frozen=True, slots=True)
class IndexGrammar:
    """The words of ``index.toml``; ``cues`` say that an index is spoken of."""

    cues: frozenset[str]
    levels: frozenset[str]
    magnitude: frozenset[str]
    quakes: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> IndexGrammar:
        table = lexicons.table("quantities/index")
        return cls(*(frozenset(table.words(key)) for key in ("cues", "levels", "magnitude", "quakes")))

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.value is None or number.form not in ("digits", "words"):
            return None
        return self._magnitude(scene, number) or self._level(scene, number)

    def _magnitude(self, scene: Scene, number: Number) -> Answer:
        """As in "magnitude 5.2", "5.8 magnitude", "4.7-magnitude", "magnitude of 6.4"."""
        tokens, first, last = scene.tokens, number.first, number.last
        if (number.value or 0) > 12:
            return None
        plus = tokens.word(last) == "+"
        if tokens.word(first - 1) in self.magnitude:
            return Reading("index", first - 1, last + plus, NO_UNIT, "magnitude")
        if tokens.word(first - 1) == "of" and tokens.word(first - 2) in self.magnitude:
            return Reading("index", first - 2, last, NO_UNIT, "magnitude")
        at = last + (tokens.word(last) == "-")
        if tokens.word(at) in self.magnitude:
            return Reading("index", first, at + 1, NO_UNIT, "magnitude")
        if "." in tokens.raw(first) and self._quake(scene, last):
            return Reading("index", first, last, NO_UNIT, "magnitude-of-quake")
        near = scene.has(self.quakes)
        if near and "." in tokens.raw(first) and (number.value or 0) < 10 and self._alone(scene, last):
            return Reading("index", first, last, NO_UNIT, "magnitude-again")
        return None

    def _quake(self, scene: Scene, at: int) -> bool:
        """As in "6.4 quake", "a 7.1 undersea earthquake"."""
        return any(word in self.quakes for word in scene.tokens.low[at : at + 2])

    def _level(self, scene: Scene, number: Number) -> Answer:
        """As in "closed at 38,905.66": a level without a noun, beside the name of an index."""
        tokens, first, last = scene.tokens, number.first, number.last
        if number.form != "digits" or number.scale != ONE or not scene.has(self.cues):
            return None
        before = tokens.word(first - 1)
        levelled = before in self.levels or (before == "," and "." in tokens.raw(first))
        if not levelled or not self._alone(scene, last):
            return None
        return Reading("index", first, last, NO_UNIT, "index-level")

    def _alone(self, scene: Scene, at: int) -> bool:
        """No noun or unit follows."""
        following = scene.tokens.word(at)
        if following in ("%", "-", "/", "$"):
            return False
        if not following[:1].isalpha() or scene.barrier[at]:
            return True
        return following in scene.vocabulary.nouns.stops and following != "percent"
