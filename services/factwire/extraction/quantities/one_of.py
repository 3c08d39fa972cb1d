"""One out of a class: "one of the most generous pledges", "one of his lawyers"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.scene import COUNTED, TIMED, Answer, Dismissal, Reading, Scene, Vocabulary

_FARTHEST: Final = 5


@dataclass(frozen=True, slots=True)
class OneOfGrammar:
    """``passed``: what may stand between "one of" and the class; ``pronouns``: what makes "one" a pronoun."""

    passed: frozenset[str]
    pronouns: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> OneOfGrammar:
        table = lexicons.table("quantities/one_of")
        return cls(frozenset(table.words("passed")), frozenset(table.words("pronouns")))

    def __call__(self, scene: Scene, number: Number) -> Answer:
        tokens = scene.tokens
        if number.value != 1 or number.form != "words" or tokens.word(number.last) != "of":
            return None
        at = number.last + 1
        if tokens.word(at) in self.pronouns and tokens.word(at + 1) not in self.passed and scene.noun(at + 1) is None:
            return Dismissal("'one' as a pronoun", "pronoun-one")
        at = self._inside(scene, at)
        noun = scene.noun(at)
        if noun is None:
            return Dismissal("one of a class that is not counted", "one-of-unsaid")
        unit = scene.counted(noun)
        return Reading("one_of", number.first, noun.last, unit, "one-of", noun=(noun.first, noun.last))

    def _inside(self, scene: Scene, at: int) -> int:
        """Behind determiners, possessives and a number ("one of the country's 12 ...")."""
        tokens, end = scene.tokens, at + _FARTHEST
        while at < min(end, tokens.size):
            low = tokens.low[at]
            counted = scene.barrier[at] == COUNTED
            possessive = low.endswith("'s") or tokens.word(at + 1) == "'"
            if scene.barrier[at] == TIMED or not (counted or possessive or low in self.passed or low == "'"):
                break
            at += 1
        return at
