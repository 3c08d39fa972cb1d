"""Rules for expressions that say how far away they are: from the day of publication, or from the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from factwire.extraction.times import anchors
from factwire.extraction.times.amounts import amount_of
from factwire.extraction.times.dates import year_of
from factwire.extraction.times.intervals import (
    Interval, containing, day, month, moved, quarter, season, shifted, span, week, weekend, year,
)  # fmt: skip
from factwire.extraction.times.readings import Phrase, Reading, placed, unplaced

_UNITS: Final = ("day_word", "week_word", "month_word", "quarter", "year_word", "century", "unit", "half")
_STEPS: Final = ("this", "current", "last", "past", "previous", "next", "coming", "following", "that", "same")
_SIZE_OF_AGO: Final = {"D": "D", "W": "D", "M": "M", "Q": "Q", "Y": "Y", "E": "Y", "C": "Y"}
"""What an expression means: "four years ago" is a year, "a week ago" a day."""
_COARSER: Final = {"day": "D", "week": "D", "weekend": "D"}
_GOES_ON: Final = frozenset({"as", "while", "but", "with", "from", "in", "on", "at", "after"})
_CLOSERS: Final = ("comma", "dot", "semicolon", "close", "and", "quote", "dash")


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
    if phrase.has("that") and phrase.begin and not phrase.is_a(phrase.begin - 1, *_CLOSERS):
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
    if (
        published is None
        or not phrase.tokens.word(phrase.begin)
        == phrase.tokens.text[phrase.tokens.starts[phrase.begin] : phrase.tokens.ends[phrase.begin]]
    ):
        return None
    if unit == "WE":
        return _the_weekend(phrase, published)
    if unit == "Q":
        return (
            _the_quarter(phrase, published)
            if edge in ("in", "for", "during", "of", "over", "") and not phrase.is_a(phrase.end, "of")
            else None
        )
    edge_of = (
        edge == "of"
        and phrase.is_a(phrase.begin - 3, "edge", "half")
        or edge == "of"
        and phrase.before(3) in ("rest", "remainder", "part")
    )
    of_year = unit == "Y" and edge == "for" and (_closed(phrase) or phrase.after() in _GOES_ON)
    if not (edge_of or of_year or (edge == "in" and phrase.is_a(phrase.begin - 3, "earlier", "later"))):
        return None
    if unit == "D":
        there = phrase.context.day_before()
        return placed(there, anchor="context") if there else None
    return placed(containing(published, unit), anchor="published_at") if unit in "WMY" else None


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
    over = published.month <= 3 and phrase.look != "future"
    return placed(year(published.year - over), anchor="published_at")


def year_end(phrase: Phrase) -> Reading | None:
    """Year-end, the year's end: the last day of the year that runs."""
    published = phrase.context.published
    written = year_of(phrase) if phrase.has("year") else published.year if published else None
    if written is None:
        return unplaced("XXXX-12-31")
    return placed(day(date(written, 12, 31)), anchor="published_at")


def year_to_date(phrase: Phrase) -> Reading | None:
    published = phrase.context.published
    if published is None:
        return unplaced("XXXX")
    return placed(span(date(published.year, 1, 1), published), anchor="published_at")


# -- so many units away ------------------------------------------------------------------------------------------------


def ago(phrase: Phrase) -> Reading | None:
    """Four years ago, a week ago; after a quarter, and at the head of a column, "a year ago" is that quarter."""
    published, amount = phrase.context.published, amount_of(phrase)
    if amount is None:
        return None
    count = amount.whole()
    if amount.unit in ("h", "m", "s"):
        return (
            placed(day(published), anchor="published_at", type="time")
            if published and amount.unit != "h"
            else unplaced(amount.timex)
        )
    if count is None:
        return unplaced("PAST_REF")
    compared = phrase.before() in ("from", "than", "with", "versus")
    there = phrase.context.period_before(in_sentence=not compared)
    if count[1] == "Y" and there is not None and there.granularity != "year":
        return placed(shifted(there, -count[0], "Y"), anchor="context")
    if published is None:
        return unplaced("PAST_REF")
    if phrase.is_all and count == (1, "Y"):
        return placed(shifted(anchors.last_quarter(published), -1, "Y"), anchor="published_at")
    return placed(_at_distance(published, -count[0], count[1]), anchor="published_at")


def from_now(phrase: Phrase) -> Reading | None:
    """Two weeks from now, in three days (where the sentence looks ahead), a year from today."""
    published, amount = phrase.context.published, amount_of(phrase)
    if amount is None:
        return None
    if phrase.is_a(phrase.begin, "in") and phrase.look != "future":
        return None
    count = amount.whole()
    if published is None or count is None:
        return unplaced("FUTURE_REF") if count is None or published is None else None
    if phrase.has("weekday"):
        there = anchors.near_weekday(published, phrase.value("weekday"), "future").interval
        return placed(day(moved(there.begin, *count)), anchor="published_at") if there else None
    step = int(phrase.value("deictic") or 0)
    return placed(_at_distance(published + timedelta(step), *count), anchor="published_at")


