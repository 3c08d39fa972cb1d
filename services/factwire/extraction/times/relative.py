"""Rules for expressions that say how far away they are: from the day of publication, or from the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from factwire.extraction.times import anchors
from factwire.extraction.times.intervals import (
    Interval,
    containing,
    day,
    month,
    moved,
    season,
    span,
    week,
    weekend,
    year,
)  # fmt: skip
from factwire.extraction.times.readings import Phrase, Reading, placed, unplaced
from factwire.extraction.times.tokens import CLOSERS
from factwire.extraction.times.years import year_of

_UNITS: Final = ("day_word", "week_word", "month_word", "quarter", "year_word", "century", "unit", "half")
_STEPS: Final = ("this", "current", "last", "past", "previous", "next", "coming", "following", "that", "same")
_FIRST_MONTHS: Final = 3
"""Until the end of March the year that has ended is still being reported."""
_GOES_ON: Final = frozenset({"as", "while", "but", "with", "from", "in", "on", "at", "after"})


def deictic(phrase: Phrase) -> Reading | None:
    """Today, yesterday, tomorrow; the day before yesterday."""
    published, step = phrase.context.published, int(phrase.value("deictic"))
    if step == 0 and (phrase.before() == "of" or _names_a_paper(phrase)):
        return None
    if phrase.has("day_word"):
        step += -1 if phrase.has("before") else 1
    if published is None:
        return unplaced("PRESENT_REF" if step == 0 else "PAST_REF" if step < 0 else "FUTURE_REF")
    return placed(day(published + timedelta(step)), anchor="published_at")


def _names_a_paper(phrase: Phrase) -> bool:
    """USA Today, India Today."""
    first = phrase.tokens.text[phrase.tokens.starts[phrase.begin]]
    return first.isupper() and phrase.is_a(phrase.begin - 1, "name")


def bare_weekday(phrase: Phrase) -> Reading | None:
    """Friday: the last one not after publication, or the next where the sentence looks ahead; not a name."""
    guards = phrase.context.guards
    named = phrase.before() in guards.name_before and phrase.is_a(phrase.begin - 1, "name", "feast")
    if named or phrase.after() in guards.name_after:
        return None
    if phrase.has("weekday_short") and phrase.before() not in ("on", "by", "until", "since", "from", "to", "and", "or"):
        return None
    return anchors.near_weekday(phrase.context.published, phrase.value("weekday", "weekday_short"), phrase.look)


def relative_weekday(phrase: Phrase) -> Reading | None:
    """Last Friday, next Monday, this coming Sunday; Monday of this week; next week Tuesday."""
    published, weekday = phrase.context.published, phrase.value("weekday", "weekday_short")
    if published is None:
        return unplaced(f"XXXX-WXX-{weekday + 1}")
    this_one = week(published).begin + timedelta(weekday)
    if phrase.has("week_word"):
        return placed(day(this_one + timedelta(7 * _step(phrase))), anchor="published_at")
    if phrase.has("following", "previous"):
        there = phrase.context.day_before() or day(published)
        return placed(day(_strictly(there.begin, weekday, 1 if phrase.has("following") else -1)), anchor="context")
    if phrase.has("coming"):
        return placed(day(_strictly(published, weekday, 1)), anchor="published_at")
    if phrase.has("past"):
        return placed(day(_strictly(published, weekday, -1)), anchor="published_at")
    return placed(day(_told_weekday(phrase, published, this_one, weekday)), anchor="published_at")


def _told_weekday(phrase: Phrase, published: date, this_one: date, weekday: int) -> date:
    if phrase.has("last"):
        return _strictly(published, weekday, -1)
    if phrase.has("next"):
        return this_one + timedelta(7)
    if phrase.has("that") and phrase.context.before():
        return _strictly((phrase.context.before() or day(published)).begin - timedelta(1), weekday, 1)
    return this_one


def _strictly(there: date, weekday: int, way: int) -> date:
    distance = (weekday - there.weekday()) * way % 7 or 7
    return there + timedelta(way * distance)


def _step(phrase: Phrase) -> int:
    value = phrase.value(*_STEPS)
    return int(value) if value is not None else 0


def relative_month(phrase: Phrase) -> Reading | None:
    """Last July, next June, this September, that March."""
    published, number = phrase.context.published, phrase.value("month", "month_short")
    before = phrase.context.before()
    if phrase.has("that") and phrase.begin and not phrase.is_a(phrase.begin - 1, *CLOSERS):
        return None
    if phrase.has("that", "same") and before:
        return placed(month(before.begin.year, number), anchor="context")
    if published is None:
        return unplaced(f"XXXX-{number:02d}", "month")
    if phrase.has("following", "next", "coming"):
        return placed(month(published.year + (number <= published.month), number), anchor="published_at")
    if phrase.has("this", "current", "that"):
        return placed(month(published.year, number), anchor="published_at")
    return placed(month(published.year - (number >= published.month), number), anchor="published_at")


def relative_season(phrase: Phrase) -> Reading | None:
    """Last summer, this winter, next spring: counted from the calendar year; a winter belongs to where it began."""
    published, name = phrase.context.published, phrase.value("season")
    if published is None:
        return unplaced(f"XXXX-{name}", "season")
    number = published.year - (name == "WI" and published.month <= 2)
    if phrase.is_a(phrase.begin, "this") and phrase.has("past"):
        return anchors.near_season(published, name, "past")
    if phrase.has("last", "past", "previous"):
        return placed(season(number - 1, name), anchor="published_at")
    ended = season(number, name).end < published
    if phrase.has("next", "coming", "following"):
        return placed(
            season(number if season(number, name).begin > published else number + 1, name), anchor="published_at"
        )
    return placed(season(number + (ended and name == "WI" and published.month > 9), name), anchor="published_at")


def relative_unit(phrase: Phrase) -> Reading | None:
    """This week, last quarter, next year, the past month, the previous quarter, that year, the latest quarter."""
    unit = phrase.value("weekend", *_UNITS)
    unit = "H" if unit == 0.5 else unit
    if unit in ("h", "m", "s", "2W") or (
        unit == "D" and not phrase.has("that", "same", "previous", "following", "next")
    ):
        return None
    if phrase.has("that", "same", "previous", "following") or (unit == "D" and phrase.has("next")):
        return _beside_context(phrase, unit)
    published = phrase.context.published
    if published is None:
        return unplaced(f"P1{unit}", anchor="published_at")
    if phrase.has("latest"):
        return placed(_latest(published, unit), anchor="published_at")
    if phrase.has("past") and unit != "WE":
        begin = moved(published, -1, unit) + timedelta(1)
        return placed(replace(span(begin, published), timex=f"P1{unit}"), anchor="published_at")
    there = containing(moved(published, _step(phrase), unit), unit)
    return placed(there, anchor="published_at")


def _latest(published: date, unit: str | None) -> Interval:
    if unit in (None, "Q", "D"):
        return anchors.last_quarter(published)
    return containing(moved(published, -1, unit), unit)


def _beside_context(phrase: Phrase, unit: str) -> Reading | None:
    """The one that the text is at, or the one beside it; without such, counted from publication."""
    step = _step(phrase)
    there = phrase.context.day_before() if unit == "D" else phrase.context.before()
    if unit == "Y" and step and (dated := phrase.context.dated_before()) is not None:
        there = containing(dated.begin, unit)
    if unit != "D" and step and there is not None and not there.is_period:
        there = None
    if (
        there is None
        or (unit == "M" and step and there.granularity not in ("month", "range"))
        or (unit == "Q" and step and there.granularity != "quarter" and there.months != 3)
    ):
        if phrase.context.published is None:
            return unplaced(f"P1{unit}")
        base = phrase.context.published
        return placed(containing(moved(base, step, unit), unit), anchor="published_at")
    edge = there.end if step > 0 else there.begin
    return placed(containing(moved(edge, step, unit), unit), anchor="context")


def the_unit(phrase: Phrase) -> Reading | None:
    """The year, the quarter, the weekend: only where the words before show that a certain one is meant."""
    if phrase.before() != "the":
        return None
    unit = phrase.value("weekend", *_UNITS)
    published, edge = phrase.context.published, phrase.before(2)
    if published is None or not phrase.is_small:
        return None
    if unit == "WE":
        return _the_weekend(phrase, published)
    if unit == "Q":
        return (
            _the_quarter(phrase, published)
            if edge in ("in", "for", "during", "of", "over", "") and not phrase.is_a(phrase.end, "of")
            else None
        )
    edge_of = (edge == "of" and phrase.is_a(phrase.begin - 3, "edge", "half")) or (
        edge == "of" and phrase.before(3) in ("rest", "remainder", "part")
    )
    of_year = unit == "Y" and edge == "for" and (phrase.is_closed or phrase.after() in _GOES_ON)
    if not (edge_of or of_year or (edge == "in" and phrase.is_a(phrase.begin - 3, "earlier", "later"))):
        return None
    if unit == "D":
        there = phrase.context.day_before()
        return placed(there, anchor="context") if there else None
    if unit == "Y":
        return placed(year(_running_year(phrase, published)), anchor="published_at")
    return placed(containing(published, unit), anchor="published_at") if unit in ("W", "M") else None


def _running_year(phrase: Phrase, published: date) -> int:
    """The year that runs; in its first months, where the sentence looks back, the one that has ended."""
    return published.year - (published.month <= _FIRST_MONTHS and phrase.look == "past")


def _the_weekend(phrase: Phrase, published: date) -> Reading:
    back = 0 if phrase.look == "future" or published.weekday() >= 5 else 7
    return placed(weekend(published - timedelta(back)), anchor="published_at")


def _the_quarter(phrase: Phrase, published: date) -> Reading:
    there = phrase.context.period_before()
    if there is not None and (there.granularity == "quarter" or there.months == 3):
        return placed(there, anchor="context")
    if phrase.look == "future":
        return placed(containing(published, "Q"), anchor="published_at")
    return placed(anchors.last_quarter(published), anchor="published_at")


def full_year(phrase: Phrase) -> Reading | None:
    """Full-year sales: of the year that runs, or in its first months of the year that has ended."""
    published = phrase.context.published
    if published is None:
        return None
    over = published.month <= _FIRST_MONTHS and phrase.look != "future"
    return placed(year(published.year - over), anchor="published_at")


def year_end(phrase: Phrase) -> Reading | None:
    """Year-end, the year's end: the last day of the year that runs."""
    published = phrase.context.published
    written = year_of(phrase) if phrase.has("year") else _running_year(phrase, published) if published else None
    if written is None:
        return unplaced("XXXX-12-31")
    return placed(day(date(written, 12, 31)), anchor="published_at")


def year_to_date(phrase: Phrase) -> Reading | None:
    """From the first of January to the day of publication."""
    published = phrase.context.published
    if published is None:
        return unplaced("XXXX")
    return placed(span(date(published.year, 1, 1), published), anchor="published_at")
