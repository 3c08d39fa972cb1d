"""Rules for so many units away: "four years ago", "a year earlier", "the past 12 months", "in two weeks"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from factwire.extraction.times import anchors
from factwire.extraction.times.amounts import amount_of
from factwire.extraction.times.intervals import Interval, containing, day, moved, shifted, span
from factwire.extraction.times.readings import Phrase, Reading, placed, unplaced

_SIZE_OF_AGO: Final = {"D": "D", "W": "D", "M": "M", "Q": "Q", "Y": "Y", "E": "Y", "C": "Y"}
"""What an expression means: "four years ago" is a year, "a week ago" a day."""
_RATE: Final = 6
"""Words from a number to the "a day" that it is reckoned by."""
_COMPARED: Final = frozenset({"from", "than", "with", "versus", "against"})
_COMPARES: Final = 6
"""Words from the number that is compared with, "from $8 million", to its "a year ago"."""
_YEARLY: Final = ("Y", "E", "C")


def ago(phrase: Phrase) -> Reading | None:
    """Four years ago, a week ago; after a quarter, "a year ago" is that quarter."""
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
    compared = any(phrase.before(back) in _COMPARED for back in range(1, _COMPARES))
    there = phrase.context.period_before(in_sentence=not compared)
    if count[1] == "Y" and there is not None and there.granularity != "year":
        return replace(placed(shifted(there, -count[0], "Y"), anchor="context"), compared=True)
    if published is None:
        return unplaced("PAST_REF")
    return placed(_at_distance(published, -count[0], count[1]), anchor="published_at")


def from_now(phrase: Phrase) -> Reading | None:
    """Two weeks from now, in three days (where the sentence looks ahead), a year from today."""
    published, amount = phrase.context.published, amount_of(phrase)
    if amount is None:
        return None
    if phrase.has("weekday") and _is_rate(phrase):
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


def _is_rate(phrase: Phrase) -> bool:
    """``50 litres of water a day from Thursday``: so much a day, and the weekday stands for itself."""
    if phrase.tokens.word(phrase.begin) not in ("a", "per", "each"):
        return False
    return any(
        phrase.is_a(phrase.begin - back, "number", "day", "small", "four", "big", "grouped", "decimal", "year")
        for back in range(2, _RATE + 1)
    )


def away_from_context(phrase: Phrase) -> Reading | None:
    """A year earlier, two days later, the month before: from the expression before it."""
    if phrase.is_a(phrase.end - 1, "before", "after") and not phrase.is_closed:
        return None
    way = -1 if phrase.has("earlier", "before", "ago") else 1
    amount = amount_of(phrase)
    count = amount.whole() if amount else None
    if amount is None or count is None:
        return unplaced("PAST_REF" if way < 0 else "FUTURE_REF") if amount else None
    there = _context_for(phrase, count[1])
    if there is None:
        return _away_from_publication(phrase, way * count[0], count[1])
    if count[1] in _YEARLY or (there.is_period and count[1] in ("M", "Q")):
        return replace(placed(shifted(there, way * count[0], count[1]), anchor="context"), compared=way < 0)
    if there.is_period:
        return unplaced("PAST_REF" if way < 0 else "FUTURE_REF", anchor="context")
    return placed(_at_distance(there.begin, way * count[0], count[1]), anchor="context")


def _context_for(phrase: Phrase, unit: str) -> Interval | None:
    if unit in ("D", "W"):
        there = phrase.context.before()
        if there is None:
            return None
        return there if not there.is_period else phrase.context.day_before()
    return phrase.context.period_before()


def _away_from_publication(phrase: Phrase, count: int, unit: str) -> Reading:
    published = phrase.context.published
    if published is None:
        return unplaced("PAST_REF" if count < 0 else "FUTURE_REF", anchor="context")
    if unit == "Y" and count == -1 and not phrase.context.history:
        return placed(shifted(anchors.last_quarter(published), -1, "Y"), anchor="published_at")
    if unit in ("D", "W") and not phrase.context.history:
        return unplaced("PAST_REF" if count < 0 else "FUTURE_REF", anchor="context")
    return placed(_at_distance(published, count, unit), anchor="published_at")


def _at_distance(there: date, count: int, unit: str) -> Interval:
    return containing(moved(there, count, unit), _SIZE_OF_AGO[unit])


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
