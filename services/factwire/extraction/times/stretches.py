"""Rules for stretches tied to a date ("the three months to June") and for the n-th of a month."""

from __future__ import annotations

from datetime import date, timedelta

from factwire.extraction.times import anchors
from factwire.extraction.times.amounts import number_of
from factwire.extraction.times.days import day_number
from factwire.extraction.times.intervals import Interval, add_months, containing, day, month, span
from factwire.extraction.times.parts import guessed_month, month_year
from factwire.extraction.times.readings import Look, Phrase, Reading, placed, unplaced
from factwire.extraction.times.tokens import MONTHS, ORDINALS
from factwire.extraction.times.years import ordinal_of, year_of


def months_to(phrase: Phrase) -> Reading | None:
    """The three months to June, the year ended March 31, the 12 weeks to 5 May."""
    unit = phrase.value("day_word", "week_word", "month_word", "quarter", "year_word", "units", "half")
    edge = phrase.index("ended", "to", "through", "until") or phrase.begin
    head = phrase.part(phrase.begin, edge)
    count = int(number_of(head)) if head.has("day", "number", "small") else 1
    end = _end_date(phrase.part(edge + 1))
    if end is None or end.interval is None or not 1 <= count <= 400:
        return end
    last = end.interval.end
    months = {"M": 1, "Q": 3, "Y": 12, 0.5: 6}.get(unit)
    if months is None:
        days = {"D": 1, "W": 7}.get(unit)
        return placed(span(last - timedelta(count * days - 1), last), anchor=end.anchor) if days else None
    begin = add_months(last + timedelta(1), -count * months)
    return placed(_named(span(begin, last)), anchor=end.anchor)


def _named(stretch: Interval) -> Interval:
    """A stretch that is exactly a quarter, a half or a year is that."""
    for unit, months in (("Q", 3), ("H", 6), ("Y", 12)):
        if stretch.months == months and containing(stretch.begin, unit).end == stretch.end:
            return containing(stretch.begin, unit)
    return stretch


def _end_date(phrase: Phrase) -> Reading | None:
    if not phrase.has(*MONTHS):
        weekday = phrase.value("weekday")
        return anchors.near_weekday(phrase.context.published, weekday, None) if weekday is not None else None
    number, written = phrase.value(*MONTHS), year_of(phrase)
    day_ = day_number(phrase) if phrase.has("day", *ORDINALS) else 0
    if written is not None:
        return placed(day(date(written, number, day_)) if day_ else month(written, number))
    look: Look = "future" if phrase.look == "future" else "past"
    if day_:
        return anchors.near_day(phrase.context.published, number, day_, look)
    return anchors.near_month(phrase.context.published, number, look)


def nth_of_month(phrase: Phrase) -> Reading | None:
    """The third Monday of January 2019, the first week of June, the last weekend of May."""
    at = phrase.index(*MONTHS)
    whole = _whole_month(phrase, at)
    if whole is None:
        return unplaced("XXXX-XX", "month")
    number = -1 if phrase.is_a(phrase.begin, "last") else ordinal_of(phrase.part(phrase.begin, phrase.begin + 2))
    weekday = phrase.value("weekday", "weekday_short")
    if weekday is not None:
        days = [d for d in _days(whole) if d.weekday() == weekday]
        moment = days[number - 1 if number > 0 else -1] if number <= len(days) else None
        return placed(day(moment)) if moment else None
    first = whole.end - timedelta(6) if number < 0 else whole.begin + timedelta(7 * (number - 1))
    if phrase.has("day_word"):
        return placed(day(whole.end if number < 0 else whole.begin.replace(day=number)))
    return placed(containing(first, "WE" if phrase.has("weekend") else "W")) if first <= whole.end else None


def _whole_month(phrase: Phrase, at: int | None) -> Interval | None:
    if at is None:
        published = phrase.context.published
        step = phrase.part(phrase.begin + 1).value("this", "last", "next", "current", "coming", "previous")
        return containing(add_months(published, int(step)), "M") if published and step is not None else None
    reading = month_year(phrase.part(at)) if at + 1 < phrase.end else None
    return (reading or guessed_month(phrase, phrase.value(*MONTHS))).interval


def _days(stretch: Interval) -> list[date]:
    return [stretch.begin + timedelta(n) for n in range((stretch.end - stretch.begin).days + 1)]
