"""Ages: "45-year-old", "five years old", "aged 28", "Lopez, 37,"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Unit
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.scene import Answer, Reading, Scene, Vocabulary
from factwire.extraction.quantities.units import UnitGrammar

YEARS: Final = Unit("UCUM", "a", "years")
_OLDEST: Final = 125


@dataclass(frozen=True, slots=True)
class AgeGrammar:
    units: UnitGrammar

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> AgeGrammar:
        return cls(vocabulary.units)

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.value is None or number.form not in ("digits", "words"):
            return None
        return (
            self._old(scene, number)
            or self._was(scene, number)
            or self._aged(scene, number)
            or self._set_off(scene, number)
        )

    def _old(self, scene: Scene, number: Number) -> Answer:
        """As in "45-year-old", "18 year old", "ten months old", "three years of age", "87 yo"."""
        tokens = scene.tokens
        at = number.last + (tokens.word(number.last) == "-")
        if tokens.word(at) in ("yo", "y.o.", "y.o"):
            return Reading("age", number.first, at + 1, YEARS, "years-old")
        found = self.units.read(tokens, at)
        if found is None or found[0].dimension != "time":
            return None
        measure, last = found
        last += tokens.word(last) == "-"
        if tokens.word(last) in ("old", "olds", "old's"):
            last += 1
        elif tokens.low[last : last + 2] == ["of", "age"]:
            last += 2
        else:
            return None
        label = scene.document.text[tokens.start[at] : tokens.end[found[1] - 1]]
        return Reading("age", number.first, last, Unit("UCUM", measure.code, label), "years-old", measure.factor)

    def _aged(self, scene: Scene, number: Number) -> Answer:
        """As in "aged 28", "age of fifteen", "age 87", "ages 5"."""
        tokens, first = scene.tokens, number.first
        if not number.whole or not 0 < (number.value or 0) <= _OLDEST:
            return None
        before = tokens.word(first - 1)
        if before in ("about", "around", "just") and tokens.word(first - 2) == "aged":
            return Reading("age", first - 2, number.last, YEARS, "aged")
        if before == "at" and tokens.word(first - 2) in ("dies", "died", "dead") and not self._goes_on(scene, number):
            return Reading("age", first, number.last, YEARS, "died-at")
        if before in ("aged", "age", "ages"):
            return Reading("age", first - 1, number.last, YEARS, "aged")
        if before in ("of", "at") and tokens.word(first - 2) in ("age", "ages"):
            return Reading("age", first - 2, number.last, YEARS, "aged")
        if before == "between" and tokens.word(first - 2) in ("aged", "ages"):
            return Reading("age", first, number.last, YEARS, "aged")
        return None

    def _goes_on(self, scene: Scene, number: Number) -> bool:
        """Whether a noun or a unit follows, so that no bare age stands here."""
        following = scene.tokens.word(number.last)
        free = ("when", "on", "in", "at", "and", "last", "this", "but", "after", "from")
        return (following[:1].isalnum() and following not in free) or following in ("%", ":")

    def _was(self, scene: Scene, number: Number) -> Answer:
        """He was 88. She turned 40 in May."""
        tokens, first, last = scene.tokens, number.first, number.last
        turned = tokens.word(first - 1) in ("was", "is", "turned", "turns") and number.whole
        if not turned or tokens.word(first - 2) not in ("he", "she", "who") or not 0 < (number.value or 0) <= _OLDEST:
            return None
        if self._goes_on(scene, number):
            return None
        return Reading("age", first, last, YEARS, "was-so-old")

    def _set_off(self, scene: Scene, number: Number) -> Answer:
        """As in "Lopez, 37," and "Lopez (37)": a number of its own behind a name."""
        tokens, first, last = scene.tokens, number.first, number.last
        if number.form != "digits" or last != first + 1 or not tokens.raw(first).isdecimal():
            return None
        if not 0 < (number.value or 0) <= _OLDEST:
            return None
        pair = (tokens.word(first - 1), tokens.word(last))
        name = tokens.raw(first - 2)
        named = name[:1].isupper() and len(name) > 1 and not name.isupper()
        noun = (
            pair == (",", ",")
            and last + 1 not in scene.numbers
            and name.isalpha()
            and name.lower() not in scene.vocabulary.nouns.stops
        )
        if noun and not scene.barrier[first - 2] and (number.value or 0) > 4:
            return Reading("age", first, last, YEARS, "age-set-off")
        if (
            named
            and pair in ((",", ","), (",", "."), ("(", ")"), (",", ""), (",", "and"))
            and not scene.barrier[first - 2]
        ):
            return Reading("age", first, last, YEARS, "age-set-off")
        return None
