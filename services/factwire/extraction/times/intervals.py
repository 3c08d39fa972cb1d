"""Closed stretches of calendar days: building them, moving them, and their TIMEX3 values.

Everything here may raise :class:`ValueError` or :class:`OverflowError` for a day that no calendar has (year 0,
31 June); the scanner catches both in one place and leaves such an expression unplaced.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from factwire.extraction.model import Granularity

Unit: TypeAlias = Literal["D", "W", "WE", "M", "Q", "H", "Y", "E", "C"]
"""Calendar units: day, week, weekend, month, quarter, half year, year, decade, century."""

MONTHS_IN: Final[dict[str, int]] = {"M": 1, "Q": 3, "H": 6, "Y": 12, "E": 120, "C": 1200}
_DAYS_IN: Final[dict[str, int]] = {"D": 1, "W": 7, "WE": 7}
_SEASON_MONTH: Final[dict[str, int]] = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_WHOLE: Final[frozenset[Granularity]] = frozenset({"month", "quarter", "half", "season", "year", "range", "decade"})


@dataclass(frozen=True, slots=True)
class Interval:
    """``begin`` to ``end``, both included, and how it was meant."""

    begin: date
    end: date
    granularity: Granularity
    timex: str

    @property
    def is_period(self) -> bool:
        """Whether it is a stretch that figures are reported for, and not a day or a week of the news."""
        return self.granularity in _WHOLE

    @property
    def months(self) -> int | None:
        """Length in whole months, None if it does not begin and end with one."""
        if self.begin.day != 1 or not _ends_month(self.end):
            return None
        return (self.end.year - self.begin.year) * 12 + self.end.month - self.begin.month + 1


def day(moment: date) -> Interval:
    return Interval(moment, moment, "day", moment.isoformat())


def week(moment: date) -> Interval:
    """The ISO week (Monday first) that holds the day."""
    monday = moment - timedelta(moment.weekday())
    year_, number, _ = monday.isocalendar()
    return Interval(monday, monday + timedelta(6), "week", f"{year_:04d}-W{number:02d}")


def weekend(moment: date) -> Interval:
    """Saturday and Sunday of the ISO week that holds the day."""
    whole = week(moment)
    return Interval(whole.end - timedelta(1), whole.end, "weekend", whole.timex + "-WE")


def month(year_: int, number: int) -> Interval:
    return Interval(date(year_, number, 1), month_end(year_, number), "month", f"{year_:04d}-{number:02d}")


def quarter(year_: int, number: int) -> Interval:
    last = 3 * number
    return Interval(date(year_, last - 2, 1), month_end(year_, last), "quarter", f"{year_:04d}-Q{number}")


def half(year_: int, number: int) -> Interval:
    last = 6 * number
    return Interval(date(year_, last - 5, 1), month_end(year_, last), "half", f"{year_:04d}-H{number}")


def season(year_: int, name: str) -> Interval:
    """Three whole months (northern); winter is named by the year it begins in."""
    begin = date(year_, _SEASON_MONTH[name], 1)
    end = add_months(begin, 3) - timedelta(1)
    return Interval(begin, end, "season", f"{year_:04d}-{name}")


def year(year_: int) -> Interval:
    return Interval(date(year_, 1, 1), date(year_, 12, 31), "year", f"{year_:04d}")


def years(first: int, last: int, granularity: Granularity, timex: str) -> Interval:
    return Interval(date(first, 1, 1), date(last, 12, 31), granularity, timex)


def decade(first: int) -> Interval:
    return years(first, first + 9, "decade", f"{first // 10:03d}")


def century(first: int) -> Interval:
    """The hundred years that begin with ``first`` (1900 for the 20th century, as the news counts them)."""
    return years(max(first, 1), first + 99, "century", f"{first // 100:02d}")


def span(begin: date, end: date) -> Interval:
    """A stretch with ends of its own; a fault if they are the wrong way round."""
    if end < begin:
        raise ValueError("a stretch of days cannot end before it begins")
    return Interval(begin, end, "range", f"{begin.isoformat()}/{end.isoformat()}")


def joined(first: Interval, last: Interval) -> Interval:
    """From the beginning of one to the end of the other: "March to May"."""
    return replace(span(first.begin, last.end), timex=f"{first.timex}/{last.timex}")


def containing(moment: date, unit: str) -> Interval:
    """The calendar unit that holds the day."""
    if unit == "D":
        return day(moment)
    if unit == "W":
        return week(moment)
    if unit == "WE":
        return weekend(moment)
    if unit == "M":
        return month(moment.year, moment.month)
    if unit == "Q":
        return quarter(moment.year, (moment.month + 2) // 3)
    if unit == "H":
        return half(moment.year, (moment.month + 5) // 6)
    if unit == "E":
        return decade(moment.year // 10 * 10)
    return century(moment.year // 100 * 100) if unit == "C" else year(moment.year)


def moved(moment: date, count: int, unit: str) -> date:
    """The day ``count`` units later (earlier if negative); the last of the month where there is no such day."""
    if unit in _DAYS_IN:
        return moment + timedelta(count * _DAYS_IN[unit])
    return add_months(moment, count * MONTHS_IN[unit])


def shifted(there: Interval, count: int, unit: str) -> Interval:
    """The same kind of stretch, ``count`` units away: the quarter, the month, the nine months of another year."""
    begin = moved(there.begin, count, unit)
    names: dict[Granularity, str] = {
        "day": "D",
        "week": "W",
        "weekend": "WE",
        "month": "M",
        "quarter": "Q",
        "half": "H",
    }
    if there.granularity == "season":
        return season(begin.year, there.timex[-2:])
    if there.granularity in names:
        return containing(begin, names[there.granularity])
    if there.granularity in ("year", "decade", "century") and there.begin.day == 1 == there.begin.month:
        length = there.end.year - there.begin.year
        return years(begin.year, begin.year + length, there.granularity, containing(begin, "Y").timex)
    whole = there.months
    end = add_months(begin, whole) - timedelta(1) if whole else moved(there.end, count, unit)
    return span(begin, end)


def add_months(moment: date, count: int) -> date:
    number = moment.year * 12 + moment.month - 1 + count
    year_, month_ = divmod(number, 12)
    return date(year_, month_ + 1, min(moment.day, month_end(year_, month_ + 1).day))


def month_end(year_: int, number: int) -> date:
    return date(year_, 12, 31) if number == 12 else date(year_, number + 1, 1) - timedelta(1)


def _ends_month(moment: date) -> bool:
    return moment == month_end(moment.year, moment.month)
