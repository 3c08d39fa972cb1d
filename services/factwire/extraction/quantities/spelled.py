"""Numbers spelled out: "two hundred and fifty-three thousand"."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from factwire.extraction.quantities.number import ONE, Number, exactly
from factwire.extraction.quantities.number_words import NumberWords
from factwire.extraction.quantities.scales import and_a_half, scaled, spoken_point
from factwire.extraction.quantities.tokens import Tokens

_LARGEST: Final = Decimal("1e30")
_HUNDRED: Final = Decimal(100)
_DOZEN: Final = Decimal(12)


def read_spelled(words: NumberWords, tokens: Tokens, at: int, head: Decimal | None = None) -> Number | None:
    """The number words from ``at`` on. ``head``: an article that stands for one before them."""
    said, index = _Said(words, head), at
    while index < tokens.size:
        if _continues(words, tokens, index, said.last):
            index += 1
        elif not said.takes(tokens.low[index]):
            break
        else:
            index += 1
    if not said.count:
        return None
    return _ordinal(words, tokens, at, index, said) or _finished(words, tokens, at, index, said)


class _Said:
    """A number on its way: what is complete, what is being built, and of what sort the last word was."""

    __slots__ = ("count", "current", "largest", "last", "total", "words")

    def __init__(self, words: NumberWords, head: Decimal | None) -> None:
        self.words = words
        self.total = Decimal(0)
        self.current = head or Decimal(0)
        self.last = "ones" if head else ""
        self.largest = Decimal("Infinity")
        self.count = 0

    @property
    def value(self) -> Decimal:
        return self.total + self.current

    @property
    def scale(self) -> Decimal:
        """What the last scale word multiplied with."""
        if self.largest.is_finite() and not self.current:
            return self.largest
        return _HUNDRED if self.last == "hundred" else ONE

    def takes(self, word: str) -> bool:
        """Adds a word if it goes on with the number."""
        words = self.words
        if (one := words.ones.get(word)) is not None:
            fits = self.last != "ones" and (self.last != "tens" or 0 < one < 10)
            return fits and self._adds(one, "ones")
        if (ten := words.tens.get(word)) is not None:
            return self.last not in ("ones", "tens") and self._adds(ten, "tens")
        scale = words.scales.get(word)
        return scale is not None and self.last != "" and self._multiplies(scale)

    def _adds(self, value: Decimal, sort: str) -> bool:
        self.current += value
        self.last = sort
        self.count += 1
        return True

    def _multiplies(self, scale: Decimal) -> bool:
        if scale <= _HUNDRED:
            if self.last == "scale" or self.current >= _HUNDRED:
                return False
            self.current, self.last = self.current * scale, "scale" if scale == _DOZEN else "hundred"
        elif self.current and scale < self.largest:
            self.total, self.current = self.total + self.current * scale, Decimal(0)
            self.largest, self.last = scale, "scale"
        elif not self.current and 0 < self.total < _LARGEST:
            self.total, self.last = self.total * scale, "scale"
        else:
            return False
        return True


def _continues(words: NumberWords, tokens: Tokens, index: int, last: str) -> bool:
    """Whether "and" or a hyphen inside number words goes on with the same number."""
    word, following = tokens.low[index], tokens.word(index + 1)
    if word == "-":
        joined = last != "" and tokens.glued(index - 1) and tokens.glued(index)
        return joined and (following in words.scales or (last == "tens" and words.ones.get(following, 10) < 10))
    smaller = following in words.ones or following in words.tens
    return word in words.joins and smaller and last in ("hundred", "scale")


def _ordinal(words: NumberWords, tokens: Tokens, at: int, index: int, said: _Said) -> Number | None:
    """Tens with an ordinal behind them: "twenty-fifth"."""
    if said.last != "tens":
        return None
    step = 1 if tokens.word(index) in ("-", "\u2013") and tokens.glued(index - 1) else 0
    if tokens.word(index + step) not in words.ordinals:
        return None
    return exactly(said.value, at, index + step + 1, "ordinal", "ordinal")


def _finished(words: NumberWords, tokens: Tokens, at: int, index: int, said: _Said) -> Number:
    number = exactly(said.value, at, index, "words", "number-words", said.scale, max(1, said.count))
    if said.scale == ONE and said.value < _HUNDRED:
        number = spoken_point(words, tokens, number)
    if number.rule == "spoken-point" or tokens.word(number.last) in words.suffix:
        number = scaled(words, tokens, number)
    return and_a_half(words, tokens, number)
