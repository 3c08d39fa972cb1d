"""Cuts a sentence into tokens and writes it as a string of classes, one character a token.

The rules are then small patterns over that string ("month day ,? year") instead of over the text: quick to compile,
quick to match, and every word is a line in a table. A token has one class and, where it means something, a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from factwire.extraction.lexicons import Table

CLASSES: Final = (
    # words, from the table
    "weekday", "weekday_short", "weekdays", "month", "month_short", "day_word", "week_word", "month_word", "quarter",
    "year_word", "century", "second", "unit", "units", "half", "ordinal", "number",
    "vague", "decade_name", "season", "deictic", "daypart", "dayparts", "noon", "tonight", "zone", "last", "past",
    "previous", "next", "coming", "following", "this", "current", "that", "same", "latest", "recent", "each", "these",
    "early", "edge", "earlier", "later", "before", "after", "ago", "from", "now", "ended", "frequency", "weekend",
    "weekends", "fiscal", "period", "full", "kind", "a", "the", "of", "in", "on", "at", "to", "through", "until",
    "between", "and", "or", "for", "since", "by", "time", "old", "age", "date", "so", "feast",
    # forms of numbers
    "day", "small", "four", "big", "decimal", "grouped", "nth", "year", "short_year", "calendar_date", "pair", "clock",
    "clock_ampm", "ampm", "decade", "quarter_code", "half_code", "fiscal_code", "fiscal_quarter",
    # the rest
    "possessive", "comma", "hyphen", "dash", "slash", "dot", "open", "close", "quote", "semicolon", "word", "name",
    "other",
)  # fmt: skip

MONTHS: Final = ("month", "month_short")
YEARS: Final = ("year", "short_year", "fiscal_code")
ORDINALS: Final = ("nth", "ordinal", "second")
CLOSERS: Final = ("comma", "dot", "semicolon", "close", "and", "quote", "dash")

CODE: Final[Mapping[str, str]] = {name: chr(0x100 + n) for n, name in enumerate(CLASSES)}
_PUNCTUATION: Final = {
    ",": "comma", "-": "hyphen", "\u2013": "dash", "/": "slash", ".": "dot", "(": "open", ")": "close", '"': "quote",
    ";": "semicolon", ":": "semicolon",
}  # fmt: skip
_MARKS: Final = {mark: (CODE[name], None) for mark, name in _PUNCTUATION.items()}
_NAME: Final = (CODE["name"], None)
_PLAIN: Final = (CODE["word"], None)
_OTHER: Final = (CODE["other"], None)
_AMBIGUOUS: Final = frozenset({"may", "march", "mar", "sun", "sat", "mon", "wed", "dec", "jan", "sep"})
_ZONES_BELOW: Final = frozenset({"local", "eastern", "pacific"})

_TOKEN: Final = re.compile(
    r"(?P<letters>(?![AaPp]\.\s?[Mm]\b)[^\W\d_]++(?!\d))"  # first, because nearly all are
    r"|(?P<iso>(?<![\d.-])\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?Z?)?(?![\d-]))"
    r"|(?P<triple>(?<![\d./-])(?:\d{1,4}(?P<between>[./-])\d{1,2}(?P=between)\d{1,4})(?![\d]|[./-]\d))"
    r"|(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?![\d:]))"
    r"|(?P<pair>\d{1,2}/\d{1,2}(?![\d/]))"
    r"|(?P<grouped>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d))"
    r"|(?P<decimal>\d+\.\d+)"
    r"|(?P<short>'\d\d(?:s\b|(?!\w)))"
    r"|(?P<mixed>\d+[A-Za-z]\w*|[A-Za-z]+\d\w*)"
    r"|(?P<digits>\d+)"
    r"|(?P<ampm>[AaPp]\.\s?[Mm]\b\.?)"
    r"|(?P<possessive>'s\b)"
    r"|(?P<before_digit>[^\W\d_]+)"
    r"|(?P<mark>\S)"
)
_MIXED: Final = re.compile(
    r"(?P<nth>(\d{1,3})(?:st|nd|rd|th))|(?P<clock_ampm>(\d{1,2})(?:[ap]m?))|(?P<decade>(\d{2}|\d{4})s)"
    r"|(?P<both>[Qq][1-4][FC]Y(?:\d{4}|\d{2}))"
    r"|(?P<quarter>[Qq]([1-4])|([1-4])[Qq])|(?P<half>H([12])|([12])H)|(?P<fiscal>[FC]Y(\d{2}|\d{4}))|(?P<hour>(\d{1,2})h)"
)
_AMPM: Final = frozenset({"am", "pm", "AM", "PM"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """One sentence. ``codes[n]`` is the class of token ``n``; offsets point into the document."""

    text: str
    codes: str
    values: list[Any]
    starts: list[int]
    ends: list[int]

    def word(self, n: int) -> str:
        """Token ``n`` in lower case; empty outside the sentence."""
        return self.text[self.starts[n] : self.ends[n]].lower() if 0 <= n < len(self.codes) else ""

    def touches(self, n: int) -> bool:
        """Whether token ``n`` follows the one before without a space."""
        return n > 0 and self.starts[n] == self.ends[n - 1]


@dataclass(frozen=True, slots=True)
class Words:
    """Spellings as they stand in text (with and without capitals) to class and value."""

    entries: Mapping[str, tuple[str, Any]]
    tokens: Mapping[str, tuple[str, Any]]
    """The same with punctuation and the halves of the day: most of a text is found here."""

    @classmethod
    def compile(cls, table: Table, feasts: frozenset[str]) -> Words:
        entries: dict[str, tuple[str, Any]] = {}
        for name in table.content:
            if name not in CODE:
                raise table.fault(name, f"there is no class of words named '{name}'")
            for word, value in table.section(name).items():
                entries.update(_spellings(word, (CODE[name], value), name))
        for word in feasts:
            entries.setdefault(word, (CODE["feast"], word.lower()))
        return cls(entries, {**entries, **_MARKS, **_halves_of_the_day(entries)})

    @property
    def spellings(self) -> frozenset[str]:
        return frozenset(self.entries)


def tokenise(text: str, start: int, end: int, words: Words) -> Tokens:
    """Every token of ``text[start:end]``, in one pass."""
    codes: list[str] = []
    values: list[Any] = []
    starts: list[int] = []
    ends: list[int] = []
    known = words.tokens
    for match in _TOKEN.finditer(text, start, end):
        token = match[0]
        code, value = known.get(token) or _unlisted(token, match.lastgroup or "")
        codes.append(code)
        values.append(value)
        first, stop = match.span()
        starts.append(first)
        ends.append(stop)
    return Tokens(text, "".join(codes), values, starts, ends)


def _spellings(word: str, entry: tuple[str, Any], name: str) -> dict[str, tuple[str, Any]]:
    forms = [word.capitalize(), word.upper()]
    if name == "zone":
        forms = [word.upper(), word] if word in _ZONES_BELOW else [word.upper()]
    elif word not in _AMBIGUOUS:
        forms.append(word)
    return dict.fromkeys(forms, entry)


def _halves_of_the_day(entries: Mapping[str, tuple[str, Any]]) -> dict[str, tuple[str, Any]]:
    """``am`` and ``pm``, whatever else the table says they mean."""
    return {token: (CODE["ampm"], entries.get(token, ("", None))[1]) for token in _AMPM}


def _unlisted(token: str, kind: str) -> tuple[str, Any]:
    if kind == "letters" or kind == "before_digit":
        return _NAME if token[0].isupper() else _PLAIN
    return _OTHER if kind == "mark" else _number(kind, token)


def _number(kind: str, token: str) -> tuple[str, Any]:
    if kind == "digits":
        return _digits(token)
    if kind == "mixed":
        return _mixed(token)
    if kind == "short":
        return (CODE["decade"], (int(token[1:3]), 2)) if token[-1] == "s" else (CODE["short_year"], int(token[1:]))
    if kind in ("decimal", "grouped"):
        return CODE[kind], token.replace(",", "")
    if kind in ("iso", "triple"):
        return CODE["calendar_date"], token
    return CODE[kind], token


def _digits(token: str) -> tuple[str, Any]:
    if len(token) > 4:
        return CODE["big"], token
    value = int(token)
    if len(token) == 4:
        return CODE["year" if 1000 <= value < 2200 else "four"], value
    if len(token) == 3:
        return CODE["big"], token
    return CODE["day" if 1 <= value <= 31 else "small"], value


def _mixed(token: str) -> tuple[str, Any]:
    found = _MIXED.fullmatch(token) or _MIXED.fullmatch(token.lower())
    if found is None:
        return CODE["other"], None
    kind = found.lastgroup or ""
    if kind == "both":
        return CODE["fiscal_quarter"], (int(token[1]), int(token[4:]))
    number = next((g for g in found.groups()[1:] if g is not None and g.isdigit()), "0")
    value = int(number)
    if kind == "decade":
        return CODE["decade"], (value, len(number))
    if kind == "clock_ampm":
        return CODE["clock_ampm"], token.lower()
    classes = {"nth": "nth", "quarter": "quarter_code", "half": "half_code", "fiscal": "fiscal_code"}
    return (CODE[classes[kind]], value) if kind in classes else (CODE["other"], None)
