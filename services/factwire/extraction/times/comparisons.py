"""Rules for the same stretch of another year: "the year-ago quarter", "the same period last year"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from factwire.extraction.times import anchors
from factwire.extraction.times.intervals import Interval, containing, day, moved, quarter, shifted, week
from factwire.extraction.times.readings import Phrase, Reading, placed, unplaced
from factwire.extraction.times.tokens import ORDINALS
from factwire.extraction.times.years import ordinal_of, year_of


def year_ago_period(phrase: Phrase) -> Reading | None:
    """The year-ago quarter, the same period last year, the corresponding month of 2018, the 1988 period."""
    published, there = phrase.context.published, phrase.context.period_before()
    target = _target_year(phrase)
    if phrase.has(*ORDINALS) and phrase.has("quarter"):
        base = target or (published.year - 1 if published else None)
        named = placed(quarter(base, ordinal_of(phrase)), anchor="context") if base else None
        return named and replace(named, compared=True)
    if there is None or not _fits(phrase, there):
        if published is None:
            return unplaced("PAST_REF", "quarter", anchor="context")
        there = _default_period(phrase, published)
    return replace(placed(shifted(there, _step(phrase, target, there), "Y"), anchor="context"), compared=True)


def _step(phrase: Phrase, target: int | None, there: Interval) -> int:
    if target is not None:
        return target - there.begin.year
    return 0 if phrase.has("same") and not phrase.has("year_word") else -1


def _fits(phrase: Phrase, there: Interval) -> bool:
    if not there.is_period:
        return False
    if there.granularity == "year":
        return not phrase.has("period", "quarter", "month_word", "week_word", "day_word", "half", "time")
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
