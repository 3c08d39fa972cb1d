"""Rules for times of day: "10.45pm", "0830 GMT", "noon", "Friday evening", "last night"."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from factwire.extraction.model import Anchor, Granularity
from factwire.extraction.times import anchors
from factwire.extraction.times.intervals import Interval, day
from factwire.extraction.times.readings import Phrase, Reading, placed, unplaced

_AT: Final = frozenset(
    {
        "at",
        "around",
        "about",
        "by",
        "from",
        "until",
        "till",
        "since",
        "before",
        "after",
        "to",
        "-",
        "\u2013",
        "between",
        "approximately",
        "and",
        "of",
    }
)
_NOON: Final = 12
_HOURS: Final = 24
_MINUTES: Final = 60


def clock_time(phrase: Phrase) -> Reading | None:
    """A time by the clock, on the day the text is at."""
    told = _hour_and_minute(phrase)
    if told is None:
        return None
    bare = not phrase.has("ampm", "zone", "clock_ampm", "noon")
    if bare and phrase.before() not in _AT and not phrase.is_a(phrase.begin - 1, "weekday", "deictic", "comma"):
        return None
    hour, minute = told
    return _on_the_day(phrase, f"T{hour:02d}:{minute:02d}{phrase.value('zone') or ''}", "minute")


def noon(phrase: Phrase) -> Reading | None:
    """Noon and midnight, of a day told or not."""
    return _on_the_day(phrase, phrase.value("noon"), "hour")


def the_daypart(phrase: Phrase) -> Reading | None:
    """In the morning, during the night; "earlier in the evening" is of the day the text is at."""
    if phrase.before() != "the" and phrase.before() not in ("mid", "-", "early", "late"):
        return None
    if phrase.before() == "the" and phrase.before(2) not in ("in", "during", "", "into", "through"):
        return None
    clock = "T" + phrase.value("daypart")
    if phrase.before(3) in ("earlier", "later") or phrase.is_all:
        return _on_the_day(phrase, clock, "daypart")
    return unplaced(clock, "daypart", type="time", clock=clock)


def relative_daypart(phrase: Phrase) -> Reading | None:
    """This morning, last night, that evening, tonight, overnight, yesterday afternoon."""
    published, part = phrase.context.published, phrase.value("daypart", "tonight")
    if phrase.has("that", "same", "following", "previous"):
        there = phrase.context.day_before()
        step = int(phrase.value("that", "same", "following", "previous"))
        return (
            _of_day(day(there.begin + timedelta(step)), part, "context")
            if there
            else unplaced("T" + part, "daypart", type="time")
        )
    if published is None or phrase.tokens.word(phrase.begin) == "overnight":
        return unplaced("T" + part, "daypart", type="time")
    step = int(phrase.value("deictic", "this", "last", "next") or 0)
    return _of_day(day(published + timedelta(step)), part, "published_at")


def weekday_part(phrase: Phrase) -> Reading | None:
    """Friday evening, Saturday night: a part of that weekday."""
    there = anchors.near_weekday(phrase.context.published, phrase.value("weekday", "weekday_short"), phrase.look)
    if there.interval is None:
        return unplaced(f"{there.timex}T{phrase.value('daypart')}", "daypart", type="time")
    return replace(_of_day(there.interval, phrase.value("daypart"), "published_at"), open=there.open)


def _of_day(there: Interval, part: str, anchor: Anchor) -> Reading:
    reading = placed(there, type="time", clock="T" + part, anchor=anchor)
    return replace(reading, granularity="daypart")


def _on_the_day(phrase: Phrase, clock: str, granularity: Granularity) -> Reading:
    there = phrase.context.day_before(phrase.look)
    if there is None:
        return unplaced(clock, granularity, type="time", clock=clock)
    anchor: Anchor = "published_at" if there.begin == phrase.context.published else "context"
    reading = placed(there, type="time", clock=clock, anchor=anchor)
    return replace(reading, granularity=granularity)


def _hour_and_minute(phrase: Phrase) -> tuple[int, int] | None:
    token = phrase.tokens.text[phrase.tokens.starts[phrase.begin] : phrase.tokens.ends[phrase.begin]]
    afternoon = "p" in (phrase.value("clock_ampm") or "") or phrase.tokens.word(_ampm_at(phrase))[:1] == "p"
    morning = not afternoon and (phrase.has("clock_ampm") or phrase.has("ampm"))
    hour, minute = _parts(phrase, token)
    if hour >= _HOURS or minute >= _MINUTES or ((afternoon or morning) and not 1 <= hour <= _NOON and hour < 13):
        return None
    if afternoon and hour < _NOON:
        hour += _NOON
    return (0 if morning and hour == _NOON else hour), minute


def _ampm_at(phrase: Phrase) -> int:
    at = phrase.index("ampm")
    return at if at is not None else -1


def _parts(phrase: Phrase, token: str) -> tuple[int, int]:
    if phrase.is_a(phrase.begin, "number"):
        return int(phrase.value("number")), 0
    for mark in (":", "."):
        if mark in token:
            hour, minute, *_ = token.split(mark)
            return int(hour[:3]), int(minute[:3]) if len(minute) == 2 else _MINUTES
    digits = "".join(c for c in token if c.isdigit())[:4]
    return (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
