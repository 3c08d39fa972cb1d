"""Rules for dates on the calendar: days, months, quarters, halves, seasons, years, decades, centuries."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from factwire.extraction.times import anchors
from factwire.extraction.times.amounts import number_of
from factwire.extraction.times.intervals import (
    Interval, add_months, century, containing, day, decade, half, joined, month, month_end, quarter, season, span, year,
    years,
)  # fmt: skip
from factwire.extraction.times.readings import Phrase, Reading, placed, unplaced

_FEBRUARY_LEAP: Final = 29
_DIGITS: Final = re.compile(r"\d+")
_MONTHS: Final = ("month", "month_short")
_YEARS: Final = ("year", "short_year", "fiscal_code")
_ORDINALS: Final = ("nth", "ordinal", "second")
_TWO_DIGITS: Final = 100
_PIVOT: Final = 50


# -- years -------------------------------------------------------------------------------------------------------------


def year_of(phrase: Phrase) -> int | None:
    """The year a phrase names, in digits, in words, or by its distance ("last year"); None if it names none."""
    written = phrase.value(*_YEARS)
    if written is not None:
        return _full_year(written)
    if phrase.has("year_word"):
        relative = _relative_year(phrase)
        if relative is not None:
            return relative
    return _year_in_words(phrase)


def _full_year(written: int) -> int:
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


def _year_in_words(phrase: Phrase) -> int | None:
    values = phrase.values("number")
    if len(values) >= 2 and values[0] in (18, 19, 20) and 10 <= values[1] <= 90:
        return int(values[0] * 100 + sum(values[1:]))
    if len(values) >= 2 and values[:2] == [2, 1000]:
        return 2000 + int(sum(values[2:]))
    return None


def _anchor(phrase: Phrase) -> str:
    return "absolute" if phrase.has(*_YEARS) or phrase.has("number") else "published_at"


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
    return (
        placed(year(_full_year(phrase.value("short_year")))) if phrase.before() in phrase.context.guards.dated else None
    )


def year_in_words(phrase: Phrase) -> Reading | None:
    number = _year_in_words(phrase)
    if number is None or (
        number >= 2000 and not phrase.has("year_word") and phrase.before() not in ("in", "since", "year")
    ):
        return None
    return placed(year(number))


def fiscal_year(phrase: Phrase) -> Reading | None:
    """A fiscal year, by the usual bounds of the outlet's country; the calendar year where there are none."""
    number = year_of(phrase)
    if number is None:
        published = phrase.context.published
        if published is None or phrase.before() not in ("the", "full", "its", "their", "current"):
            return None
        number = published.year
    bounds = phrase.context.guards.fiscal_year.get(phrase.context.country or "")
    anchor = "absolute" if phrase.has(*_YEARS) else "published_at"
    if bounds is None:
        return placed(replace(year(number), timex=f"FY{number:04d}"), anchor=anchor)
    begin = date(number - bounds[1], bounds[0], 1)
    return placed(replace(span(begin, add_months(begin, 12).replace(day=1) - (date(2, 1, 2) - date(2, 1, 1))),
                          granularity="year", timex=f"FY{number:04d}"), anchor=anchor)  # fmt: skip


def year_range(phrase: Phrase) -> Reading | None:
    """2019-2021, 2019/20, 2018-19; a fiscal year of two calendar years runs from April to March."""
    first, *rest = phrase.values("year", "day", "small")
    last = rest[0]
    if last < _TWO_DIGITS:
        last += first // 100 * 100
    if not first < last <= first + 200 or first < 1500:
        return None
    if phrase.has("fiscal") and last == first + 1:
        return placed(replace(span(date(first, 4, 1), date(last, 3, 31)), granularity="year", timex=f"FY{last:04d}"))
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


# -- days --------------------------------------------------------------------------------------------------------------


def ordinal_of(phrase: Phrase) -> int:
    """First, 21st, twenty-first."""
    value = phrase.value(*_ORDINALS)
    single = 2 if value == "s" else int(value or 0)
    return single + int(sum(phrase.values("number")))


def _day_number(phrase: Phrase) -> int:
    plain = phrase.value("day")
    return int(plain) if plain is not None else ordinal_of(phrase)


