"""Places in an order: "No. 1", "number 16", "ranked 27th"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.scene import NO_UNIT, Answer, Reading, Scene, Vocabulary

_RANKED: Final = frozenset(("ranked", "ranks", "ranking", "rank"))


@dataclass(frozen=True, slots=True)
class RankGrammar:
    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> RankGrammar:
        return cls()

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.value is None or not number.whole or number.form not in ("digits", "words", "ordinal"):
            return None
        tokens, first = scene.tokens, number.first
        label = first
        if tokens.word(first - 1) == "." and tokens.word(first - 2) == "no" and number.form == "digits":
            label = first - 2
        elif tokens.word(first - 1) in ("no", "number") and number.form != "ordinal":
            numbered = tokens.word(first - 1) == "number" or tokens.raw(first - 1) == "No"
            label = first - 1 if numbered and (number.form == "digits" or tokens.word(first - 1) == "number") else first
        elif tokens.word(first - 1) == "#" and tokens.glued(first - 1):
            label = first - 1
        ranked = tokens.word(label - 1) in _RANKED
        if label == first and not (ranked and number.form in ("ordinal", "digits")):
            return None
        if label == first and number.form == "digits" and number.value > 500:
            return None
        return Reading("rank", label - ranked, number.last, NO_UNIT, "rank")
