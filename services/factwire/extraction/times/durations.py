"""Rules for lengths of time ("72 hours", "a two-year plan") and for what comes again ("every Monday")."""

from __future__ import annotations

from typing import Final

from factwire.extraction.times.amounts import amount_of
from factwire.extraction.times.readings import Phrase, Reading, unplaced

_LENGTHS: Final = frozenset(
    {
        "for",
        "in",
        "than",
        "within",
        "after",
        "about",
        "nearly",
        "almost",
        "over",
        "around",
        "roughly",
        "under",
        "least",
        "most",
        "only",
        "just",
        "lasted",
        "takes",
        "took",
        "spent",
        "every",
        "by",
        "another",
    }
)


def length_of_time(phrase: Phrase) -> Reading | None:
    """A number of units; not an age, not a quarter of something, not "twice a year" or "$50 a day"."""
    after, tokens = phrase.after(), phrase.tokens
    if (
        after == "old"
        or (after == "-" and tokens.word(phrase.end + 1) == "old")
        or (after == "of" and tokens.word(phrase.end + 1) == "age")
    ):
        return None
    if phrase.before() in ("aged", "age") or (
        phrase.has("quarter", "second") and (after == "of" or phrase.is_a(phrase.begin, "a"))
    ):
        return None
    counted = phrase.has(
        "day", "small", "four", "year", "big", "grouped", "decimal", "number", "half", "vague", "hyphen"
    )
    if not counted and phrase.before() not in _LENGTHS:
        return None
    if phrase.has("units") and phrase.value("units") == "Q" and after == "of":
        return None
    amount = amount_of(phrase)
    return unplaced(amount.timex, "range", type="duration") if amount else None


def old_age(phrase: Phrase) -> Reading | None:
    """An age is no time: it takes its words out of the way of the other rules."""
    return None


def every(phrase: Phrase) -> Reading | None:
    """Every year, each Thursday, every two weeks, every July."""
    weekday, number = phrase.value("weekday", "weekday_short", "weekdays"), phrase.value("month", "month_short")
    if weekday is not None:
        part = phrase.value("daypart", "dayparts")
        return unplaced(f"XXXX-WXX-{weekday + 1}" + (f"T{part}" if part else ""), type="set")
    if number is not None:
        return unplaced(f"XXXX-{number:02d}", "month", type="set")
    if phrase.has("season"):
        return unplaced(f"XXXX-{phrase.value('season')}", "season", type="set")
    if phrase.has("daypart", "weekend"):
        return unplaced("XXXX-XX-XXT" + phrase.value("daypart") if phrase.has("daypart") else "XXXX-WXX-WE", type="set")
    amount = amount_of(phrase)
    return unplaced(
        amount.timex if amount and amount.count is not None else f"P1{phrase.value('year_word') or 'X'}", type="set"
    )


def frequency(phrase: Phrase) -> Reading | None:
    """Annually, weekly, daily: where written small (the Daily Mail is a paper)."""
    start = phrase.tokens.starts[phrase.begin]
    return unplaced(phrase.value("frequency"), type="set") if phrase.tokens.text[start].islower() else None
