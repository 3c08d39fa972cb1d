"""Rules for parts of a year: months, quarters, halves, seasons, the first nine months."""

from __future__ import annotations

from datetime import date
from typing import Final

from factwire.extraction.times import anchors
from factwire.extraction.times.amounts import number_of
from factwire.extraction.times.intervals import Interval, half, joined, month, quarter, season
from factwire.extraction.times.readings import Phrase, Reading, placed
from factwire.extraction.times.tokens import MONTHS, ORDINALS
from factwire.extraction.times.years import anchor_of, ordinal_of, year_of

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
    written = year_of(phrase)
    if written is not None:
        return placed(quarter(written, number), anchor=anchor_of(phrase))
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
        return placed(half(written, number), anchor=anchor_of(phrase))
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
