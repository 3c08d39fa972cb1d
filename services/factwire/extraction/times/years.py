"""Rules for years, decades and centuries, and the year that belongs to a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from factwire.extraction.model import Anchor
from factwire.extraction.times.intervals import Interval, add_months, century, decade, span, year, years
from factwire.extraction.times.readings import Phrase, Reading, placed, unplaced
from factwire.extraction.times.tokens import ORDINALS, YEARS

_TWO_DIGITS: Final = 100
_APRIL: Final = (4, True)
_PIVOT: Final = 50
"""Years of two digits: from here on they are of the last century."""


def year_of(phrase: Phrase) -> int | None:
    """The year a phrase names, in digits, in words, or by its distance ("last year"); None if it names none."""
    written = phrase.value(*YEARS)
    if written is not None:
        return full_year(written)
    if phrase.has("year_word"):
        relative = _relative_year(phrase)
        if relative is not None:
            return relative
    return year_written_out(phrase)


def full_year(written: int) -> int:
    if written >= _TWO_DIGITS:
        return written
    return written + (1900 if written >= _PIVOT else 2000)


def _relative_year(phrase: Phrase) -> int | None:
    published, there = phrase.context.published, phrase.context.before()
    step = phrase.value(
        "this", "current", "last", "past", "previous", "next", "coming", "following", "ago", "earlier", "before"
    )
    if phrase.has("that", "same"):
        return there.begin.year if there else None
    if step is None:
        return None
    if phrase.has("previous", "following", "before", "earlier") and there:
        return there.begin.year + int(step)
    return published.year + int(step) if published else None


def year_written_out(phrase: Phrase) -> int | None:
    values = phrase.values("number")
    if len(values) >= 2 and values[0] in (18, 19, 20) and 10 <= values[1] <= 90:
        return int(values[0] * 100 + sum(values[1:]))
    if len(values) >= 2 and values[:2] == [2, 1000]:
        return 2000 + int(sum(values[2:]))
    return None


def anchor_of(phrase: Phrase) -> Anchor:
    return "absolute" if phrase.has(*YEARS) else "published_at"


def bare_year(phrase: Phrase) -> Reading | None:
    """Four digits that are a year and not a count, a price, a flight or a time of day."""
    guards, number = phrase.context.guards, phrase.value("year")
    before, after = phrase.before(), phrase.after()
    if before in guards.measured or phrase.is_a(phrase.begin - 1, "other", "slash") or after in guards.counted:
        return None
    if _glued(phrase) or (before == "than" and phrase.before(2) in ("more", "less", "fewer")):
        return None
    plain = 1900 <= number < 2100 and number % 100
    if not plain and before not in guards.dated and not phrase.is_all:
        return None
    return placed(year(number)) if number >= 1500 or before in ("in", "since", "year") else None


def _glued(phrase: Phrase) -> bool:
    """Whether the number is part of a longer token: F-1998, 1998-X, 3.1998; mid-1998 is none."""
    tokens = phrase.tokens
    if phrase.is_a(phrase.end, "other", "hyphen") and tokens.touches(phrase.end):
        return True
    joined_before = phrase.is_a(phrase.begin - 1, "hyphen", "dot") and tokens.touches(phrase.begin)
    return joined_before and phrase.before(2) not in ("mid", "pre", "post", "end", "early", "late")


def short_year(phrase: Phrase) -> Reading | None:
    """The year '97."""
    return (
        placed(year(full_year(phrase.value("short_year")))) if phrase.before() in phrase.context.guards.dated else None
    )


def year_in_words(phrase: Phrase) -> Reading | None:
    """Nineteen ninety-seven; two thousand and five only where a word shows that it is a year."""
    number = year_written_out(phrase)
    if number is None or (phrase.is_a(phrase.end, "hyphen") and phrase.tokens.touches(phrase.end)):
        return None
    if number >= 2000 and not phrase.has("year_word") and phrase.before() not in ("in", "since", "year"):
        return None
    return placed(year(number))


def fiscal_year(phrase: Phrase) -> Reading | None:
    """A fiscal year, by the usual bounds of the country; the calendar year where there are none."""
    number, published = year_of(phrase), phrase.context.published
    if number is None:
        if published is None or phrase.before() not in ("the", "full", "its", "their", "current"):
            return None
        number = published.year
    bounds = phrase.fiscal_bounds
    anchor = anchor_of(phrase)
    if bounds is None:
        return placed(replace(year(number), timex=f"FY{number:04d}"), anchor=anchor)
    if published and not phrase.has(*YEARS):
        number += bounds[1] - (published.month < bounds[0])
    whole = part_of_fiscal_year(bounds, number, 1, 12)
    return placed(replace(whole, granularity="year", timex=f"FY{number:04d}"), anchor=anchor)


def part_of_fiscal_year(bounds: tuple[int, bool], number: int, nth: int, months: int) -> Interval:
    """The ``nth`` part of so many months of the fiscal year of that name."""
    begin = add_months(date(number - bounds[1], bounds[0], 1), (nth - 1) * months)
    return span(begin, add_months(begin, months) - timedelta(1))


def year_range(phrase: Phrase) -> Reading | None:
    """2019-2021, 2019/20, 2018-19; a fiscal year of two calendar years runs from April where nothing else is known."""
    first, *rest = phrase.values("year", "day", "small")
    last = rest[0]
    if last < _TWO_DIGITS:
        last += first // 100 * 100
    if not first < last <= first + 200 or first < 1500:
        return None
    counted = phrase.has("fiscal") or (rest[0] < _TWO_DIGITS and phrase.context.quarter_bounds is not None)
    if counted and last == first + 1:
        month, named_by_end = phrase.fiscal_bounds or _APRIL
        whole = part_of_fiscal_year((month, named_by_end), last if named_by_end else first, 1, 12)
        return placed(replace(whole, granularity="year", timex=f"FY{last:04d}"))
    return placed(years(first, last, "range", f"{first:04d}/{last:04d}"))


def decade_of(phrase: Phrase) -> Reading | None:
    """The 1990s, the '80s; the 1800s are a hundred years."""
    number, digits = phrase.value("decade")
    if digits == 4:
        if number % 10:
            return None
        return placed(century(number) if number % 100 == 0 and number < 2000 else decade(number))
    token = phrase.tokens.text[phrase.tokens.starts[phrase.begin]]
    if number % 10 or (token != "'" and (phrase.before() != "the" or number < 50)):
        return None
    return placed(decade(number + (2000 if number < 30 else 1900)))


def decade_in_words(phrase: Phrase) -> Reading | None:
    """The nineties, the thirties."""
    if phrase.before() not in ("the", "early", "late", "mid", "-", "nineteen"):
        return None
    number = phrase.value("decade_name")
    return placed(decade(number + (2000 if number < 20 else 1900)))


def century_of(phrase: Phrase) -> Reading | None:
    """The 20th century: 1900 to 1999, as the news counts it."""
    number = ordinal_of(phrase)
    if not 1 <= number <= 30:
        return None
    if phrase.after() in ("bc", "bce"):
        return unplaced(f"BC{number:02d}", "century", anchor="absolute")
    return placed(century((number - 1) * 100))


def ordinal_of(phrase: Phrase) -> int:
    """First, 21st, twenty-first."""
    value = phrase.value(*ORDINALS)
    single = 2 if value == "s" else int(value or 0)
    return single + int(sum(phrase.values("number")))
