"""What may follow a number and make it larger: scale words and letters, "point three", "and a half"."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from factwire.extraction.quantities.number import ONE, Number
from factwire.extraction.quantities.number_words import NumberWords
from factwire.extraction.quantities.tokens import Tokens

_LARGEST: Final = Decimal("1e15")


def scaled(words: NumberWords, tokens: Tokens, number: Number) -> Number:
    """Multiplied with the scale words behind it: "1.2 million", "5 lakh crore", "2-million", "3bn"."""
    scale, at = ONE, number.last
    while at < tokens.size:
        word, step = tokens.low[at], 1
        factor = words.scales.get(word) or words.scales.get(word.removesuffix("s"))
        if factor is None and word == "-" and tokens.glued(at - 1) and tokens.glued(at):
            behind = tokens.word(at + 1)
            factor, step = words.scales.get(behind) or (words.suffix.get(behind) if len(behind) > 1 else None), 2
        if factor is None:
            factor = words.suffix.get(word)
            if factor is not None and word == "k" and not tokens.glued(at - 1):
                factor = None
        if factor is None or scale > _LARGEST:
            break
        scale, at = scale * factor, at + step
    if at == number.last:
        return number
    return number.times(scale)._replace(scale=scale, last=at, rule="scaled-number")


def spoken_point(words: NumberWords, tokens: Tokens, number: Number) -> Number:
    """As in "one point three", "1 point 1"."""
    if tokens.word(number.last) != "point" or number.value is None or not number.whole:
        return number
    word = tokens.word(number.last + 1)
    digit = words.ones.get(word)
    if digit is None:
        digit = Decimal(word) if word.isdecimal() and len(word) < 4 else None
    if digit is None or (digit > 9 and not word.isdecimal()):
        return number
    places = len(word) if word.isdecimal() else 1
    value = number.value + digit.scaleb(-places)
    return number._replace(value=value, lower=value, upper=value, last=number.last + 2, rule="spoken-point")


def and_a_half(words: NumberWords, tokens: Tokens, number: Number) -> Number:
    """As in "two and a half", "one-and-a-half"."""
    at = number.last
    step = 2 if tokens.word(at) == "-" else 1
    if tokens.word(at + step - 1) not in words.joins:
        return number
    if tokens.word(at + 2 * step - 1) not in words.articles:
        return number
    part = words.denominators.get(tokens.word(at + 3 * step - 1))
    if part not in (2, 3, 4) or number.value is None:
        return number
    value = number.value + number.scale / part
    return number._replace(value=value, lower=value, upper=value, last=at + 3 * step, rule="and-a-half")
