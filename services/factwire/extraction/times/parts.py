"""Rules for parts of a year: months, quarters, halves, seasons, the first nine months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from factwire.extraction.model import Granularity
from factwire.extraction.times import anchors
from factwire.extraction.times.amounts import number_of
from factwire.extraction.times.intervals import Interval, add_months, half, joined, month, quarter, season, span
from factwire.extraction.times.readings import Phrase, Reading, placed
from factwire.extraction.times.tokens import MONTHS, ORDINALS
from factwire.extraction.times.years import anchor_of, full_year, ordinal_of, part_of_fiscal_year, year_of

_VERBS_TOO: Final = frozenset(("spring", "fall", "summer"))


def month_year(phrase: Phrase) -> Reading | None:
    """March 2019; March of last year; January this year."""
    number = year_of(phrase)
    if number is None:
        return None
    return placed(month(number, phrase.value(*MONTHS)), anchor=anchor_of(phrase))


def bare_month(phrase: Phrase) -> Reading | None:
    """A month alone. May, March and the short forms need a word before them that shows they are months."""
    before, word = phrase.before(), phrase.tokens.word(phrase.begin)
    opens = phrase.is_a(phrase.end, "hyphen", "dash", "to") and phrase.is_a(phrase.end + 1, *MONTHS)
    closes = phrase.is_a(phrase.begin - 1, "hyphen", "dash")
    shows = before in phrase.context.guards.placed or closes or opens or phrase.is_all
    loud = phrase.tokens.text[phrase.tokens.starts[phrase.begin] : phrase.tokens.ends[phrase.begin]].isupper()
    if loud and not phrase.has("month_short") and word not in ("may", "march"):
        return guessed_month(phrase, phrase.value(*MONTHS))
    if not shows and (word in ("may", "march") or phrase.has("month_short")):
        return None
    if not shows and (phrase.is_a(phrase.end, "name") or phrase.is_a(phrase.begin - 1, "name")):
        return None
    if (
        phrase.tokens.word(phrase.begin) in ("may", "march")
        and before in ("and", "or", "the", "to", "than", "that", "of")
        and phrase.is_a(phrase.end, "name")
    ):
        return None
    return guessed_month(phrase, phrase.value(*MONTHS))


def guessed_month(phrase: Phrase, number: int) -> Reading:
    return anchors.near_month(phrase.context.published, number, phrase.look)


def quarter_of(phrase: Phrase) -> Reading | None:
    """Third quarter, Q3, third-quarter 2019, last year's third quarter, the final quarter of 2019."""
    number = phrase.value("quarter_code")
    if number is None:
        number = (
            4
            if phrase.is_a(phrase.begin, "last") or (phrase.has("previous") and not phrase.has(*ORDINALS))
            else ordinal_of(phrase)
        )
    if not 1 <= number <= 4:
        return None
    return _part(phrase, number, 3) or _near_quarter(phrase, number)


def _near_quarter(phrase: Phrase, number: int) -> Reading:
    published, bounds = phrase.context.published, phrase.context.quarter_bounds
    if published is not None and bounds is not None:
        begin = part_of_fiscal_year(bounds, published.year, number, 3).begin
        number = (begin.month + 2) // 3
    return anchors.near_quarter(published, number, phrase.look)


def quarter_and_fiscal_year(phrase: Phrase) -> Reading | None:
    """Q1FY24, written as one."""
    number, written = phrase.value("fiscal_quarter")
    return placed(_of_written_year(phrase, full_year(written), number, 3))


