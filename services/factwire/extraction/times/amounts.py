"""How many, of which unit: "two and a half years", "18 months", "several weeks", "half an hour"."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from factwire.extraction.times.readings import Phrase

_COUNTS: Final = ("day", "small", "four", "year", "big", "grouped", "decimal", "number")
_UNITS: Final = (
    "day_word", "week_word", "month_word", "quarter", "year_word", "century", "second", "unit", "units",
)  # fmt: skip
_CLOCK_UNITS: Final = frozenset("hms")
_TIMEX_MONTHS: Final = {"Q": 3, "H": 6}
_TIMEX_YEARS: Final = {"E": 10, "C": 100}
_LONGEST: Final = 9  # digits: nothing that lasts longer is a length of time in the news


@dataclass(frozen=True, slots=True)
class Amount:
    """``count`` None: "several", "few". ``unit``: D, W, M, Q, Y, E (decade), C, h, m, s."""

    count: Decimal | None
    unit: str

    @property
    def timex(self) -> str:
        """TIMEX3 duration: P18M, PT72H, PXY; quarters count as months, decades and centuries as years."""
        unit = self.unit.upper()
        if self.unit in _CLOCK_UNITS:
            return f"PT{self._count(1)}{unit}"
        if unit in _TIMEX_MONTHS:
            return f"P{self._count(_TIMEX_MONTHS[unit])}M"
        return f"P{self._count(_TIMEX_YEARS[unit])}Y" if unit in _TIMEX_YEARS else f"P{self._count(1)}{unit}"

    def whole(self) -> tuple[int, str] | None:
        """A whole number of calendar units: a year and a half is 18 months; None if there is no such number."""
        if self.count is None or self.unit in _CLOCK_UNITS:
            return None
        if self.count == int(self.count):
            return int(self.count), self.unit
        finer = {"Y": (12, "M"), "E": (10, "Y"), "C": (100, "Y"), "W": (7, "D"), "M": (30, "D")}.get(self.unit)
        return (int(self.count * finer[0]), finer[1]) if finer else None

    def _count(self, factor: int) -> str:
        return "X" if self.count is None else f"{(self.count * factor).normalize():f}"


def amount_of(phrase: Phrase) -> Amount | None:
    """The amount in a phrase, None if its number is out of all bounds."""
    unit = phrase.value(*_UNITS)
    if unit is None:
        return None
    count = _count_of(phrase)
    if unit == "2W":
        return Amount(count * 2 if count is not None else None, "W")
    return Amount(count, unit) if count is None or count >= 0 else None


def _count_of(phrase: Phrase) -> Decimal | None:
    stop = phrase.index(*_UNITS)
    head = phrase.part(phrase.begin, stop)
    half = Decimal("0.5") if phrase.has("half") else Decimal(0)
    vague = head.value("vague")
    if vague is not None:
        return None if vague == "X" else Decimal(vague)
    if not head.has(*_COUNTS):
        return _uncounted(phrase, head, half)
    return number_of(head) + half


def _uncounted(phrase: Phrase, head: Phrase, half: Decimal) -> Decimal | None:
    """Half an hour, a year and a half, the year (before); None for a bare "years"."""
    if head.has("half"):
        return half
    return Decimal(1) + half if phrase.has("a") or not phrase.has("units") else None


def number_of(phrase: Phrase) -> Decimal:
    """The number written in digits or words; -1 for one that is out of bounds."""
    total = group = Decimal(0)
    for value in phrase.values(*_COUNTS):
        number = Decimal(-1) if isinstance(value, str) and len(value) > _LONGEST else Decimal(value)
        if number >= 1000 and phrase.has("number"):
            total, group = total + max(group, Decimal(1)) * number, Decimal(0)
        elif number == 100 and phrase.has("number"):
            group = max(group, Decimal(1)) * number
        else:
            group += number
    return total + group
