"""The exact offsets of a name: with the article, "al-", ", Inc." and dots that are part of it, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.extraction.model import Span

_ARTICLES: Final = frozenset(["al", "el", "as", "ash", "ad", "an", "ar", "at", "az", "ul"])
_AFTER_COMMA: Final = frozenset([
    "inc", "incorporated", "llc", "ltd", "corp", "plc", "lp", "jr", "sr", "dds", "md", "phd", "esq",
])  # fmt: skip
_LAWS: Final = frozenset(["act", "bill", "code"])
_YEAR: Final = 4
_DEGREES: Final = (["m", "d"], ["ph", "d"])
_DOTTED: Final = frozenset(["inc", "corp", "co", "ltd", "jr", "sr", "calif", "bros"])


@dataclass(frozen=True, slots=True)
class NameSpans:
    """``taken``: tokens that are part of some name, which no other may reach into."""

    tokens: Tokens
    taken: frozenset[int]

    @classmethod
    def of(cls, tokens: Tokens, names: Sequence[Name]) -> NameSpans:
        return cls(tokens, frozenset(index for name in names for index in range(name.first, name.stop)))

    def span(self, name: Name, label: str = "") -> Span:
        """The offsets of a name; ``label`` is the entity's own, which may begin with "The"."""
        first, stop = name.first, name.stop
        if first and first - 1 not in self.taken and (self._has_article(first, label) or self._has_al(first)):
            first -= 1
        if is_suffix(self.tokens, stop + 1) and stop + 1 not in self.taken:
            stop += 2
        elif is_degree(self.tokens, stop + 1, stop + 3):
            stop += 3
        elif self._is_year(stop):
            stop += 1
        elif self._is_danish(stop):
            stop += 3
        start, end = self.tokens.span(first, stop)
        return Span(start, end + self._last_dot(stop, end, stop - first))

    def _has_article(self, first: int, label: str) -> bool:
        """Whether a "The" before the name is part of it: by its label, or written large in mid-sentence."""
        inside = label.startswith("The ") or not self.tokens.opens(first - 1)
        return self.tokens.words[first - 1] == "The" and inside

    def _has_al(self, first: int) -> bool:
        return self.tokens.keys[first - 1] in _ARTICLES and self.tokens.gap(first) == "-"

    def _is_danish(self, index: int) -> bool:
        """Whether A/S, the legal form of a Danish firm, follows."""
        keys, tokens = self.tokens.keys, self.tokens
        spelled = keys[index : index + 3] == ["a", BREAK, "s"] and tokens.words[index + 1] == "/"
        return spelled and tokens.capital[index] and tokens.capital[index + 2]

    def _is_year(self, index: int) -> bool:
        """Whether the year follows that tells a law from others of its name: the Fraud Act 2006."""
        keys = self.tokens.keys
        follows = keys[index - 1] in _LAWS and index < len(keys) and self.tokens.gap(index) == " "
        return follows and keys[index].isdigit() and len(keys[index]) == _YEAR

    def _last_dot(self, stop: int, end: int, size: int) -> int:
        """1 if a dot after the last word belongs to it: U.S., Inc."""
        text, last = self.tokens.text, self.tokens.words[stop - 1]
        if text[end : end + 1] != ".":
            return 0
        dotted = len(last) == 1 and size > 1 and text[end - 2 : end - 1] == "."
        return int(dotted or self.tokens.keys[stop - 1] in _DOTTED)


def is_suffix(tokens: Tokens, index: int) -> bool:
    """Whether token ``index`` is "Inc" or "Jr" after a comma."""
    return 0 < index < len(tokens) and tokens.keys[index - 1] == "," and tokens.keys[index] in _AFTER_COMMA


def is_degree(tokens: Tokens, first: int, stop: int) -> bool:
    """Whether tokens are "M.D." or "Ph.D." after a comma."""
    return 0 < first < len(tokens) and tokens.keys[first - 1] == "," and tokens.keys[first:stop] in _DEGREES