def away_from_context(phrase: Phrase) -> Reading | None:
    """A year earlier, two days later, the month before: from the expression before it."""
    if phrase.is_a(phrase.end - 1, "before", "after") and not _closed(phrase):
        return None
    way = -1 if phrase.has("earlier", "before", "ago") else 1
    amount = amount_of(phrase)
    count = amount.whole() if amount else None
    if amount is None or count is None:
        return unplaced("PAST_REF" if way < 0 else "FUTURE_REF") if amount else None
    there = _context_for(phrase, count[1])
    if there is None:
        return _away_from_publication(phrase, way * count[0], count[1])
    if there.is_period and (
        count[1] in ("Y", "E", "C") or _COARSER.get(there.granularity) is None and count[1] in ("M", "Q")
    ):
        return placed(shifted(there, way * count[0], count[1]), anchor="context")
    if there.is_period:
        return unplaced("PAST_REF" if way < 0 else "FUTURE_REF", anchor="context")
    return placed(_at_distance(there.begin, way * count[0], count[1]), anchor="context")


def _context_for(phrase: Phrase, unit: str) -> Interval | None:
    if unit in ("D", "W"):
        there = phrase.context.before()
        return there if there and not there.is_period else phrase.context.day_before()
    return phrase.context.period_before()


def _away_from_publication(phrase: Phrase, count: int, unit: str) -> Reading:
    published = phrase.context.published
    if published is None:
        return unplaced("PAST_REF" if count < 0 else "FUTURE_REF", anchor="context")
    if unit == "Y" and count == -1 and not phrase.context.history:
        return placed(shifted(anchors.last_quarter(published), -1, "Y"), anchor="published_at")
    return placed(_at_distance(published, count, unit), anchor="published_at")


def _closed(phrase: Phrase) -> bool:
    return phrase.end >= len(phrase.tokens.codes) or phrase.is_a(phrase.end, *_CLOSERS)


def _at_distance(there: date, count: int, unit: str) -> Interval:
    return containing(moved(there, count, unit), _SIZE_OF_AGO[unit])


def year_ago_period(phrase: Phrase) -> Reading | None:
    """The year-ago quarter, the same period last year, the corresponding month of 2018, the 1988 period."""
    published, there = phrase.context.published, phrase.context.period_before()
    target = _target_year(phrase)
    if phrase.has("ordinal", "second", "nth") and phrase.has("quarter"):
        number = {"s": 2}.get(phrase.value("ordinal", "second", "nth"), phrase.value("ordinal", "second", "nth"))
        base = target or (published.year - 1 if published else None)
        return placed(quarter(base, int(number)), anchor="context") if base and 1 <= int(number) <= 4 else None
    if there is None or there.granularity == "year" or not _fits(phrase, there):
        if published is None:
            return unplaced("PAST_REF", "quarter", anchor="context")
        there = _default_period(phrase, published)
    step = (
        target - there.begin.year
        if target is not None
        else 0
        if phrase.has("same") and not phrase.has("year_word")
        else -1
    )
    return placed(shifted(there, step, "Y"), anchor="context")


def _fits(phrase: Phrase, there: Interval) -> bool:
    if phrase.has("quarter"):
        return there.granularity == "quarter" or there.months == 3
    return there.granularity == "month" if phrase.has("month_word") else True


def _default_period(phrase: Phrase, published: date) -> Interval:
    if phrase.has("month_word"):
        return containing(moved(published, -1, "M"), "M")
    if phrase.has("week_word"):
        return week(published)
    if phrase.has("day_word"):
        return day(published)
    return containing(published, "M") if phrase.has("time") else anchors.last_quarter(published)


def _target_year(phrase: Phrase) -> int | None:
    if phrase.has("ago", "earlier") or (phrase.has("before") and phrase.has("year_word")):
        return None
    return year_of(phrase)


# -- stretches up to or from publication -------------------------------------------------------------------------------


def rolling(phrase: Phrase) -> Reading | None:
    """The past 12 months, the last five years, the next two weeks: up to the day of publication, or from it on."""
    published = phrase.context.published
    amount = amount_of(phrase.part(phrase.begin + 1))
    if amount is None:
        return None
    count = amount.whole()
    way = 1 if phrase.has("next", "coming", "following") else -1
    hours = amount.unit == "h" and amount.count is not None and amount.count % 24 == 0
    if hours and amount.count is not None:
        count = int(amount.count) // 24, "D"
    if published is None or count is None or count[0] < 1 or phrase.is_a(phrase.begin, "following", "previous"):
        return unplaced(amount.timex, "range", type="duration")
    far, near = moved(published, way * count[0], count[1]), published + timedelta(way)
    stretch = span(near, far) if way > 0 else span(far, published if hours else near)
    return replace(placed(stretch, anchor="published_at", type="duration"), timex=amount.timex)


def vague_stretch(phrase: Phrase) -> Reading | None:
    """Recent weeks, the coming months, the past few years: said, and not placed."""
    unit = phrase.value("units")
    timex = f"PT{'X'}{unit.upper()}" if unit in ("h", "m", "s") else f"PX{unit}"
    return unplaced(timex, "range", type="duration")
