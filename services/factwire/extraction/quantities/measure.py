"""Quantities in units of measure, temperatures and durations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Unit
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.per import read_per
from factwire.extraction.quantities.rows import listed
from factwire.extraction.quantities.scene import ONE, Answer, Dismissal, Reading, Scene, Vocabulary
from factwire.extraction.quantities.units import Measure, UnitGrammar

_WORDS: Final = ("warm", "metres", "tenor", "qualifiers", "bouts", "fought", "lasting")
_QUALIFIERS: Final = 2
_MILLION: Final = Decimal(1_000_000)
_SOME_DAY: Final = ["one", "day"]
_AGES: Final = frozenset(("old", "-", "'"))
"""Behind "a year" they make it an age or a part of a longer word."""
_BEFORE_UNITS: Final = frozenset(("-", "+", "(", "[", "{", "<", "of", "a", "an"))
_DEGREES: Final = {"C": "celsius", "F": "fahrenheit"}
_PARTS: Final = {("[ft_i]", "[in_i]"): 12, ("[lb_av]", "[oz_av]"): 16, ("[stone_av]", "[lb_av]"): 14}
"""What a unit holds of the next smaller one: "5 feet 2 inches" is one length."""


@dataclass(frozen=True, slots=True)
class MeasureGrammar:
    units: UnitGrammar
    warm: frozenset[str]
    metres: frozenset[str]
    tenor: frozenset[str]
    qualifiers: frozenset[str]
    bouts: frozenset[str]
    fought: frozenset[str]
    lasting: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> MeasureGrammar:
        table = lexicons.table("quantities/measure")
        return cls(vocabulary.units, *(listed(table, "words", key) for key in _WORDS))

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.form == "fraction" and scene.tokens.word(number.first - 1) == "and":
            longer = self._more_than_one(scene, number)
            if longer is not None:
                return longer
        found = self._unit(scene, number) or self._lone_degrees(scene, number)
        if found is None:
            return None
        measure, last = found
        written = scene.tokens.text[last - 1]
        lone = last - 1 == number.last and scene.tokens.glued(number.last - 1)
        if written in ("C", "F") and lone and not scene.has(self.warm):
            return None
        if written == "m" and measure.code == "m" and not self._metres(scene, number, last):
            return self._millions(scene, number)
        if measure.dimension == "mass" and self._weight_class(scene, number, last):
            return Dismissal("the weight class of a fighter or a bout", "weight-class")
        if measure.dimension == "time":
            return self._duration(scene, number, measure, last)
        return self._measured(scene, number, measure, last)

    def _millions(self, scene: Scene, number: Number) -> Answer:
        """As in "12.5m barrels a day": the letter is a scale, and the unit stands behind it."""
        found = self.units.read(scene.tokens, number.last + 1)
        if found is None or number.scale != ONE:
            return None
        measure, last = found
        scaled = replace(measure, factor=measure.factor * _MILLION)
        return self._measured(scene, number._replace(last=number.last + 1), scaled, last)

    def _weight_class(self, scene: Scene, number: Number, last: int) -> bool:
        """``Holt (60kg)``, ``the women's 60kg final``: a class that is fought in, and nobody was weighed."""
        tokens, first = scene.tokens, number.first
        if number.form != "digits" or not number.whole:
            return False
        if tokens.word(last) in self.bouts:
            return True
        bracketed = tokens.word(first - 1) == "(" and tokens.word(last) == ")"
        return bracketed and tokens.raw(first - 2)[:1].isupper() and scene.has(self.fought)

    def _lone_degrees(self, scene: Scene, number: Number) -> tuple[Measure, int] | None:
        """As in "12 C (54 F)": a capital with a blank before it, in a sentence about heat."""
        tokens, at = scene.tokens, number.last
        if tokens.raw(at) not in _DEGREES or number.form != "digits" or tokens.glued(at - 1):
            return None
        ends = not tokens.word(at + 1)[:1].isalnum() or tokens.word(at + 1) in ("and", "in", "on", "to", "at")
        measure = self.units.names.get(_DEGREES[tokens.raw(at)])
        return (measure, at + 1) if measure is not None and ends and scene.has(self.warm) else None

    def _more_than_one(self, scene: Scene, number: Number) -> Answer:
        """A year and a half: the unit stands before, and its one in an article."""
        at = number.first - 2
        found = self.units.read(scene.tokens, at)
        if found is None or found[1] != at + 1 or number.value is None or found[0].dimension != "time":
            return None
        first = at - (scene.tokens.word(at - 1) in ("a", "an", "one"))
        unit = Unit("UCUM", found[0].code, _phrase(scene, at, at + 1))
        value = (1 + number.value) * found[0].factor
        return Reading("duration", first, number.last, unit, "unit-and-a-half", value=value)

    def _unit(self, scene: Scene, number: Number) -> tuple[Measure, int] | None:
        """The unit behind the number, across a hyphen ("48-acre"), "of a" ("a quarter of a mile") or a qualifier."""
        tokens, at = scene.tokens, number.last
        if number.vague and tokens.word(at) == "of":
            at += 1
        if number.form == "fraction":
            divided = tokens.word(at) == "of"
            at += divided
            at += (divided or tokens.low[number.last - 1] == "half") and tokens.word(at) in ("a", "an")
        at += tokens.word(at) == "+" and tokens.glued(at - 1)
        word = tokens.word(at)
        if word == "-" and tokens.glued(at - 1) and tokens.glued(at):
            return self.units.read(tokens, at + 1)
        if word in ("(", "[", "{", "<"):
            return self._bracketed(scene, at)
        qualified = at
        while qualified < at + _QUALIFIERS and tokens.word(qualified) in self.qualifiers:
            qualified += 1
        return self.units.read(tokens, at) or self.units.read(tokens, qualified)

    def _bracketed(self, scene: Scene, at: int) -> tuple[Measure, int] | None:
        """As in "20 (kg)"."""
        found = self.units.read(scene.tokens, at + 1)
        if found is None or scene.tokens.word(found[1]) not in (")", "]", "}", ">"):
            return None
        return found[0], found[1] + 1

    def _metres(self, scene: Scene, number: Number, last: int) -> bool:
        """Whether "10m" is a length and not ten million."""
        tokens = scene.tokens
        following = tokens.word(last)
        if following in self.metres or not following[:1].isalpha():
            return True
        return scene.noun(last) is None

    def _duration(self, scene: Scene, number: Number, measure: Measure, last: int) -> Answer:
        tokens = scene.tokens
        if tokens.word(number.last) == "-" and tokens.word(last) in self.tenor:
            return Dismissal("the term of a bond or note", "tenor")
        if tokens.low[number.last : last] == ["year"] and _is_year(number):
            return Dismissal("reads as a year", "bare-year")
        if tokens.low[number.first : last] == _SOME_DAY and tokens.word(number.first - 1) not in self.lasting:
            return Dismissal("some day, which lasts no time", "some-day")
        if number.rule == "article-hedged" and (tokens.word(last) in _AGES or scene.noun(last, one=True) is not None):
            return Dismissal("an article before a longer noun", "article-of-noun")
        unit = Unit("UCUM", measure.code, _label(scene, number.last, last))
        last, factor = self._and_a_half(scene, number, last, measure)
        return Reading("duration", number.first, last, unit, "duration", factor)

    def _and_a_half(self, scene: Scene, number: Number, last: int, measure: Measure) -> tuple[int, Decimal]:
        """One year and a half is half a year longer."""
        tokens = scene.tokens
        half = tokens.low[last : last + 3] == ["and", "a", "half"]
        if not half or not number.value:
            return last, measure.factor
        return last + 3, measure.factor * (number.value + Decimal("0.5")) / number.value

    def _measured(self, scene: Scene, number: Number, measure: Measure, last: int) -> Answer:
        tokens = scene.tokens
        label = _label(scene, number.last, last)
        if measure.dimension == "temperature" or measure.code == "deg":
            return self._degrees(scene, number, measure, last)
        smaller = self._smaller(scene, number, measure, last)
        if smaller is not None:
            return smaller
        if measure.per is not None:
            unit = Unit("UCUM", measure.code, label, Unit("UCUM", measure.per, label))
            return Reading("measure", number.first, last, unit, "measure-per", measure.factor)
        behind = last
        if tokens.word(last) == "of" and measure.dimension in ("volume", "mass"):
            behind = self._substance(scene, last)
        per = read_per(scene, behind)
        if per is None:
            return Reading("measure", number.first, last, Unit("UCUM", measure.code, label), "measure", measure.factor)
        compound = self.units.compounds.get((measure.code, per[0].code or ""))
        if compound is not None:
            unit = Unit("UCUM", compound.code, _phrase(scene, last - 1, per[1]))
            return Reading("measure", number.first, per[1], unit, "compound-unit", signed=True)
        unit = Unit("UCUM", measure.code, label, per[0])
        return Reading("measure", number.first, per[1], unit, "measure-per", measure.factor)

    def _substance(self, scene: Scene, last: int) -> int:
        """Behind "of crude oil", where a rate may follow ("barrels of oil a day")."""
        at = last + 1
        while at < min(scene.tokens.size, last + 4) and scene.tokens.low[at] not in scene.vocabulary.nouns.stops:
            at += 1
        return at if read_per(scene, at) is not None else last

    def _degrees(self, scene: Scene, number: Number, measure: Measure, last: int) -> Answer:
        below = scene.tokens.low[last : last + 2] == ["below", "zero"]
        unit = Unit("UCUM", measure.code, _label(scene, number.last, last))
        factor = -measure.factor if below else measure.factor
        return Reading("measure", number.first, last + 2 * below, unit, "degrees", factor, signed=True)

    def _smaller(self, scene: Scene, number: Number, measure: Measure, last: int) -> Reading | None:
        """Feet and inches as one value in the larger unit: "5 feet and 2 inches", "6ft 4in"."""
        at = last + (scene.tokens.word(last) == "and")
        part = scene.number_at(at)
        if part is None or part.value is None or number.value is None:
            return None
        found = self._unit(scene, part) or self._inches(scene, part, measure)
        size = _PARTS.get((measure.code, found[0].code)) if found else None
        if found is None or size is None or part.value >= size:
            return None
        value = number.value + (part.value / size).quantize(Decimal("0.000000001"))
        unit = Unit("UCUM", measure.code, _phrase(scene, number.last, found[1]))
        return Reading("measure", number.first, found[1], unit, "two-part-measure", value=value)

    def _inches(self, scene: Scene, part: Number, measure: Measure) -> tuple[Measure, int] | None:
        """6 ft 2 in: only behind feet is "in" a unit."""
        if measure.code != "[ft_i]" or scene.tokens.word(part.last) != "in":
            return None
        return Measure("[in_i]", "length"), part.last + 1


def _is_year(number: Number) -> bool:
    """Whether "1986 year" is a year and not so many of them."""
    return number.form == "digits" and number.last == number.first + 1 and 1900 <= (number.value or 0) < 2100


def _label(scene: Scene, first: int, last: int) -> str:
    """A unit as written: "square feet", without the hyphen, bracket or "of a" before it."""
    while first < last - 1 and scene.tokens.low[first] in _BEFORE_UNITS:
        first += 1
    return _phrase(scene, first, last - (scene.tokens.low[last - 1] in (")", "]", "}", ">")))


def _phrase(scene: Scene, first: int, last: int) -> str:
    return scene.document.text[scene.tokens.start[first] : scene.tokens.end[last - 1]]
