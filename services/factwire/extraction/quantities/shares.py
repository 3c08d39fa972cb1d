"""Shares in words: "two-thirds", "a quarter", "half", and the numbers that are made with them ("half a million")."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from factwire.extraction.quantities.number import ONE, Number, exactly
from factwire.extraction.quantities.number_words import NumberWords
from factwire.extraction.quantities.scales import scaled
from factwire.extraction.quantities.tokens import Tokens

_MANY: Final = frozenset(("are", "were", "have", "say", "think", "believe", "want", "live"))
"""Verbs whose subject are many: "a third are women", but "a third was hurt"."""
_HALF_KIN: Final = frozenset({"sister", "sisters", "brother", "brothers", "sibling", "siblings"})
_SHARE: Final = Decimal("0.000001")


def read_share(words: NumberWords, tokens: Tokens, at: int) -> Number | None:
    """As in "two-thirds", "a quarter", "half": a share, or "half a million" and "a quarter of a million"."""
    word = tokens.low[at]
    if word == "half":
        share, last = Decimal("0.5"), at + 1
    elif word == "quarter" and _quarters(words, tokens, at):
        share, last = Decimal("0.25"), at + 1
    else:
        upper = ONE if word in words.articles else words.ones.get(word)
        step = 2 if tokens.hyphened(at) else 1
        lower = words.denominators.get(tokens.word(at + step))
        if upper is None or lower is None or upper == 0:
            return None
        if not _denominates(words, tokens, at, at + step, step):
            return None
        share, last = ratio(upper, lower), at + step + 1
    scaled = _share_of_scale(words, tokens, at, share, last)
    if scaled is not None:
        return scaled
    if word == "half" and not _halves(words, tokens, at):
        return None
    return exactly(share, at, last, "fraction", "worded-fraction")


def _denominates(words: NumberWords, tokens: Tokens, at: int, denominator: int, step: int) -> bool:
    """Whether "a third" is a share and not the next in a row, and "three quarters" no time."""
    word, following = tokens.low[denominator], tokens.word(denominator + 1)
    if step == 2:
        return True
    if word == "half" and tokens.hyphened(denominator) and tokens.word(denominator + 2) in _HALF_KIN:
        return False
    if word == "third" and following in ("party", "parties", "world", "grade", "person"):
        return False
    if tokens.low[at] in words.articles:
        if word == "half":
            return following not in ("-",)
        if following in words.scales:
            return True
        shared = following in words.share_after or not following[:1].isalnum()
        return shared or following in _MANY or tokens.word(at - 1) in words.share_before
    if word in ("quarter", "quarters"):
        return following == "of" or tokens.low[at] == "one" or following in words.scales
    return word.endswith("s") or tokens.low[at] == "one"


def _halves(words: NumberWords, tokens: Tokens, at: int) -> bool:
    before, following = tokens.word(at - 1), tokens.word(at + 1)
    if before in words.share_never:
        return False
    shared = following in words.share_after or following in words.articles
    return shared or before in words.share_before or following == "-" or not following


def _quarters(words: NumberWords, tokens: Tokens, at: int) -> bool:
    """As in "quarter million", "quarter-point": a quarter without an article."""
    following = tokens.word(at + 1)
    return following in words.scales or (tokens.hyphened(at) and tokens.word(at + 2) in ("point", "percentage", "mile"))


def _share_of_scale(words: NumberWords, tokens: Tokens, at: int, share: Decimal, last: int) -> Number | None:
    """As in "half a million", "half-dozen", "a quarter of a billion", "three quarters billion"."""
    behind = last
    if tokens.word(behind) in ("of", "-"):
        behind += 1
    if tokens.word(behind) in words.articles:
        behind += 1
    if words.scales.get(tokens.word(behind), 0) < 12:
        return None
    number = scaled(words, tokens, exactly(share, at, behind, "words", "share-of-scale"))
    return number._replace(rule="share-of-scale")


def ratio(upper: Decimal, lower: Decimal) -> Decimal:
    """Six decimals: what a reader can tell from the words."""
    return (upper / lower).quantize(_SHARE).normalize()