def month_day(phrase: Phrase) -> Reading | None:
    """March 5, 2019; Friday, March 5th; March 5 of last year; the fifth of March."""
    number = phrase.value(*_MONTHS)
    day_ = _day_number(phrase.part(phrase.begin, _before_year(phrase)))
    counts = phrase.is_a(phrase.end - 1, "day") and (
        phrase.after() in phrase.context.guards.counted or phrase.after() == "%"
    )
    if counts and not phrase.has("weekday", "weekday_short"):
        where = phrase.index(*_MONTHS) or phrase.begin
        return (
            replace(_guessed_month(phrase, number), length=where + 1 - phrase.begin) if where == phrase.begin else None
        )
    written = year_of(phrase.part(_before_year(phrase)))
    if written is not None:
        return placed(day(date(written, number, day_)), anchor="absolute" if phrase.has(*_YEARS) else "published_at")
    return anchors.near_day(phrase.context.published, number, day_, phrase.look)


def _before_year(phrase: Phrase) -> int:
    """Where the year of a full date begins: after month and day, whichever stands last."""
    at = phrase.index(*_MONTHS) or phrase.begin
    last = at
    for n in range(phrase.begin, phrase.end):
        if phrase.is_a(n, "day", *_ORDINALS):
            last = max(last, n)
            break
    return max(at, last) + 1


def day_range(phrase: Phrase) -> Reading | None:
    """March 5-7; 5 to 7 March 2019."""
    number = phrase.value(*_MONTHS)
    days = [2 if v == "s" else int(v) for v in phrase.values("day", *_ORDINALS)][:2]
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
    return placed(day(date(_full_year(last), second, first)))


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


# -- months, quarters, halves, seasons ---------------------------------------------------------------------------------


def month_year(phrase: Phrase) -> Reading | None:
    """March 2019; March of last year; January this year."""
    number = year_of(phrase)
    if number is None:
        return None
    return placed(month(number, phrase.value(*_MONTHS)), anchor="absolute" if phrase.has(*_YEARS) else "published_at")


def bare_month(phrase: Phrase) -> Reading | None:
    """A month alone. May, March and the short forms need a word before them that shows they are months."""
    before, word = phrase.before(), phrase.tokens.word(phrase.begin)
    opens = phrase.is_a(phrase.end, "hyphen", "dash", "to") and phrase.is_a(phrase.end + 1, *_MONTHS)
    closes = phrase.is_a(phrase.begin - 1, "hyphen", "dash")
    shows = before in phrase.context.guards.placed or closes or opens or phrase.is_all
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
    return _guessed_month(phrase, phrase.value(*_MONTHS))


def _guessed_month(phrase: Phrase, number: int) -> Reading:
    return anchors.near_month(phrase.context.published, number, phrase.look)


def quarter_of(phrase: Phrase) -> Reading | None:
    """Third quarter, Q3, third-quarter 2019, last year's third quarter, the final quarter of 2019."""
    number = phrase.value("quarter_code")
    if number is None:
        number = (
            4
            if phrase.is_a(phrase.begin, "last") or phrase.has("previous") and not phrase.has(*_ORDINALS)
            else ordinal_of(phrase)
        )
    if not 1 <= number <= 4:
        return None
    written = year_of(phrase)
    if written is not None:
        return placed(quarter(written, number), anchor="absolute" if phrase.has(*_YEARS) else "published_at")
    return anchors.near_quarter(phrase.context.published, number, phrase.look)


def half_of(phrase: Phrase) -> Reading | None:
    """First half of 2019, H1, first-half; without a year only in a sentence that speaks of business."""
    number = phrase.value("half_code")
    if number is None:
        number = 2 if phrase.is_a(phrase.begin, "last") else ordinal_of(phrase)
    if number not in (1, 2):
        return None
    written = year_of(phrase)
    if written is not None:
        return placed(half(written, number), anchor="absolute" if phrase.has(*_YEARS) else "published_at")
    if not phrase.has("half_code") and not _reports(phrase):
        return None
    return anchors.near_half(phrase.context.published, number, phrase.look)


