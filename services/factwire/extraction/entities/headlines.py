"""Which tokens stand in titles that write every word large: there a capital says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from factwire.extraction.entities.tokens import Tokens
from factwire.extraction.model import Span

_FEWEST: Final = 5
_SHORT: Final = 4
_SMALL: Final = frozenset([
    "a", "an", "the", "of", "in", "on", "at", "to", "for", "and", "or", "but", "by", "from", "with", "as", "vs",
    "via", "over", "into", "after", "amid", "nor", "per", "s", "off", "up", "out", "than",
])  # fmt: skip
"""Words that stay small in titles in which every other word is large."""


def find_headlines(tokens: Tokens, sentences: Iterable[Span]) -> tuple[frozenset[int], frozenset[int]]:
    """Tokens of sentences in title case or all in capitals, and of those all in capitals."""
    titled: list[int] = []
    shouted: list[int] = []
    for span in sentences:
        first, stop = tokens.index_from(span.start), tokens.index_from(span.end)
        words = [i for i in range(first, stop) if tokens.words[i][0].isalpha()]
        if _shouts(tokens, words):
            shouted += words
            titled += words
        elif _alone(tokens.text, span) and _titled(tokens, words):
            titled += words
    return frozenset(titled), frozenset(shouted)


def _shouts(tokens: Tokens, words: list[int]) -> bool:
    long = [i for i in words if len(tokens.words[i]) >= _SHORT]
    return len(long) > 2 and sum(tokens.words[i].isupper() for i in long) > 0.9 * len(long)


def _alone(text: str, span: Span) -> bool:
    """Whether a sentence has its lines to itself, as a title does."""
    before, after = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 1]
    return before in ("", "\n") and after in ("", "\n") and not text.startswith("(", span.start)


def _titled(tokens: Tokens, words: list[int]) -> bool:
    """Title case: at least five words, all large but for the smallest ones, and no full stop."""
    if len(words) < _FEWEST or tokens.text[tokens.ends[words[-1]] : tokens.ends[words[-1]] + 1] == ".":
        return False
    small = sum(not tokens.capital[i] and tokens.keys[i] not in _SMALL for i in words)
    large = sum(tokens.capital[i] for i in words)
    return large >= _SHORT and small <= large // 6
