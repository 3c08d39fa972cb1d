"""The words that decide: whether a number is a year, a name a month, and which way a sentence looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from factwire.extraction.lexicons import Table

Phrases: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]
_WORDS: Final = (
    "counted",
    "measured",
    "dated",
    "placed",
    "seasonal",
    "seasonal_or_verbal",
    "names",
    "name_before",
    "name_after",
    "reported",
    "month_first",
)
_CUES: Final = ("future", "future_to", "not_infinitive", "past", "past_or_base", "not_past", "ahead")


@dataclass(frozen=True, slots=True)
class Guards:
    """The lists of ``guards.toml`` and ``tense.toml`` under their names, and the feasts by name and by first word."""

    counted: frozenset[str]
    measured: frozenset[str]
    dated: frozenset[str]
    placed: frozenset[str]
    seasonal: frozenset[str]
    seasonal_or_verbal: frozenset[str]
    names: frozenset[str]
    name_before: frozenset[str]
    name_after: frozenset[str]
    reported: frozenset[str]
    month_first: frozenset[str]
    future: frozenset[str]
    future_to: frozenset[str]
    not_infinitive: frozenset[str]
    past: frozenset[str]
    past_or_base: frozenset[str]
    not_past: frozenset[str]
    ahead: frozenset[str]
    fiscal_year: Mapping[str, tuple[int, bool]]
    fiscal_names: Mapping[str, str]
    fiscal_quarters: frozenset[str]
    federal_year: tuple[int, bool]
    federal_bodies: frozenset[str]
    federal_words: frozenset[str]
    feasts: Mapping[str, Any]
    feast_phrases: Phrases

    @classmethod
    def compile(cls, guards: Table, tense: Table, feasts: Mapping[str, Any], phrases: Phrases) -> Guards:
        federal = guards.section("federal")
        return cls(
            **{name: frozenset(guards.words(name)) for name in _WORDS},
            **{name: frozenset(tense.words(name)) for name in _CUES},
            fiscal_year={
                country: _bounds(guards, country, row) for country, row in guards.section("fiscal_year").items()
            },
            fiscal_names={word.lower(): str(country) for word, country in guards.section("fiscal_names").items()},
            fiscal_quarters=frozenset(guards.section("fiscal_quarters").get("countries", ())),
            federal_year=_bounds(guards, "federal", federal.get("year")),
            federal_bodies=frozenset(federal.get("bodies", ())),
            federal_words=frozenset(federal.get("words", ())),
            feasts=feasts,
            feast_phrases=phrases,
        )


def _bounds(table: Table, country: str, row: Any) -> tuple[int, bool]:
    if not isinstance(row, Mapping) or not 1 <= int(row.get("month", 0)) <= 12:
        raise table.fault(country, f"the fiscal year of {country} needs a month from 1 to 12")
    return int(row["month"]), bool(row.get("named_by_end"))