def half_year(phrase: Phrase) -> Reading | None:
    """Half-year results: the last half that was over."""
    published = phrase.context.published
    if published is None or not _reports(phrase):
        return None
    return placed(
        half(published.year, 1) if published.month > 6 else half(published.year - 1, 2), anchor="published_at"
    )


def _reports(phrase: Phrase) -> bool:
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
    anchor = "absolute" if phrase.has(*_YEARS) else "published_at"
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
        _reports(phrase) or phrase.tokens.codes.startswith(phrase.tokens.codes[phrase.begin : phrase.end])
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
    if back not in (
        "in",
        "by",
        "during",
        "since",
        "until",
        "early",
        "late",
        "mid",
        "-",
        "through",
        "of",
        "over",
        "throughout",
        "for",
        "this",
    ):
        return None
    if (
        phrase.tokens.word(phrase.begin) in ("spring", "fall", "summer")
        and back in ("of", "for", "by", "-", "in")
        and before != "the"
    ):
        return None
    return anchors.near_season(phrase.context.published, phrase.value("season"), phrase.look)


# -- stretches that end with a date -------------------------------------------------------------------------------------


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
        return (
            placed(span(date.fromordinal(last.toordinal() - count * days + 1), last), anchor=end.anchor)
            if days
            else None
        )
    begin = add_months(date.fromordinal(last.toordinal() + 1), -count * months)
    return placed(_named(span(begin, last)), anchor=end.anchor)


def _named(stretch: Interval) -> Interval:
    """A stretch that is exactly a quarter, a half or a year is that."""
    for unit, months in (("Q", 3), ("H", 6), ("Y", 12)):
        if stretch.months == months and containing(stretch.begin, unit).end == stretch.end:
            return containing(stretch.begin, unit)
    return stretch


def _end_date(phrase: Phrase) -> Reading | None:
    if not phrase.has(*_MONTHS):
        weekday = phrase.value("weekday")
        return anchors.near_weekday(phrase.context.published, weekday, None) if weekday is not None else None
    number, written = phrase.value(*_MONTHS), year_of(phrase)
    day_ = _day_number(phrase) if phrase.has("day", *_ORDINALS) else 0
    if written is not None:
        return placed(day(date(written, number, day_)) if day_ else month(written, number))
    look = "future" if phrase.look == "future" else "past"
    if day_:
        return anchors.near_day(phrase.context.published, number, day_, look)  # type: ignore[arg-type]
    return anchors.near_month(phrase.context.published, number, look)  # type: ignore[arg-type]


def nth_of_month(phrase: Phrase) -> Reading | None:
    """The third Monday of January 2019, the first week of June, the last weekend of May."""
    at = phrase.index(*_MONTHS)
    whole = _whole_month(phrase, at)
    if whole is None:
        return unplaced("XXXX-XX", "month")
    number = -1 if phrase.is_a(phrase.begin, "last") else ordinal_of(phrase.part(phrase.begin, phrase.begin + 2))
    weekday = phrase.value("weekday", "weekday_short")
    if weekday is not None:
        days = [d for d in _days(whole) if d.weekday() == weekday]
        moment = days[number - 1 if number > 0 else -1] if number <= len(days) else None
        return placed(day(moment)) if moment else None
    first = (
        date.fromordinal(whole.end.toordinal() - 6)
        if number < 0
        else date.fromordinal(whole.begin.toordinal() + 7 * (number - 1))
    )
    if phrase.has("day_word"):
        return placed(day(whole.end if number < 0 else whole.begin.replace(day=number)))
    return placed(containing(first, "WE" if phrase.has("weekend") else "W")) if first <= whole.end else None


def _whole_month(phrase: Phrase, at: int | None) -> Interval | None:
    if at is None:
        published = phrase.context.published
        step = phrase.part(phrase.begin + 1).value("this", "last", "next", "current", "coming", "previous")
        return containing(add_months(published, int(step)), "M") if published and step is not None else None
    reading = month_year(phrase.part(at)) if at + 1 < phrase.end else None
    return (reading or _guessed_month(phrase, phrase.value(*_MONTHS))).interval


def _days(stretch: Interval) -> list[date]:
    return [date.fromordinal(n) for n in range(stretch.begin.toordinal(), stretch.end.toordinal() + 1)]
