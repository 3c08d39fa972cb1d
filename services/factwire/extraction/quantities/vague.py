"""Vague numerals with published bounds: "dozens", "tens of thousands", "several hundred", "a couple of hundred"."""

from __future__ import annotations

from decimal import Decimal

from factwire.extraction.quantities.number import ONE, Number, exactly
from factwire.extraction.quantities.number_words import NumberWords
from factwire.extraction.quantities.scales import scaled
from factwire.extraction.quantities.tokens import Tokens


def read_vague(words: NumberWords, tokens: Tokens, at: int) -> Number | None:
    word, following = tokens.low[at], tokens.word(at + 1)
    many = words.several.get(word)
    behind = at + 2 if following == "of" else at + 1
    if many is not None:
        return _several(words, tokens, at, many, behind)
    lot, whole = words.multiplied.get(word), words.vague.get(tokens.word(at + 2))
    if lot is not None and following == "of" and whole is not None:
        unit = whole[0]
        return Number(at, at + 3, None, lot[0] * unit, (lot[1] + 1) * unit - 1, "vague", "vague-plural", unit)
    bounds = words.vague.get(word)
    if bounds is None:
        return None
    return Number(at, at + 1, None, bounds[0], bounds[1], "vague", "vague-plural")


def _several(words: NumberWords, tokens: Tokens, at: int, many: tuple[Decimal, Decimal], behind: int) -> Number | None:
    """Several hundred and a few thousand are vague; a couple of hundred is about two hundred."""
    scale = words.scales.get(tokens.word(behind))
    if scale is None and tokens.word(behind) in words.multiplied:
        number = read_vague(words, tokens, behind)
        return number and number._replace(first=at, rule="several-of-scale")
    if many[0] == many[1]:
        return _couple(words, tokens, at, many[0], behind, scale)
    if scale is None:
        return None
    number = scaled(words, tokens, exactly(ONE, at, behind, "vague", "several-of-scale"))
    lower, upper = many[0] * number.scale, many[1] * number.scale
    return number._replace(value=None, lower=lower, upper=upper, rule="several-of-scale")


def _couple(
    words: NumberWords, tokens: Tokens, at: int, two: Decimal, behind: int, scale: Decimal | None
) -> Number | None:
    """A couple of hundred, and a couple of trees; without its article it is a pair of people."""
    couple = exactly(two, at, behind, "words", "couple")._replace(approximate=True)
    if scale is not None:
        return scaled(words, tokens, couple)
    return couple if behind == at + 2 and tokens.word(at - 1) in words.articles else None
