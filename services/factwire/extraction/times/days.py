"""Rules for days of the calendar: month and day, day ranges, dates in figures, "Friday the 13th"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from factwire.extraction.times import anchors
from factwire.extraction.times.intervals import add_months, day, joined, month_end
from factwire.extraction.times.parts import guessed_month, month_year
from factwire.extraction.times.readings import Phrase, Reading, placed, unplaced
from factwire.extraction.times.tokens import MONTHS, ORDINALS
from factwire.extraction.times.years import anchor_of, full_year, ordinal_of, year_of, year_written_out

_DIGITS: Final = re.compile(r"\d+")


def day_number(phrase: Phrase) -> int:
    plain = phrase.value("day")
    return int(plain) if plain is not None else ordinal_of(phrase)


def month_day(phrase: Phrase) -> Reading | None:
    """March 5, 2019; Friday, March 5th; March 5 of last year; the fifth of March."""
    number = phrase.value(*MONTHS)
    day_ = day_number(phrase.part(phrase.begin, _before_year(phrase)))
    counts = phrase.is_a(phrase.end - 1, "day") and (
        phrase.after() in phrase.context.guards.counted or phrase.after() == "%"
    )
    if counts and not phrase.has("weekday", "weekday_short"):
        where = phrase.index(*MONTHS) or phrase.begin
        return (
            replace(guessed_month(phrase, number), length=where + 1 - phrase.begin) if where == phrase.begin else None
        )
    written = year_of(phrase.part(_before_year(phrase)))
    if written is not None:
        return placed(day(date(written, number, day_)), anchor=anchor_of(phrase))
    return anchors.near_day(phrase.context.published, number, day_, phrase.look)


def month_day_in_words(phrase: Phrase) -> Reading | None:
    """April nine; January nineteen ninety-seven; but in "May two people died" the number counts."""
    if year_written_out(phrase) is not None:
        return month_year(phrase)
    number, day_ = phrase.value(*MONTHS), ordinal_of(phrase)
    if phrase.is_a(phrase.end, "word", "name", "number", "hyphen") or not 1 <= day_ <= 31:
        return replace(guessed_month(phrase, number), length=1) if phrase.has("month") else None
    return anchors.near_day(phrase.context.published, number, day_, phrase.look)


def _before_year(phrase: Phrase) -> int:
    """Where the year of a full date begins: after month and day, whichever stands last."""
    at = phrase.index(*MONTHS) or phrase.begin
    last = at
    for n in range(phrase.begin, phrase.end):
        if phrase.is_a(n, "day", *ORDINALS):
            last = max(last, n)
            break
    return max(at, last) + 1


def day_range(phrase: Phrase) -> Reading | None:
    """March 5-7; 5 to 7 March 2019."""
    number = phrase.value(*MONTHS)
    days = [2 if v == "s" else int(v) for v in phrase.values("day", *ORDINALS)][:2]
    if phrase.after() in phrase.context.guards.counted or days[0] >= days[1]:
        return None
    written = year_of(phrase)
    if written is None:
        end = anchors.near_day(phrase.context.published, number, days[1], phrase.look)
        if end.interval is None:
            return unplaced(f"XXXX-{number:02d}-{days[0]:02d}/XXXX-{number:02d}-{days[1]:02d}", "range")
        return placed(joined(day(end.interval.end.replace(day=days[0])), end.interval), anchor="published_at")
    return placed(joined(day(date(written, number, days[0])), day(date(written, number, days[1]))))


def weekday_of_month(phrase: Phrase) -> Reading | None:
    """Friday the 13th: that day of this month or a month near it."""
    published = phrase.context.published
    if published is None:
        return None
    number, weekday = ordinal_of(phrase), phrase.value("weekday", "weekday_short")
    for months in (0, -1, 1, -2, 2, -3, 3):
        there = add_months(published.replace(day=1), months)
        if number <= month_end(there.year, there.month).day and there.replace(day=number).weekday() == weekday:
            return placed(day(there.replace(day=number)), anchor="published_at")
    return None


def numeric_date(phrase: Phrase) -> Reading | None:
    """2019-03-05, 5/3/2019, 05.03.19; day first unless the outlet's country writes the month first."""
    token = phrase.value("calendar_date")
    parts = [int(p) for p in _DIGITS.findall(token)]
    if len(_DIGITS.findall(token)[0]) == 4:
        moment = date(*parts[:3])
        clock = token[10:].replace(" ", "T") if len(token) > 10 else ""
        return placed(day(moment), type="time" if clock else "date", clock=clock)
    if "-" in token and len(_DIGITS.findall(token)[2]) != 4:
        return None
    if "." in token and len(token) < len("1.1.2019") and len(token) != len("01.01.19"):
        return None
    first, second, last = parts[:3]
    first, second = (first, second) if _day_comes_first(phrase, token, first, second) else (second, first)
    return placed(day(date(full_year(last), second, first)))


def pair_date(phrase: Phrase) -> Reading | None:
    """On 5/3: only after a weekday or "on", and never 9/11 or 24/7."""
    token = phrase.value("pair")
    if token in phrase.context.guards.names:
        return None
    first, second = (int(p) for p in token.split("/"))
    first, second = (first, second) if _day_comes_first(phrase, token, first, second) else (second, first)
    return anchors.near_day(phrase.context.published, second, first, phrase.look)


def _day_comes_first(phrase: Phrase, token: str, first: int, second: int) -> bool:
    if first > 12 or second > 12:
        return first > 12
    return "." in token or phrase.context.day_first
