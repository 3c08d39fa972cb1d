"""The notation in which rules are written: class names, with the operators of regular expressions between them.

``month day (,? year)?`` is a month, a day, and perhaps a comma and a year. A comma stands for itself, a name in
capitals is a macro of :data:`MACROS`. What comes out is a pattern over the codes of :mod:`tokens`; all groups are
without capture and all repeats are bounded, so that matching is linear in the length of a sentence.
"""

from __future__ import annotations

import re
from typing import Final

from factwire.extraction.times.tokens import CODE

MACROS: Final[dict[str, str]] = {
    "MONTH": "(month|month_short dot?)",
    "WEEKDAY": "(weekday|weekday_short dot?)",
    "WEEKDAY_HEAD": "(WEEKDAY (,|hyphen|of)? the?)?",
    "ORDINAL": "(nth|ordinal|second)",
    "DAY": "(day|DAY_ORDINAL)",
    "DAY_ORDINAL": "(nth|ordinal|second|number hyphen? (ordinal|second))",
    "COUNT": "(day|small|four|year|big|grouped|decimal|number (hyphen? number){0,4}|number and number)",
    "AMOUNT": "(a? vague of?|COUNT (and a half)?|a half?|half a)",
    "REL": "(this|current|that|same|BESIDE)",
    "BESIDE": "(last|past|previous|next|coming|following)",
    "REL_YEAR": "(REL fiscal? year_word possessive?|year_word (before|earlier))",
    "YEAR_WORDS": "(number number (hyphen? number)?)",
    "YEAR": "(year|short_year|YEAR_WORDS)",
    "YEAR_REF": "(WRITTEN_YEAR|YEAR_WORDS|the? REL_YEAR|a year_word (ago|earlier))",
    "WRITTEN_YEAR": "(fiscal? year_word? (year|short_year) possessive?|fiscal_code)",
    "YEAR_TAIL": "(,? (of|in)? YEAR|,? of? the? REL_YEAR)?",
    "OF_YEAR": "((of|in|,)? the? YEAR_REF)",
    "MONTH_REF": "(MONTH (,? of? YEAR_REF)?|the? REL month_word)",
    "END_DATE": "(MONTH DAY? (,? YEAR)?|DAY of? MONTH (,? YEAR)?|weekday)",
    "SAME_AS": "(a? year_word (ago|earlier|before)|the year_word (before|earlier)|(of|in|from|,)? the? YEAR_REF)",
    "LONG_UNIT": "(day_word|week_word|month_word|year_word)",
    "ANY_UNIT": "(LONG_UNIT|quarter|century|second|unit|units)",
    "PERIOD": "(period|quarter|month_word|week_word|half)",
    "STRETCH": "((COUNT hyphen?)? (units|LONG_UNIT|quarter)|half (hyphen|a)? year_word?) (hyphen? period)?",
    "DASH": "(hyphen|dash)",
    "ZONE": "(zone zone? time?|name (word|name){0,3} time)",
    "CLOCK": "(clock ampm?|clock_ampm|(decimal|four|day|number|year) ampm)",
}
_NAME: Final = re.compile(r"[A-Za-z_]+|\{[\d,]+\}|,|\s+|\((?!\?)")


def translate(notation: str) -> str:
    """The notation as a pattern over codes. Raises :class:`KeyError` for a name that is no class."""
    return _NAME.sub(_one, notation)


def _one(match: re.Match[str]) -> str:
    name = match.group()
    if name.isspace():
        return ""
    if name == "(":
        return "(?:"
    if name == ",":
        return CODE["comma"]
    if name[0] == "{":
        return name
    return translate(MACROS[name]) if name in MACROS else CODE[name]
