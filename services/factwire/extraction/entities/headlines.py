"""Which tokens stand in titles that write every word large: there a capital says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.extraction.model import Span

_FEWEST: Final = 3
_SHARE: Final = 0.75
_SHORT: Final = 4


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
        elif _titled(tokens, words, first):
            titled += words
    return frozenset(titled), frozenset(shouted)


def _shouts(tokens: Tokens, words: list[int]) -> bool:
    long = [i for i in words if len(tokens.words[i]) >= _SHORT]
    return len(long) >= _FEWEST and sum(tokens.words[i].isupper() for i in long) > 0.9 * len(long)


def _titled(tokens: Tokens, words: list[int], first: int) -> bool:
    """Title case: nearly every longer word is large, and there are more of them than a name has."""
    long = [i for i in words if len(tokens.words[i]) >= _SHORT and i != first and tokens.keys[i] != BREAK]
    if len(long) < _FEWEST:
        return False
    large = sum(tokens.capital[i] for i in long)
    return large >= _SHARE * len(long) and (large > 5 or len(long) - large <= 1)
