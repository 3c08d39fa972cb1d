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
_CHILD: Final = 12
"""Up to here "Kim is 9" is as likely a score or a rank."""
_WOULD: Final = ("would", "have", "been")


@dataclass(frozen=True, slots=True)
class AgeGrammar:
    """``limits`` and ``meant``: the words of "children under five", as ``age.toml`` lists them."""

    units: UnitGrammar
    limits: frozenset[str]
    meant: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> AgeGrammar:
        table = lexicons.table("quantities/age")
        return cls(vocabulary.units, frozenset(table.words("limits")), frozenset(table.words("meant")))

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.value is None or number.form not in ("digits", "words"):
            return None
        return (
            self._old(scene, number)
            or self._was(scene, number)
            or self._limit(scene, number)
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
        if following == "or" and scene.number_at(number.last + 1) is not None:
            return False
        return (following[:1].isalnum() and following not in free) or following in ("%", ":")

    def _was(self, scene: Scene, number: Number) -> Answer:
        """He was 88. She turned 40 in May."""
        tokens, first, last = scene.tokens, number.first, number.last
        if not number.whole or not 0 < (number.value or 0) <= _OLDEST or self._goes_on(scene, number):
            return None
        verb, subject = tokens.word(first - 1), tokens.word(first - 2)
        turned = verb in ("was", "is", "turned", "turns", "turn", "am") and subject in ("he", "she", "who", "i")
        would = tokens.low[max(0, first - 4) : first] in (["he", *_WOULD], ["she", *_WOULD])
        named = (
            verb in ("is", "was") and tokens.raw(first - 2).istitle() and tokens.raw(first - 3).istitle() and first > 2
        )
        if (
            turned
            or would
            or verb in ("i'm", "you're", "he's", "she's", "they're")
            or (named and (number.value or 0) > _CHILD)
        ):
            return Reading("age", first, last, YEARS, "was-so-old")
        return None

    def _limit(self, scene: Scene, number: Number) -> Answer:
        """As in "children under five", "adults over 65": who is meant, by age."""
        tokens, first, last = scene.tokens, number.first, number.last
        if (
            not number.whole
            or not 0 < (number.value or 0) <= _OLDEST
            or tokens.word(last) in ("%", "-", "per", "percent")
        ):
            return None
        if scene.noun(last) is not None or self.units.read(tokens, last) is not None:
            return None
        at = first - 1 - (tokens.word(first - 1) == "than")
        if tokens.word(at) in self.limits and tokens.word(at - 1) in self.meant:
            return Reading("age", first, last, YEARS, "age-limit")
        return None

    def _set_off(self, scene: Scene, number: Number) -> Answer:
        """As in "Lopez, 37," and "Lopez (37)": a number of its own behind a name."""
        tokens, first, last = scene.tokens, number.first, number.last
        if number.form != "digits" or last != first + 1 or not tokens.raw(first).isdecimal():
            return None
        if not 0 < (number.value or 0) <= _OLDEST:
            return None
        also = tokens.word(first - 1) in ("also", "then", "now") and tokens.word(first - 2) == ","
        pair = (tokens.word(first - 1 - also), tokens.word(last))
        name = tokens.raw(first - 2 - also)
        named = name[:1].isupper() and len(name) > 1 and not name.isupper()
        noun = (
            pair == (",", ",")
            and last + 1 not in scene.numbers
            and name.isalpha()
            and name.lower() not in scene.vocabulary.nouns.stops
        )
        if noun and not scene.barrier[first - 2 - also] and (number.value or 0) > 4:
            return Reading("age", first, last, YEARS, "age-set-off")
        if (
            named
            and pair in ((",", ","), (",", "."), ("(", ")"), (",", ""), (",", "and"))
            and not scene.barrier[first - 2 - also]
        ):
            return Reading("age", first, last, YEARS, "age-set-off")
        return None
