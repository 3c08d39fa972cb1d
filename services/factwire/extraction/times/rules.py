"""The rules in the order in which they are tried: a name that shows what it matches, its pattern, and its reading.

The first pattern that fits at a token is taken; if its reading is None the token is no time, and the next is looked at.
Longer patterns therefore stand before the shorter ones that they begin with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from factwire.extraction.times import (
    clocks,
    comparisons,
    days,
    distances,
    durations,
    feasts,
    parts,
    relative,
    stretches,
    years,
)
from factwire.extraction.times.readings import Phrase, Reading


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    pattern: str
    read: Callable[[Phrase], Reading | None]


RULES: Final[tuple[Rule, ...]] = (
    Rule("age", "(COUNT|a) hyphen? (units|LONG_UNIT) hyphen? (old|of age)", durations.old_age),
    # days of the calendar
    Rule("calendar date", "WEEKDAY_HEAD calendar_date", days.numeric_date),
    Rule("on day/month", "(WEEKDAY ,?|on) pair", days.pair_date),
    Rule("month day-day", "MONTH DAY (to|through|and|DASH) the? DAY YEAR_TAIL", days.day_range),
    Rule("day-day month", "DAY (to|through|and|until|DASH|slash) the? DAY of? MONTH YEAR_TAIL", days.day_range),
    Rule("month day", "WEEKDAY_HEAD MONTH the? (day|DAY_ORDINAL) YEAR_TAIL", days.month_day),
    Rule("day month", "WEEKDAY_HEAD (day|DAY_ORDINAL) dot? of? MONTH YEAR_TAIL", days.month_day),
    Rule("month and day in words", "MONTH number (hyphen? number)? (hyphen? number)?", days.month_day_in_words),
    Rule("month, nth", "MONTH , the? nth", days.month_day),
    Rule("day-month-year", "day (hyphen|slash) MONTH (hyphen|slash) year", days.month_day),
    Rule("weekday the nth", "WEEKDAY ,? the? nth", days.weekday_of_month),
    Rule("nth weekday or week of month", "(ORDINAL|last) (weekday|week_word|weekend|day_word) (of|in) MONTH_REF",
         stretches.nth_of_month),
    Rule("weekday of week", "WEEKDAY ,? of? (this|last|next) week_word | (this|last|next) week_word ,? on? WEEKDAY",
         relative.relative_weekday),
    # stretches and parts of years
    Rule("period to date", "fiscal? STRETCH that? (ended|to|through|until) (on|in)? (the edge of)? END_DATE",
         stretches.months_to),
    Rule("quarter that ends with a month", "the? MONTH YEAR? hyphen? quarter (?!hyphen) OF_YEAR?",
         parts.quarter_to_month),
    Rule("month of year", "MONTH ,? of? the? YEAR_REF | MONTH YEAR", parts.month_year),
    Rule("first or last months of year", "last COUNT units OF_YEAR | ordinal COUNT units OF_YEAR?",
         parts.parts_of_year),
    Rule("year-ago quarter", "same? year_word hyphen? (ago|earlier) (hyphen? (fiscal? ORDINAL hyphen?)? PERIOD)?",
         comparisons.year_ago_period),
    Rule("same period of year", "same (ORDINAL hyphen?)? number? (PERIOD|day_word|time) SAME_AS",
         comparisons.year_ago_period),
    Rule("period of that year", "(year|REL_YEAR) possessive? (period|quarter)"
         " | (period|quarter) a? year_word (ago|earlier)", comparisons.year_ago_period),
    Rule("same period", "same period", comparisons.year_ago_period),
    Rule("quarter of year", "(YEAR_REF hyphen?)? (fiscal hyphen?)? ORDINAL hyphen? fiscal? quarter OF_YEAR?"
         " | quarter_code hyphen? OF_YEAR? | YEAR_REF hyphen? quarter_code | last quarter (of|in) the? YEAR_REF",
         parts.quarter_of),
    Rule("quarter and fiscal year", "fiscal_quarter", parts.quarter_and_fiscal_year),
    Rule("half of year", "(YEAR_REF hyphen?)? fiscal? (ORDINAL|last) hyphen? half OF_YEAR?"
         " | half_code hyphen? OF_YEAR? | YEAR_REF hyphen? half_code", parts.half_of),
    Rule("half-year", "a? half hyphen year_word", parts.half_year),
    Rule("year to date", "year_word hyphen? to hyphen? date", relative.year_to_date),
    Rule("year range", "year (DASH|slash) (year|day|small) (fiscal year_word)?", years.year_range),
    Rule("fiscal year", "fiscal year_word? (year|short_year) | fiscal_code | (year|REL)? fiscal year_word",
         years.fiscal_year),
    Rule("season of year", "season (of|in|,)? the? YEAR_REF | YEAR_REF season", parts.season_year),
    Rule("decade", "decade", years.decade_of),
    Rule("decade in words", "decade_name", years.decade_in_words),
    Rule("century", "(nth|ordinal|number hyphen ordinal) hyphen? century", years.century_of),
    # counted from publication, or from the expression before
    Rule("day before yesterday", "day_word (before|after) deictic", relative.deictic),
    Rule("day and part of it", "deictic daypart", clocks.relative_daypart),
    Rule("today", "deictic", relative.deictic),
    Rule("tonight", "tonight", clocks.relative_daypart),
    Rule("last night", "(this|last|that|same|following|previous|next) daypart", clocks.relative_daypart),
    Rule("so long ago", "AMOUNT hyphen? kind? ANY_UNIT (and a half)? (or so)? ago", distances.ago),
    Rule("so long from now", "AMOUNT ANY_UNIT (and a half)? from (now|deictic|weekday)"
         " | in AMOUNT ANY_UNIT (and a half)? possessive? time", distances.from_now),
    Rule("so long earlier", "AMOUNT ANY_UNIT (earlier|later) | (LONG_UNIT|quarter) (earlier|before)"
         " | AMOUNT (units|LONG_UNIT) (before|after)", distances.away_from_context),
    Rule("in so long", "in AMOUNT kind? ANY_UNIT", distances.from_now),
    Rule("past or next so many", "BESIDE (COUNT (and a half)?|a? vague of?) kind? units"
         " | (last|past|next|coming) year_word and a half", distances.rolling),
    Rule("vague stretch", "(recent|coming|these) (vague of?)? units", distances.vague_stretch),
    Rule("relative weekday", "(this|that)? (this|that|BESIDE) WEEKDAY", relative.relative_weekday),
    Rule("relative month", "(this|that|same|BESIDE) MONTH", relative.relative_month),
    Rule("relative season", "this past season | (this|BESIDE) season", relative.relative_season),
    Rule("relative unit", "REL fiscal? (weekend|LONG_UNIT|quarter|century|half|unit)"
         " | latest fiscal? (week_word|month_word|quarter|year_word|period)", relative.relative_unit),
    # again and again; on a weekday; by the clock; on a holiday
    Rule("every", "each (COUNT|ordinal|second)? (ANY_UNIT|WEEKDAY daypart?|MONTH|season|daypart|weekend)"
         " | weekdays dayparts? | weekday dayparts", durations.every),
    Rule("frequency", "frequency", durations.frequency),
    Rule("part of a weekday", "WEEKDAY daypart", clocks.weekday_part),
    Rule("weekday", "WEEKDAY", relative.bare_weekday),
    Rule("clock time", "CLOCK ZONE? | (clock|four|year|decimal|day) ZONE", clocks.clock_time),
    Rule("noon", "day? noon ZONE?", clocks.noon),
    Rule("feast", "feast", feasts.feast),
    # the rest
    Rule("full year", "full hyphen? year_word", relative.full_year),
    Rule("year-end", "year_word possessive? hyphen? edge", relative.year_end),
    Rule("the year so-and-so", "year_word YEAR_WORDS", years.year_in_words),
    Rule("length of time", "COUNT (or|to|DASH) COUNT hyphen? kind? ANY_UNIT"
         " | AMOUNT hyphen? kind? ANY_UNIT (and a half)?", durations.length_of_time),
    Rule("year in words", "YEAR_WORDS", years.year_in_words),
    Rule("year", "year possessive?", years.bare_year),
    Rule("short year", "short_year", years.short_year),
    Rule("month", "MONTH possessive?", parts.bare_month),
    Rule("season", "season", parts.bare_season),
    Rule("the unit", "weekend|LONG_UNIT|quarter", relative.the_unit),
    Rule("part of the day", "daypart", clocks.the_daypart),
)  # fmt: skip
