"""Periods: a date with its role, written in the Extended Date/Time Format, level 1 (ISO 8601-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from factwire.extraction.model import Document, Granularity, Period, PeriodRole, Time

_SEASONS: Final = {3: 21, 6: 22, 9: 23, 12: 24}
"""EDTF level 1: spring, summer, autumn, winter by the month they begin in."""


def period_of(time: Time, index: int, role: PeriodRole) -> Period:
    begin, end = time.days or (None, None)
    edtf = edtf_of(begin, end, time.granularity) if begin and end else None
    return Period(time=index, begin=begin, end=end, edtf=edtf, granularity=time.granularity, role=role)


def until_now(period: Period, document: Document) -> Period:
    """``since April``: from then to the day of publication."""
    now = document.published_on
    if period.begin is None or now is None or now < period.begin:
        return period
    return replace(period, end=now, granularity="range", edtf=edtf_of(period.begin, now, "range"))


def edtf_of(begin: date, end: date, granularity: Granularity) -> str:
    """Extended Date/Time Format, level 1 (ISO 8601-2): a day, month, year, season or decade, else an interval."""
    if begin == end:
        return begin.isoformat()
    if granularity == "month" and begin.month == end.month and begin.year == end.year:
        return f"{begin:%Y-%m}"
    if (
        granularity == "year"
        and (begin.month, begin.day, end.month, end.day) == (1, 1, 12, 31)
        and begin.year == end.year
    ):
        return f"{begin.year:04d}"
    if granularity == "season" and begin.month in _SEASONS:
        return f"{begin.year:04d}-{_SEASONS[begin.month]}"
    if granularity == "decade" and begin.year % 10 == 0 and end.year == begin.year + 9:
        return f"{begin.year // 10:03d}X"
    if granularity == "century" and begin.year % 100 == 0 and end.year == begin.year + 99:
        return f"{begin.year // 100:02d}XX"
    return f"{begin.isoformat()}/{end.isoformat()}"
