"""The rules in the order in which they are tried: a name that shows what it matches, its pattern, and its reading.

The first pattern that fits at a token is taken; if its reading is None the token is no time, and the next is looked at.
Longer patterns therefore stand before the shorter ones that they begin with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from factwire.extraction.times import clocks, dates, durations, feasts, relative
from factwire.extraction.times.readings import Phrase, Reading


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    pattern: str
    read: Callable[[Phrase], Reading | None]


_YEAR_TAIL: Final = "(,? (of|in)? YEAR | ,? of? the? REL_YEAR)?"
_OF_YEAR: Final = "((of|in|comma)? the? YEAR_REF)"
_WEEKDAY_HEAD: Final = "(WEEKDAY (,|hyphen|of)? the?)?"
_END_DATE: Final = "((MONTH DAY? (,? YEAR)?)|(DAY of? MONTH (,? YEAR)?)|weekday)"
_STRETCH: Final = "((COUNT hyphen?)? (units|day_word|week_word|month_word|quarter|year_word) | half (hyphen|a)? year_word?) (hyphen? period)?"

RULES: Final[tuple[Rule, ...]] = (
    Rule("age", "(COUNT|a) hyphen? (units|year_word|month_word|week_word|day_word) hyphen? (old|of age)", durations.old_age),
    Rule("calendar date", f"{_WEEKDAY_HEAD} calendar_date", dates.numeric_date),
    Rule("on day/month", "(WEEKDAY ,?|on) pair", dates.pair_date),
    Rule("month day-day", f"MONTH DAY (to|through|and|DASH) (the)? DAY {_YEAR_TAIL}", dates.day_range),
    Rule("day-day month", f"DAY (to|through|and|until|DASH|slash) the? DAY of? MONTH {_YEAR_TAIL}", dates.day_range),
    Rule("month day", f"{_WEEKDAY_HEAD} MONTH the? (day|DAY_ORDINAL) {_YEAR_TAIL}", dates.month_day),
    Rule("day month", f"{_WEEKDAY_HEAD} (day|DAY_ORDINAL) dot? of? MONTH {_YEAR_TAIL}", dates.month_day),
    Rule("month, nth", "MONTH , the? nth", dates.month_day),
    Rule("day-month-year", "day (hyphen|slash) MONTH (hyphen|slash) year", dates.month_day),
    Rule("weekday the nth", "WEEKDAY ,? the? nth", dates.weekday_of_month),
    Rule("nth weekday or week of month",
         "(ORDINAL|last) (weekday|week_word|weekend|day_word) (of|in) ((MONTH (,? of? YEAR_REF)?)|(the? REL month_word))",
         dates.nth_of_month),
    Rule("weekday of week", "WEEKDAY ,? of? (this|last|next) week_word | (this|last|next) week_word ,? on? WEEKDAY",
         relative.relative_weekday),
    Rule("period to date", f"{_STRETCH} (ended|to|through|until) (on|in)? (the edge of)? {_END_DATE}", dates.months_to),
    Rule("month of year", "MONTH ,? of? the? YEAR_REF | MONTH YEAR", dates.month_year),
    Rule("first or last months of year", f"last COUNT units {_OF_YEAR} | ordinal COUNT units {_OF_YEAR}?", dates.parts_of_year),
    Rule("year-ago quarter",
         "same? year_word hyphen? (ago|earlier) (hyphen? (fiscal? ORDINAL hyphen?)? (period|quarter|month_word|week_word|half))?",
         relative.year_ago_period),
    Rule("same period of year",
         "same (ORDINAL hyphen?)? (number)? (period|quarter|month_word|week_word|day_word|time|half) (a? year_word (ago|earlier|before) | the year_word (before|earlier)"
         " | (of|in|from|comma)? the? YEAR_REF)", relative.year_ago_period),
    Rule("period of that year", "(year|REL_YEAR) possessive? (period|quarter) | (period|quarter) a? year_word (ago|earlier)",
         relative.year_ago_period),
    Rule("same period", "same period", relative.year_ago_period),
    Rule("quarter of year",
         f"(YEAR_REF hyphen?)? (fiscal hyphen?)? (ordinal|second|nth) hyphen? fiscal? quarter {_OF_YEAR}?"
         f" | quarter_code hyphen? {_OF_YEAR}? | YEAR_REF hyphen? quarter_code | last quarter (of|in) the? YEAR_REF",
         dates.quarter_of),
    Rule("half of year",
         f"(YEAR_REF hyphen?)? fiscal? (ordinal|second|nth|last) hyphen? half {_OF_YEAR}?"
         f" | half_code hyphen? {_OF_YEAR}? | YEAR_REF hyphen? half_code", dates.half_of),
    Rule("half-year", "half hyphen year_word", dates.half_year),
    Rule("year to date", "year_word hyphen? to hyphen? date", relative.year_to_date),
    Rule("year range", "year (DASH|slash) (year|day|small) (fiscal year_word)?", dates.year_range),
    Rule("fiscal year",
         "fiscal (year_word)? (year|short_year) | fiscal_code | year fiscal year_word | REL fiscal year_word | fiscal year_word",
         dates.fiscal_year),
    Rule("season of year", "season (of|in|,)? the? YEAR_REF | YEAR_REF season", dates.season_year),
    Rule("decade", "decade", dates.decade_of),
    Rule("decade in words", "decade_name", dates.decade_in_words),
    Rule("century", "(nth|ordinal|number hyphen ordinal) hyphen? century", dates.century_of),
    Rule("day before yesterday", "day_word (before|after) deictic", relative.deictic),
    Rule("day and part of it", "deictic daypart", clocks.relative_daypart),
    Rule("today", "deictic", relative.deictic),
    Rule("tonight", "tonight", clocks.relative_daypart),
    Rule("last night", "(this|last|that|same|following|previous|next) daypart", clocks.relative_daypart),
    Rule("so long ago", "AMOUNT hyphen? kind? ANY_UNIT (and a half)? (or so)? ago", relative.ago),
    Rule("so long from now", "AMOUNT ANY_UNIT (and a half)? from (now|deictic|weekday) | in AMOUNT ANY_UNIT (and a half)? possessive? time",
         relative.from_now),
    Rule("so long earlier", "AMOUNT ANY_UNIT (earlier|later) | (day_word|week_word|month_word|year_word|quarter) (earlier|before)"
         " | AMOUNT (units|year_word|month_word|week_word|day_word) (before|after)", relative.away_from_context),
    Rule("in so long", "in AMOUNT kind? ANY_UNIT", relative.from_now),
    Rule("past or next so many", "(last|past|previous|next|coming|following) (COUNT (and a half)?|a? vague of?) kind? units"
         " | (last|past|next|coming) year_word and a half", relative.rolling),
    Rule("vague stretch", "(recent|coming|these) (vague of?)? units", relative.vague_stretch),
    Rule("relative weekday", "(this|that)? (this|last|next|past|coming|following|previous|that) WEEKDAY", relative.relative_weekday),
    Rule("relative month", "(last|next|this|that|past|following|previous|coming|same) MONTH", relative.relative_month),
    Rule("relative season", "this past season | (last|next|this|past|coming|previous|following) season", relative.relative_season),
    Rule("relative unit", "REL (fiscal)? (weekend|day_word|week_word|month_word|quarter|year_word|century|half|unit)"
         " | latest fiscal? (week_word|month_word|quarter|year_word|period)", relative.relative_unit),
    Rule("every", "each (COUNT|ordinal|second)? (ANY_UNIT|WEEKDAY daypart?|MONTH|season|daypart|weekend)"
         " | weekdays dayparts? | weekday dayparts", durations.every),
    Rule("frequency", "frequency", durations.frequency),
    Rule("part of a weekday", "WEEKDAY daypart", clocks.weekday_part),
    Rule("weekday", "WEEKDAY", relative.bare_weekday),
    Rule("clock time", "CLOCK ZONE? | (clock|four|year|decimal|day) ZONE", clocks.clock_time),
    Rule("noon", "day? noon ZONE?", clocks.noon),
    Rule("feast", "feast", feasts.feast),
    Rule("full year", "full hyphen? year_word", relative.full_year),
    Rule("year-end", "year_word possessive? hyphen? edge", relative.year_end),
    Rule("the year so-and-so", "year_word YEAR_WORDS", dates.year_in_words),
    Rule("length of time", "COUNT (or|to|DASH) COUNT hyphen? kind? ANY_UNIT | AMOUNT hyphen? kind? ANY_UNIT (and a half)?",
         durations.length_of_time),
    Rule("year in words", "number (number hyphen? number | number)", dates.year_in_words),
    Rule("year", "year possessive?", dates.bare_year),
    Rule("short year", "short_year", dates.short_year),
    Rule("month", "MONTH possessive?", dates.bare_month),
    Rule("season", "season", dates.bare_season),
    Rule("the unit", "weekend|day_word|week_word|month_word|quarter|year_word", relative.the_unit),
    Rule("part of the day", "daypart", clocks.the_daypart),
)  # fmt: skip