def quarter_to_month(phrase: Phrase) -> Reading | None:
    """The June quarter, the December 2023 quarter: the three months that end with it."""
    number, written = phrase.value(*MONTHS), year_of(phrase)
    last = placed(month(written, number)) if written is not None else guessed_month(phrase, number)
    if last.interval is None:
        return None
    begin = add_months(last.interval.begin, -2)
    exact = number % 3 == 0
    whole = quarter(last.interval.begin.year, number // 3) if exact else span(begin, last.interval.end)
    return replace(last, interval=whole, timex=whole.timex, granularity=whole.granularity, open=None)


def _part(phrase: Phrase, number: int, months: int) -> Reading | None:
    """The quarter or half of the year that is named; None if none is."""
    written = year_of(phrase)
    if written is None:
        return None
    return placed(_of_written_year(phrase, written, number, months), anchor=anchor_of(phrase))


def _of_written_year(phrase: Phrase, written: int, number: int, months: int) -> Interval:
    named: Granularity = "quarter" if months == 3 else "half"
    bounds = phrase.fiscal_bounds if phrase.has("fiscal", "fiscal_code", "fiscal_quarter") else None
    if bounds is None:
        return quarter(written, number) if months == 3 else half(written, number)
    whole = part_of_fiscal_year(bounds, written, number, months)
    return replace(whole, granularity=named, timex=f"FY{written:04d}-{named[0].upper()}{number}")


def half_of(phrase: Phrase) -> Reading | None:
    """First half of 2019, H1, first-half; without a year only in a sentence that speaks of business."""
    number = phrase.value("half_code")
    if number is None:
        number = 2 if phrase.is_a(phrase.begin, "last") else ordinal_of(phrase)
    if number not in (1, 2):
        return None
    named = _part(phrase, number, 6)
    if named is not None:
        return named
    if not phrase.has("half_code") and not speaks_of_business(phrase):
        return None
    return anchors.near_half(phrase.context.published, number, phrase.look)


def half_year(phrase: Phrase) -> Reading | None:
    """Half-year results: the last half that was over."""
    published = phrase.context.published
    if published is None or not speaks_of_business(phrase):
        return None
    return placed(
        half(published.year, 1) if published.month > 6 else half(published.year - 1, 2), anchor="published_at"
    )


def speaks_of_business(phrase: Phrase) -> bool:
    tokens, words = phrase.tokens, phrase.context.guards.reported
    low, high = max(0, phrase.begin - 30), min(len(tokens.codes), phrase.end + 30)
    return any(tokens.word(n) in words for n in range(low, high))


def parts_of_year(phrase: Phrase) -> Reading | None:
    """The first nine months of 2019, the first two quarters of 1990, the last four months of last year."""
    unit = phrase.value("units")
    length = {"M": 1, "Q": 3}.get(unit)
    count = int(number_of(phrase.part(phrase.begin, phrase.index("units"))))
    written = year_of(phrase.part((phrase.index("units") or 0) + 1))
    if length is None or not 1 <= count * length <= 12:
        return None
    anchor = anchor_of(phrase)
    if written is None:
        written = _year_then_over(phrase, count * length)
    if written is None:
        return None
    return placed(_months_of(written, count * length, phrase.is_a(phrase.begin, "last")), anchor=anchor)


def _months_of(number: int, months: int, at_end: bool) -> Interval:
    if months == 6:
        return half(number, 2 if at_end else 1)
    if months == 3:
        return quarter(number, 4 if at_end else 1)
    first = 13 - months if at_end else 1
    return joined(month(number, first), month(number, first + months - 1))


def _year_then_over(phrase: Phrase, months: int) -> int | None:
    """The year whose first months were just over: only that can be meant without a year."""
    published = phrase.context.published
    if published is None or phrase.is_a(phrase.begin, "last") or phrase.is_a(phrase.end, "of"):
        return None
    if not (
        speaks_of_business(phrase) or phrase.tokens.codes.startswith(phrase.tokens.codes[phrase.begin : phrase.end])
    ) or phrase.has("following"):
        return None
    return published.year if published >= date(published.year, months, 1) else published.year - 1


def season_year(phrase: Phrase) -> Reading | None:
    """Summer 2019, the winter of 2018-19, last year's spring."""
    number = year_of(phrase)
    verb = phrase.tokens.word(phrase.begin) in ("fall", "spring") and (
        phrase.has("in") or phrase.before() in ("to", "will", "not")
    )
    return placed(season(number, phrase.value("season"))) if number is not None and not verb else None


def bare_season(phrase: Phrase) -> Reading | None:
    """The summer; a spring or a fall only after a preposition that shows it is a season."""
    before = phrase.before()
    back = phrase.before(2) if before == "the" else before
    if phrase.is_all or (before == "the" and back == ""):
        return anchors.near_season(phrase.context.published, phrase.value("season"), phrase.look)
    guards, is_a_verb = phrase.context.guards, phrase.tokens.word(phrase.begin) in _VERBS_TOO
    if back not in guards.seasonal or (is_a_verb and before != "the" and back in guards.seasonal_or_verbal):
        return None
    return anchors.near_season(phrase.context.published, phrase.value("season"), phrase.look)
