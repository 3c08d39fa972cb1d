"""Holidays by name: fixed days, n-th weekdays, days counted from Easter, and tables for calendars of the moon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from factwire.extraction.lexicons import Table
from factwire.extraction.times.guards import Guards, Phrases
from factwire.extraction.times.intervals import day, month_end
from factwire.extraction.times.readings import Phrase, Reading, placed, unplaced

_ANCHOR_YEARS: Final = (-1, 0, 1)


def easter(year: int) -> date:
    """Easter Sunday of the western churches (the anonymous Gregorian algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    length = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * length) // 451
    number, day_ = divmod(h + length - 7 * m + 114, 31)
    return date(year, number, day_ + 1)


def orthodox_easter(year: int) -> date:
    """Easter Sunday of the eastern churches (Meeus, Julian; thirteen days between the calendars, 1900 to 2099)."""
    a, b, c = year % 4, year % 7, year % 19
    d = (19 * c + 15) % 30
    e = (2 * a + 4 * b - d + 34) % 7
    number, day_ = divmod(d + e + 114, 31)
    return date(year, number, day_ + 1) + timedelta(13)


def compile_feasts(table: Table) -> tuple[Mapping[str, Any], Phrases]:
    """Name to rule, and first word to the names that begin with it, the longest first."""
    names = dict(table.section("feasts"))
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for name, rule in names.items():
        if not isinstance(rule, Mapping):
            raise table.fault(name, f"'{name}' must say when it is: date, nth, easter, orthodox or years")
        words = tuple(name.replace("'", " '").replace("' s", "'s").split())
        phrases.setdefault(words[0], []).append(words)
    return names, {first: tuple(sorted(found, key=len, reverse=True)) for first, found in phrases.items()}


def first_words(names: Mapping[str, Any]) -> frozenset[str]:
    """The first words of the names as they stand in text: with capitals, or small where one word is the name."""
    firsts = {name.replace("'", " ").split()[0] for name in names}
    return frozenset(
        {f(word) for word in firsts for f in (str.capitalize, str.upper)} | {n for n in names if n.isalpha()}
    )


def feast(phrase: Phrase) -> Reading | None:
    """A holiday, with its year if one is written, else the nearest by the way the sentence looks."""
    guards, tokens = phrase.context.guards, phrase.tokens
    for words in guards.feast_phrases.get(tokens.word(phrase.begin), ()):
        if all(tokens.word(phrase.begin + n) == word for n, word in enumerate(words)):
            return _placed(phrase.part(phrase.begin, phrase.begin + len(words)), _name(words), guards)
    return None


def _name(words: tuple[str, ...]) -> str:
    return " ".join(words).replace(" '", "'")


def _placed(phrase: Phrase, name: str, guards: Guards) -> Reading | None:
    rule, length = guards.feasts[name], phrase.end - phrase.begin
    after = 1 if phrase.is_a(phrase.end, "comma", "of", "in") else 0
    if phrase.is_a(phrase.end + after, "year"):
        moment = _day_of(rule, int(phrase.part(phrase.end + after, phrase.end + after + 1).value("year")))
        return placed(day(moment), length=length + after + 1) if moment else None
    published = phrase.context.published
    if phrase.is_a(phrase.end, "name"):
        return None
    if published is None:
        return replace(unplaced("XXXX-XX-XX"), length=length)
    moment = _near(rule, published, _told_way(phrase))
    return placed(day(moment), anchor="published_at", length=length) if moment else None


def _told_way(phrase: Phrase) -> str | None:
    if phrase.before() in ("last", "past", "previous"):
        return "past"
    return "future" if phrase.before() in ("next", "coming", "this") else phrase.look


def _near(rule: Mapping[str, Any], published: date, look: str | None) -> date | None:
    days = [d for d in (_day_of(rule, published.year + n) for n in _ANCHOR_YEARS) if d]
    past = [d for d in days if d <= published]
    ahead = [d for d in days if d >= published]
    if look == "future" and ahead:
        return ahead[0]
    if look == "past" and past:
        return past[-1]
    return min(days, key=lambda d: abs((d - published).days)) if days else None


def _day_of(rule: Mapping[str, Any], year: int) -> date | None:
    if "date" in rule:
        return date(year, *rule["date"])
    if "nth" in rule:
        return _nth(year, *rule["nth"])
    if "easter" in rule:
        return easter(year) + timedelta(rule["easter"])
    if "orthodox" in rule:
        return orthodox_easter(year) + timedelta(rule["orthodox"]) if 1900 <= year < 2100 else None
    listed = rule.get("years", {}).get(str(year))
    return date(year, *listed) if listed else None


def _nth(year: int, number: int, weekday: int, count: int) -> date:
    if count < 0:
        last = month_end(year, number)
        return last - timedelta((last.weekday() - weekday) % 7)
    first = date(year, number, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (count - 1))
