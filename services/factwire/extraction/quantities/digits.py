"""Numbers that begin with digits, in every grouping that news uses."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from factwire.extraction.quantities.number import Number, exactly
from factwire.extraction.quantities.number_words import NumberWords
from factwire.extraction.quantities.scales import and_a_half, scaled, spoken_point
from factwire.extraction.quantities.tokens import Tokens

MOST_DIGITS: Final = 28
"""What ``decimal`` keeps exactly under its default context; no news figure has more."""
_ORDINAL: Final = frozenset(("st", "nd", "rd", "th"))
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}(?:\.[0-9]+)?")
_PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_COMMA_DECIMAL: Final = re.compile(r"[0-9]{1,3},[0-9]{1,2}")
_POINT_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?")


def read_digits(words: NumberWords, tokens: Tokens, at: int) -> Number:
    """A number that begins with digits."""
    raw = tokens.text[at]
    if len(raw) > 2 * MOST_DIGITS or sum(map(str.isdigit, raw)) > MOST_DIGITS:
        return Number(at, at + 1, None, None, None, "oversized", "oversized")
    value, rule = _grouped(raw)
    if value is None:
        return Number(at, at + 1, None, None, None, "odd", "odd-grouping")
    following = tokens.word(at + 1)
    if following in _ORDINAL and tokens.glued(at):
        return exactly(value, at, at + 2, "ordinal", "ordinal")
    precision = len(raw.replace(",", "").replace(".", "").lstrip("0")) or 1
    at, last = at, at + 1
    if following == "/" or following in words.glyphs or "/" in tokens.low[at + 2 : at + 4]:
        part = _slashed(words, tokens, at, value)
        if part is not None:
            value, last, rule = part
            if rule == "slashed-fraction":
                return exactly(value, at, last, "fraction", rule)
    elif rule == "plain" and value < 1000:
        value, last, rule = _spaced_groups(tokens, at, value)
    if rule == "plain":
        rule = "digits"
    number = exactly(value, at, last, "digits", rule, precision=precision)
    return and_a_half(words, tokens, scaled(words, tokens, spoken_point(words, tokens, number)))


def _grouped(raw: str) -> tuple[Decimal | None, str]:
    """The value of digits with points and commas, and how it was read; None if no grouping that news uses."""
    if _PLAIN.fullmatch(raw):
        return Decimal(raw), "plain"
    if _GROUPED.fullmatch(raw):
        return Decimal(raw.replace(",", "")), "grouped-digits"
    if _COMMA_DECIMAL.fullmatch(raw):
        return Decimal(raw.replace(",", ".")), "decimal-comma"
    if _POINT_GROUPED.fullmatch(raw):
        return Decimal(raw.replace(".", "").replace(",", ".")), "point-grouped-digits"
    return None, "odd"


def _slashed(words: NumberWords, tokens: Tokens, at: int, value: Decimal) -> tuple[Decimal, int, str] | None:
    """``1/4``, ``10 1/2`` and ``7½``."""
    glyph = words.glyphs.get(tokens.word(at + 1))
    if glyph is not None:
        return value + glyph[0] / glyph[1], at + 2, "mixed-fraction"
    start = at if tokens.word(at + 1) == "/" else at + 1 + tokens.hyphened(at)
    upper, lower = tokens.word(start), tokens.word(start + 2)
    if not (upper.isdecimal() and lower.isdecimal() and len(upper) < 3 and len(lower) < 3):
        return None
    if not (tokens.glued(start) and tokens.glued(start + 1)) or tokens.word(start + 3) == "/":
        return None
    if int(lower) not in (2, 3, 4, 5, 6, 8, 10, 16, 32, 64) or not 0 < int(upper) < int(lower):
        return None
    part = Decimal(upper) / Decimal(lower)
    return (part, start + 3, "slashed-fraction") if start == at else (value + part, start + 3, "mixed-fraction")


def _spaced_groups(tokens: Tokens, at: int, value: Decimal) -> tuple[Decimal, int, str]:
    """``1 234 567``: groups of three behind single spaces; "50 155mm guns" and "24 500-pound bombs" hold two."""
    last, rule = at + 1, "plain"
    if not tokens.text[at].isdecimal() or value == 0:
        return value, last, rule
    while last < tokens.size and last - at < 6:
        group = tokens.text[last]
        if len(group) != 3 or not group.isdecimal() or tokens.start[last] - tokens.end[last - 1] != 1:
            break
        if tokens.glued(last) and (tokens.word(last + 1)[:1].isalpha() or tokens.hyphened(last)):
            break
        value, last, rule = value * 1000 + Decimal(group), last + 1, "spaced-digits"
    return value, last, rule
