"""The number grammar: digits in every grouping, words, both mixed, shares, vague plurals, factors.

It knows nothing of units. Everything is exact (``Decimal``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from factwire.extraction.model import Span
from factwire.extraction.quantities.digits import read_digits
from factwire.extraction.quantities.number import ONE, Number, exactly
from factwire.extraction.quantities.number_words import NumberWords
from factwire.extraction.quantities.scales import and_a_half, scaled
from factwire.extraction.quantities.shares import ratio, read_share
from factwire.extraction.quantities.spelled import read_spelled
from factwire.extraction.quantities.tokens import Tokens
from factwire.extraction.quantities.vague import read_vague

_SENTENCES: Final = 256
"""Remembered from the identifiers to the quantities: both read the same sentences, one after the other."""


@lru_cache(maxsize=_SENTENCES)
def numbers_in(folded: str, start: int, end: int, words: NumberWords) -> tuple[Tokens, tuple[Number, ...]] | None:
    """A sentence's tokens and numbers; None where there is neither a digit nor a number word."""
    if not words.occurs(folded[start:end].lower()):
        return None
    tokens = Tokens(folded, Span(start, end))
    return tokens, tuple(read_numbers(tokens, words))


def read_numbers(tokens: Tokens, words: NumberWords) -> list[Number]:
    """All numbers of a sentence in order, none overlapping another."""
    found: list[Number] = []
    at, size, low = 0, tokens.size, tokens.low
    while at < size:
        word = low[at]
        number = None
        if "0" <= word[-1] <= "9":
            number = read_digits(words, tokens, at)
        elif word in words.starters or (word in words.articles and tokens.word(at + 1) in words.articled):
            number = _worded(words, tokens, at)
        elif word in words.articles and _lasts(words, tokens, at):
            number = exactly(ONE, at, at + 1, "words", "article-hedged")
        if number is None:
            at += 1
            continue
        found.append(number)
        at = number.last
    return found


def _lasts(words: NumberWords, tokens: Tokens, at: int) -> bool:
    """As in "less than an hour", "up to a year": the article counts where a bound or a blur stands before it."""
    if tokens.word(at + 1) not in words.spells:
        return False
    hedge = tokens.word(at - 1)
    return hedge in words.hedges or (tokens.word(at - 2), hedge) in words.bounds


def _worded(words: NumberWords, tokens: Tokens, at: int) -> Number | None:
    """A number that begins with a word: the longest reading that holds."""
    word = tokens.low[at]
    if word in words.glyphs:
        part = words.glyphs[word]
        return exactly(ratio(part[0], part[1]), at, at + 1, "fraction", "glyph-fraction")
    if word in words.multiples:
        return exactly(words.multiples[word], at, at + 1, "multiple", "factor-word")
    fraction = read_share(words, tokens, at)
    if fraction is not None:
        return fraction
    if word in words.several or word in words.vague or word in words.multiplied:
        return read_vague(words, tokens, at)
    if word in words.articles:
        return _articled(words, tokens, at)
    if word in words.denominators:
        return exactly(words.denominators[word], at, at + 1, "ordinal", "ordinal") if word != "half" else None
    return read_spelled(words, tokens, at)


def _articled(words: NumberWords, tokens: Tokens, at: int) -> Number | None:
    """As in "a million", "a dozen", "a couple of hundred", "a few thousand"."""
    following = tokens.word(at + 1)
    if following in words.several:
        number = read_vague(words, tokens, at + 1)
        return number and number._replace(first=at)
    if following in words.alone:
        return exactly(ONE, at, at + 1, "words", "article-alone")
    scale = words.scales.get(following)
    if scale is None:
        return None
    number = scaled(words, tokens, exactly(ONE, at, at + 1, "words", "article-number"))
    if scale == 100:
        spelled = read_spelled(words, tokens, at + 1, ONE)
        number = number if spelled is None or spelled.last <= number.last else spelled._replace(first=at)
    return and_a_half(words, tokens, number)
