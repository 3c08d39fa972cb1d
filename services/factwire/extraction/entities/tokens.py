"""The text as the entity rules walk it: words and breaks, with the folded keys that the knowledge base is asked for.

A break (key ``|``) is everything that ends a name: the end of a sentence, brackets, quotation marks, a dash, a new
paragraph. A comma and an ampersand are tokens of their own. Everything else between two words (a space, a hyphen, an
apostrophe, the dot of an initial) joins them. A dot between a small word and a large one ends a sentence that a feed
has glued to the next.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from factwire.kb.keys import fold_word

BREAK: Final = "|"
_TOKEN: Final = re.compile(
    r"[^\W_]+|[&,]|\s-+\s|\n\s*|(?<=\s)'|'(?=\s)|\.(?=\s|$)|(?<=[a-z]{2})\.(?=[A-Z][a-z])|(?:[^\w\s'.\-&,]|_)+"
)
_SHORTENED: Final = frozenset([
    "mr", "mrs", "ms", "dr", "st", "gen", "sen", "rep", "gov", "col", "lt", "capt", "maj", "sgt", "prof", "rev",
    "hon", "fr", "jr", "sr", "mt", "ft", "no", "vs", "dept", "adm", "cmdr", "cpl", "gov", "pres", "supt",
    "insp", "inc", "corp", "co", "ltd", "calif", "mass", "conn", "wash", "ark", "fla", "miss", "tenn", "minn",
])  # fmt: skip
_OWNERS: Final = frozenset([
    "artists", "builders", "citizens", "consumers", "directors", "doctors", "drivers", "employees", "employers",
    "farmers", "journalists", "lawyers", "manufacturers", "miners", "musicians", "nurses", "officers",
    "owners", "parents", "peasants", "pensioners", "players", "producers", "publishers", "students", "teachers",
    "traders", "travellers", "veterans", "workers", "writers",
])  # fmt: skip
"""Their apostrophe before a word written large is inside a name: the Workers' Party, the Teachers' Union."""
_LINE: Final = 55
"""A line at least this long that ends without a full stop is taken to be wrapped: the next one goes on."""
_WIDE: Final = 80
"""A line longer than this is a paragraph of its own."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists; ``at[i]`` is where token ``i`` begins in ``line``, all keys joined by single spaces."""

    text: str
    starts: list[int]
    ends: list[int]
    words: list[str]
    keys: list[str]
    at: list[int]
    line: str
    capital: list[bool]

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, stop: int) -> tuple[int, int]:
        return self.starts[first], self.ends[stop - 1]

    def key(self, first: int, stop: int) -> str:
        return " ".join(self.keys[first:stop])

    def index_from(self, offset: int) -> int:
        """The first token that starts at ``offset`` or later."""
        return bisect_left(self.starts, offset)

    def gap(self, index: int) -> str:
        """What stands between token ``index`` and the one before it."""
        return self.text[self.ends[index - 1] : self.starts[index]] if index > 0 else ""

    def apart(self, index: int) -> bool:
        """Whether white space stands between token ``index`` and the one before it."""
        return any(map(str.isspace, self.gap(index)))

    def opens(self, index: int) -> bool:
        """Whether token ``index`` is the first word of a sentence, a line or a quotation."""
        return index == 0 or self.keys[index - 1] == BREAK


def tokenize(folded: str) -> Tokens:
    """Words and breaks of a folded text."""
    rows: list[tuple[int, int, str, str, int, bool]] = []
    key, at = "", 0
    for match in _TOKEN.finditer(folded):
        word, (start, end) = match[0], match.span()
        if word[0].isalnum():
            key = (word.lower() if word.isascii() else fold_word(word)) or BREAK
        elif word in ("&", ","):
            key = word
        elif _joins(word, start, folded, key):
            continue
        else:
            key = BREAK
        rows.append((start, end, word, key, at, not word.islower() and _large(word)))
        at += len(key) + 1
    starts, ends, words, keys, places, capital = map(list, zip(*rows, strict=True)) if rows else ([] for _ in range(6))
    return Tokens(folded, starts, ends, words, keys, places, " ".join(keys), capital)


def _joins(mark: str, start: int, folded: str, before: str) -> bool:
    """Whether a mark is no end at all: the dot of an initial or a short form, the end of a wrapped line.

    ``before``: the key of the token before it.
    """
    if mark == "'":
        return before in _OWNERS and folded[start + 1 : start + 2] == " " and folded[start + 2 : start + 3].isupper()
    if mark == ".":
        return (len(before) == 1 or before in _SHORTENED) and before not in (BREAK, ",")
    if mark[0] == "\n" and "\n" not in mark[1:]:
        return folded[start - 1 : start].isalnum() and _is_wrapped(folded, start, start + len(mark))
    return False


def _is_wrapped(folded: str, start: int, end: int) -> bool:
    """Whether the line that ends at ``start`` goes on: it is a full one, or the next, which is not indented, is."""
    if start - folded.rfind("\n", 0, start) > _LINE:
        return True
    stop = folded.find("\n", end)
    return end - start == 1 and _LINE < (stop if stop >= 0 else len(folded)) - end < _WIDE


def _large(word: str) -> bool:
    """Whether a word is written as a name: with a capital at the beginning, or inside (iPhone)."""
    return word[0].isupper() or (len(word) > 2 and word[0].isalpha() and not word.islower())
