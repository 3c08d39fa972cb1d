"""Tokens of one sentence: parallel lists, because the grammars ask for neighbours far more often than for objects."""

from __future__ import annotations

import re
from typing import Final

from factwire.extraction.model import Span

_TOKEN: Final = re.compile(
    r"[0-9]+(?:[.,][0-9]+)*"  # 1,234.5 and whatever else digits, points and commas make
    r"|(?<![^\W_])\.[0-9]+"  # .75, but not the end of No.1
    r"|[^\W\d_](?:\.[^\W\d_])+\.?"  # U.S. and p.m.
    r"|[^\W\d_]+(?:'[^\W\d_]+)*"  # words, with their apostrophes
    r"|\S"
)


class Tokens:
    """What is written, in lower case too, and where; offsets are the document's."""

    __slots__ = ("end", "low", "size", "start", "text")

    def __init__(self, folded: str, span: Span) -> None:
        found = list(_TOKEN.finditer(folded, span.start, span.end))
        self.text = [match.group() for match in found]
        self.low = list(map(str.lower, self.text))
        self.start = [match.start() for match in found]
        self.end = [match.end() for match in found]
        self.size = len(found)

    def word(self, index: int) -> str:
        """The lower-case token, or nothing beyond either edge of the sentence."""
        return self.low[index] if 0 <= index < self.size else ""

    def raw(self, index: int) -> str:
        """The token as written, or nothing beyond either edge of the sentence."""
        return self.text[index] if 0 <= index < self.size else ""

    def glued(self, index: int) -> bool:
        """Whether nothing stands between this token and the next."""
        return 0 <= index < self.size - 1 and self.end[index] == self.start[index + 1]

    def span(self, first: int, last: int) -> Span:
        """From the start of token ``first`` to the end of the token before ``last``."""
        return Span(self.start[first], self.end[last - 1])

    def hyphened(self, index: int) -> bool:
        """Whether a hyphen joins this token to the next but one ("5,000-strong")."""
        return self.low[index + 1 : index + 3] != ["-", "-"] and self._joins(index)

    def _joins(self, index: int) -> bool:
        return self.word(index + 1) == "-" and self.glued(index) and self.glued(index + 1)
