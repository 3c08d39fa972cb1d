"""Percent, percentage points and basis points, and what a bare "points" is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Unit
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.per import read_per
from factwire.extraction.quantities.scene import COUNTED, Answer, Reading, Scene, Vocabulary

Sort: TypeAlias = Literal["percent", "points", "basis", "plain"]

_LONGEST: Final = 3
_BASIS: Final = Decimal("0.01")
_SORTS: Final[tuple[Sort, ...]] = ("percent", "points", "basis", "plain")


@dataclass(frozen=True, slots=True)
class PercentGrammar:
    """``names``: phrases in lower case, tokens joined by blanks, to what they are."""

    names: Mapping[str, Sort]
    first: frozenset[str]
    index: frozenset[str]
    share: frozenset[str]
    game: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> PercentGrammar:
        table = lexicons.table("quantities/percent")
        names: dict[str, Sort] = {}
        for sort in _SORTS:
            for phrase in table.words(sort):
                names[phrase.lower().replace("-", " - ")] = sort
        first = frozenset(phrase.split()[0] for phrase in names)
        cues = frozenset(lexicons.table("quantities/index").words("cues"))
        return cls(names, first, cues, frozenset(table.words("share")), frozenset(table.words("game")))

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.value is None and not number.vague:
            return None
        found = self._behind(scene, number)
        if found is None:
            return self._before(scene, number)
        sort, last = found
        first, label = number.first, scene.document.text[scene.tokens.start[last - 1] : scene.tokens.end[last - 1]]
        if sort == "percent":
            per = read_per(scene, last)
            unit = Unit("UCUM", "%", label, per[0] if per else None)
            return Reading("percent", first, per[1] if per else last, unit, "percent", signed=True)
        if sort == "points":
            return Reading("percentage_point", first, last, POINT, "percentage-point", signed=True)
        if sort == "basis":
            return Reading("percentage_point", first, last, POINT, "basis-point", _BASIS, signed=True)
        return self._plain(scene, number, last)

    def _behind(self, scene: Scene, number: Number) -> tuple[Sort, int] | None:
        """The longest name right behind the number; "half a percentage point" and "quarter-point" too."""
        tokens, at = scene.tokens, number.last
        if number.form == "fraction":
            at += tokens.word(at) == "of"
            at += tokens.word(at) in ("a", "an", "one")
        if tokens.word(at) == "-" and tokens.glued(at - 1) and tokens.glued(at):
            at += 1
        if tokens.word(at) not in self.first:
            return None
        for last in range(min(tokens.size, at + _LONGEST), at, -1):
            sort = self.names.get(" ".join(tokens.low[at:last]))
            if sort is not None:
                return sort, last
        return None

    def _before(self, scene: Scene, number: Number) -> Answer:
        """As in "per cent of twenty-two": the words come first."""
        tokens, at = scene.tokens, number.first
        if tokens.word(at - 1) != "of" or at < 2 or number.form not in ("digits", "words"):
            return None
        for first in (at - 3, at - 2):
            phrase = " ".join(tokens.low[first : at - 1]) if first >= 0 else ""
            if self.names.get(phrase) == "percent" and (first == 0 or scene.barrier[first - 1] != COUNTED):
                return Reading("percent", first, number.last, PERCENT, "percent-of-number")
        return None

    def _plain(self, scene: Scene, number: Number, last: int) -> Answer:
        label = scene.tokens.text[last - 1]
        if scene.has(self.index):
            return Reading("index", number.first, last, Unit("count", "point", label), "index-points", signed=True)
        if number.form == "fraction":
            return Reading("percentage_point", number.first, last, POINT, "fraction-of-a-point", signed=True)
        pointed = number.value is not None and number.value < 60 and not scene.has(self.game)
        if pointed and (self._percent_near(scene, last) or scene.has(self.share)):
            return Reading("percentage_point", number.first, last, POINT, "points-beside-percent", signed=True)
        return None

    def _percent_near(self, scene: Scene, at: int) -> bool:
        near = scene.tokens.low[max(0, at - 12) : at + 12]
        return any(self.names.get(word) == "percent" for word in near)


PERCENT: Final = Unit("UCUM", "%", "%")
POINT: Final = Unit("UCUM", "pp", "percentage points")
