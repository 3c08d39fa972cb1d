"""The number grammar: digits in every grouping, words, both mixed, fractions, vague plurals, factors.

It knows nothing of units. Everything is exact (``Decimal``), and nothing longer than :data:`MOST_DIGITS` is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from factwire.extraction.lexicons import Lexicons, Table
from factwire.extraction.quantities.tokens import Tokens

Form: TypeAlias = Literal["digits", "words", "vague", "fraction", "multiple", "ordinal", "oversized", "odd"]

MOST_DIGITS: Final = 28
"""What ``decimal`` keeps exactly under its default context; no news figure has more."""
_LARGEST: Final = Decimal("1e30")
ONE: Final = Decimal(1)
_DIGIT: Final = re.compile(r"[0-9]")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_ORDINAL: Final = frozenset(("st", "nd", "rd", "th"))
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}(?:\.[0-9]+)?")
_PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_COMMA_DECIMAL: Final = re.compile(r"[0-9]{1,3},[0-9]{1,2}")
_POINT_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?")
_SHARE: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Number:
    """Tokens ``first`` to before ``last``; ``scale`` is what its scale words multiply to, 1 if there are none."""

    first: int
    last: int
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    form: Form
    rule: str
    scale: Decimal = ONE
    precision: int = 1
    approximate: bool = False

    @property
    def vague(self) -> bool:
        return self.form == "vague"

    @property
    def whole(self) -> bool:
        return self.value is not None and self.value == self.value.to_integral_value()

    def times(self, factor: Decimal) -> Number:
        """The same number in another unit."""
        scaled = (None if x is None else x * factor for x in (self.value, self.lower, self.upper))
        value, lower, upper = scaled
        if lower is not None and upper is not None and lower > upper:
            lower, upper = upper, lower
        return replace(self, value=value, lower=lower, upper=upper)


def exactly(
    value: Decimal, first: int, last: int, form: Form, rule: str, scale: Decimal = ONE, precision: int = 1
) -> Number:
    return Number(first, last, value, value, value, form, rule, scale, precision)


@dataclass(frozen=True, slots=True)
class NumberGrammar:
    """The words of ``numbers.toml`` in the form that the parser asks for."""

    ones: Mapping[str, Decimal]
    tens: Mapping[str, Decimal]
    scales: Mapping[str, Decimal]
    suffix: Mapping[str, Decimal]
    vague: Mapping[str, tuple[Decimal, Decimal]]
    multiplied: Mapping[str, tuple[Decimal, Decimal]]
    several: Mapping[str, tuple[Decimal, Decimal]]
    denominators: Mapping[str, Decimal]
    glyphs: Mapping[str, tuple[Decimal, Decimal]]
    multiples: Mapping[str, Decimal]
    articles: frozenset[str]
    joins: frozenset[str]
    ordinals: frozenset[str]
    share_before: frozenset[str]
    share_after: frozenset[str]
    share_never: frozenset[str]
    triggers: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> NumberGrammar:
        table = lexicons.table("quantities/numbers")
        singles = {
            key: _singles(table, key) for key in ("ones", "tens", "scales", "suffix", "denominators", "multiples")
        }
        pairs = {key: _pairs(table, key) for key in ("vague", "multiplied", "several", "glyphs")}
        shares = table.section("fractions")
        triggers = {
            *singles["ones"],
            *singles["tens"],
            *singles["scales"],
            *singles["multiples"],
            *pairs["vague"],
            *pairs["multiplied"],
        }
        return cls(
            **singles,
            **pairs,
            articles=frozenset(table.words("articles")),
            joins=frozenset(table.words("joins")),
            ordinals=frozenset(table.section("ordinals").get("words", ())),
            share_before=frozenset(shares["before"]),
            share_after=frozenset(shares["after"]),
            share_never=frozenset(shares["never_before"]),
            triggers=frozenset(triggers | set(singles["denominators"]) | set(pairs["glyphs"])),
        )

    def occurs(self, sentence: str) -> bool:
        """Whether a lower-case sentence holds a digit or a number word at all."""
        return _DIGIT.search(sentence) is not None or not self.triggers.isdisjoint(_LETTERS.findall(sentence))

    def read(self, tokens: Tokens) -> list[Number]:
        """All numbers of a sentence in order, none overlapping another."""
        found: list[Number] = []
        at, size, low = 0, tokens.size, tokens.low
        while at < size:
            word = low[at]
            number = None
            if "0" <= word[-1] <= "9":
                number = _digits(self, tokens, at)
            elif word in self.triggers or word in self.articles or word in self.several:
                number = _worded(self, tokens, at)
            if number is None:
                at += 1
                continue
            found.append(number)
            at = number.last
        return found


def _singles(table: Table, key: str) -> dict[str, Decimal]:
    try:
        return {word: Decimal(value) for word, value in table.section(key).items()}
    except (ArithmeticError, TypeError, ValueError):
        bad = next(word for word, value in table.section(key).items() if not isinstance(value, int))
        raise table.fault(bad, f"'{bad}' under [{key}] must be a number") from None


def _pairs(table: Table, key: str) -> dict[str, tuple[Decimal, Decimal]]:
    found = {}
    for word, bounds in table.section(key).items():
        if not (isinstance(bounds, list) and len(bounds) == 2 and all(isinstance(bound, int) for bound in bounds)):
            raise table.fault(word, f"'{word}' under [{key}] must be two whole numbers")
        found[word] = (Decimal(bounds[0]), Decimal(bounds[1]))
    return found


def _digits(grammar: NumberGrammar, tokens: Tokens, at: int) -> Number:
    """A number that begins with digits."""
    raw = tokens.text[at]
    if len(raw) > 2 * MOST_DIGITS or sum(map(str.isdigit, raw)) > MOST_DIGITS:
        return Number(at, at + 1, None, None, None, "oversized", "oversized")
    value, rule = _grouped(raw)
    if value is None:
        return Number(at, at + 1, None, None, None, "odd", "odd-grouping")
    following = tokens.word(at + 1)
    if following in _ORDINAL and tokens.glued(at):
        return exactly(value, at, at + 2, "ordinal", "ordinal")
    precision = len(raw.replace(",", "").replace(".", "").lstrip("0")) or 1
    at, last = at, at + 1
    if following == "/" or following in grammar.glyphs or "/" in tokens.low[at + 2 : at + 4]:
        part = _slashed(grammar, tokens, at, value)
        if part is not None:
            value, last, rule = part
            if rule == "slashed-fraction":
                return exactly(value, at, last, "fraction", rule)
    elif rule == "plain" and value < 1000:
        value, last, rule = _spaced_groups(tokens, at, value)
    if rule == "plain":
        rule = "digits"
    number = exactly(value, at, last, "digits", rule, precision=precision)
    return _and_a_half(grammar, tokens, _scaled(grammar, tokens, _spoken_point(grammar, tokens, number)))


def _grouped(raw: str) -> tuple[Decimal | None, str]:
    """The value of digits with points and commas, and how it was read; None if no grouping that news uses."""
    if _PLAIN.fullmatch(raw):
        return Decimal(raw), "plain"
    if _GROUPED.fullmatch(raw):
        return Decimal(raw.replace(",", "")), "grouped-digits"
    if _COMMA_DECIMAL.fullmatch(raw):
        return Decimal(raw.replace(",", ".")), "decimal-comma"
    if _POINT_GROUPED.fullmatch(raw):
        return Decimal(raw.replace(".", "").replace(",", ".")), "point-grouped-digits"
    return None, "odd"


def _slashed(grammar: NumberGrammar, tokens: Tokens, at: int, value: Decimal) -> tuple[Decimal, int, str] | None:
    """``1/4``, ``10 1/2`` and ``7½``."""
    glyph = grammar.glyphs.get(tokens.word(at + 1))
    if glyph is not None:
        return value + glyph[0] / glyph[1], at + 2, "mixed-fraction"
    start = at if tokens.word(at + 1) == "/" else at + 1 + tokens.hyphened(at)
    upper, lower = tokens.word(start), tokens.word(start + 2)
    if not (upper.isdecimal() and lower.isdecimal() and len(upper) < 3 and len(lower) < 3):
        return None
    if not (tokens.glued(start) and tokens.glued(start + 1)) or tokens.word(start + 3) == "/":
        return None
    if int(lower) not in (2, 3, 4, 5, 6, 8, 10, 16, 32, 64) or not 0 < int(upper) < int(lower):
        return None
    part = Decimal(upper) / Decimal(lower)
    return (part, start + 3, "slashed-fraction") if start == at else (value + part, start + 3, "mixed-fraction")


def _spaced_groups(tokens: Tokens, at: int, value: Decimal) -> tuple[Decimal, int, str]:
    """``1 234 567``: groups of three behind single spaces."""
    last, rule = at + 1, "plain"
    if not tokens.text[at].isdecimal() or value == 0:
        return value, last, rule
    while last < tokens.size and last - at < 6:
        group = tokens.text[last]
        if len(group) != 3 or not group.isdecimal() or tokens.start[last] - tokens.end[last - 1] != 1:
            break
        value, last, rule = value * 1000 + Decimal(group), last + 1, "spaced-digits"
    return value, last, rule


def _spoken_point(grammar: NumberGrammar, tokens: Tokens, number: Number) -> Number:
    """ "one point three", "1 point 1"."""
    if tokens.word(number.last) != "point" or number.value is None or not number.whole:
        return number
    word = tokens.word(number.last + 1)
    digit = grammar.ones.get(word)
    if digit is None:
        digit = Decimal(word) if word.isdecimal() and len(word) < 4 else None
    if digit is None or (digit > 9 and not word.isdecimal()):
        return number
    places = len(word) if word.isdecimal() else 1
    value = number.value + digit.scaleb(-places)
    return replace(number, value=value, lower=value, upper=value, last=number.last + 2, rule="spoken-point")


def _scaled(grammar: NumberGrammar, tokens: Tokens, number: Number) -> Number:
    """Multiplied with the scale words behind it: "1.2 million", "5 lakh crore", "2-million", "3bn"."""
    scale, at = ONE, number.last
    while at < tokens.size:
        word, step = tokens.low[at], 1
        factor = grammar.scales.get(word)
        if factor is None and word == "-" and tokens.glued(at - 1) and tokens.glued(at):
            factor, step = grammar.scales.get(tokens.word(at + 1)), 2
        if factor is None:
            factor = grammar.suffix.get(word)
            if factor is not None and word == "k" and not tokens.glued(at - 1):
                factor = None
        if factor is None or scale > Decimal("1e15"):
            break
        scale, at = scale * factor, at + step
    if at == number.last:
        return number
    return replace(number.times(scale), scale=scale, last=at, rule="scaled-number")


def _and_a_half(grammar: NumberGrammar, tokens: Tokens, number: Number) -> Number:
    """ "two and a half", "one-and-a-half"."""
    at = number.last
    step = 2 if tokens.word(at) == "-" else 1
    if tokens.word(at + step - 1) not in grammar.joins:
        return number
    if tokens.word(at + 2 * step - 1) not in grammar.articles:
        return number
    part = grammar.denominators.get(tokens.word(at + 3 * step - 1))
    if part not in (2, 3, 4) or number.value is None:
        return number
    value = number.value + number.scale / part
    return replace(number, value=value, lower=value, upper=value, last=at + 3 * step, rule="and-a-half")


def _worded(grammar: NumberGrammar, tokens: Tokens, at: int) -> Number | None:
    """A number that begins with a word: the longest reading that holds."""
    word = tokens.low[at]
    if word in grammar.glyphs:
        part = grammar.glyphs[word]
        return exactly(_ratio(part[0], part[1]), at, at + 1, "fraction", "glyph-fraction")
    if word in grammar.multiples:
        return exactly(grammar.multiples[word], at, at + 1, "multiple", "factor-word")
    fraction = _fraction(grammar, tokens, at)
    if fraction is not None:
        return fraction
    if word in grammar.several or word in grammar.vague or word in grammar.multiplied:
        return _vague(grammar, tokens, at)
    if word in grammar.articles:
        return _articled(grammar, tokens, at)
    if word in grammar.denominators:
        return exactly(grammar.denominators[word], at, at + 1, "ordinal", "ordinal") if word != "half" else None
    return _spelled(grammar, tokens, at)


def _articled(grammar: NumberGrammar, tokens: Tokens, at: int) -> Number | None:
    """ "a million", "a dozen", "a couple of hundred", "a few thousand"."""
    following = tokens.word(at + 1)
    if following in grammar.several:
        number = _vague(grammar, tokens, at + 1)
        return number and replace(number, first=at)
    scale = grammar.scales.get(following)
    if scale is None:
        return None
    number = _scaled(grammar, tokens, exactly(ONE, at, at + 1, "words", "article-number"))
    if scale == 100:
        spelled = _spelled(grammar, tokens, at + 1, ONE)
        number = number if spelled is None or spelled.last <= number.last else replace(spelled, first=at)
    return _and_a_half(grammar, tokens, number)


def _vague(grammar: NumberGrammar, tokens: Tokens, at: int) -> Number | None:
    word, following = tokens.low[at], tokens.word(at + 1)
    many = grammar.several.get(word)
    behind = at + 2 if following == "of" else at + 1
    if many is not None:
        return _several(grammar, tokens, at, many, behind)
    lot, whole = grammar.multiplied.get(word), grammar.vague.get(tokens.word(at + 2))
    if lot is not None and following == "of" and whole is not None:
        unit = whole[0]
        return Number(at, at + 3, None, lot[0] * unit, (lot[1] + 1) * unit - 1, "vague", "vague-plural", unit)
    bounds = grammar.vague.get(word)
    if bounds is None:
        return None
    return Number(at, at + 1, None, bounds[0], bounds[1], "vague", "vague-plural")


def _several(
    grammar: NumberGrammar, tokens: Tokens, at: int, many: tuple[Decimal, Decimal], behind: int
) -> Number | None:
    """ "several hundred" and "a few thousand" are vague; "a couple of hundred" is about two hundred."""
    scale = grammar.scales.get(tokens.word(behind))
    if scale is None and tokens.word(behind) in grammar.multiplied:
        number = _vague(grammar, tokens, behind)
        return number and replace(number, first=at, rule="several-of-scale")
    if many[0] == many[1]:
        couple = replace(exactly(many[0], at, behind, "words", "couple"), approximate=True)
        couple = couple if scale is None else _scaled(grammar, tokens, couple)
        return couple if behind == at + 2 or scale is not None else None
    if scale is None:
        return None
    number = _scaled(grammar, tokens, exactly(ONE, at, behind, "vague", "several-of-scale"))
    return replace(number, value=None, lower=many[0] * number.scale, upper=many[1] * number.scale)


def _fraction(grammar: NumberGrammar, tokens: Tokens, at: int) -> Number | None:
    """ "two-thirds", "a quarter", "half": a share, or "half a million" and "a quarter of a million"."""
    word = tokens.low[at]
    if word == "half":
        share, last = Decimal("0.5"), at + 1
    elif word == "quarter" and _quarters(grammar, tokens, at):
        share, last = Decimal("0.25"), at + 1
    else:
        upper = ONE if word in grammar.articles else grammar.ones.get(word)
        step = 2 if tokens.hyphened(at) else 1
        lower = grammar.denominators.get(tokens.word(at + step))
        if upper is None or lower is None or upper == 0:
            return None
        if not _denominates(grammar, tokens, at, at + step, step):
            return None
        share, last = _ratio(upper, lower), at + step + 1
    scaled = _share_of_scale(grammar, tokens, at, share, last)
    if scaled is not None:
        return scaled
    if word == "half" and not _halves(grammar, tokens, at):
        return None
    return exactly(share, at, last, "fraction", "worded-fraction")


def _denominates(grammar: NumberGrammar, tokens: Tokens, at: int, denominator: int, step: int) -> bool:
    """Whether "a third" is a share and not the next in a row, and "three quarters" no time."""
    word, following = tokens.low[denominator], tokens.word(denominator + 1)
    if step == 2:
        return True
    if tokens.low[at] in grammar.articles:
        if word == "half":
            return following not in ("-",)
        if following in grammar.scales:
            return True
        shared = following in grammar.share_after or not following[:1].isalnum()
        return shared or tokens.word(at - 1) in grammar.share_before
    if word in ("quarter", "quarters"):
        return following == "of" or tokens.low[at] == "one" or following in grammar.scales
    return word.endswith("s") or tokens.low[at] == "one"


def _halves(grammar: NumberGrammar, tokens: Tokens, at: int) -> bool:
    before, following = tokens.word(at - 1), tokens.word(at + 1)
    if before in grammar.share_never:
        return False
    shared = following in grammar.share_after or following in grammar.articles
    return shared or before in grammar.share_before or following == "-" or not following


def _quarters(grammar: NumberGrammar, tokens: Tokens, at: int) -> bool:
    """ "quarter million", "quarter-point": a quarter without an article."""
    following = tokens.word(at + 1)
    return following in grammar.scales or (
        tokens.hyphened(at) and tokens.word(at + 2) in ("point", "percentage", "mile")
    )


def _share_of_scale(grammar: NumberGrammar, tokens: Tokens, at: int, share: Decimal, last: int) -> Number | None:
    """ "half a million", "half-dozen", "a quarter of a billion", "three quarters billion"."""
    behind = last
    if tokens.word(behind) in ("of", "-"):
        behind += 1
    if tokens.word(behind) in grammar.articles:
        behind += 1
    if grammar.scales.get(tokens.word(behind), 0) < 12:
        return None
    number = _scaled(grammar, tokens, exactly(share, at, behind, "words", "share-of-scale"))
    return replace(number, rule="share-of-scale")


def _ratio(upper: Decimal, lower: Decimal) -> Decimal:
    """Six decimals: what a reader can tell from the words."""
    return (upper / lower).quantize(_SHARE).normalize()


def _spelled(grammar: NumberGrammar, tokens: Tokens, at: int, head: Decimal | None = None) -> Number | None:
    """ "two hundred and fifty-three thousand". ``head``: an article that stands for one before ``at``."""
    total, current, last = Decimal(0), head or Decimal(0), "ones" if head else ""
    low, size, index = tokens.low, tokens.size, at
    largest = Decimal("Infinity")
    precision = 0
    while index < size:
        word = low[index]
        if (one := grammar.ones.get(word)) is not None:
            if last == "ones" or (last == "tens" and not 0 < one < 10):
                break
            current, last = current + one, "ones"
        elif (ten := grammar.tens.get(word)) is not None:
            if last in ("ones", "tens"):
                break
            current, last = current + ten, "tens"
        elif (scale := grammar.scales.get(word)) is not None:
            if not last:
                return None
            if scale <= 100:
                if last == "scale" or current >= 100:
                    break
                current *= scale
                last = "scale" if scale == 12 else "hundred"
            elif current and scale < largest:
                total, current, last, largest = total + current * scale, Decimal(0), "scale", scale
            elif not current and 0 < total < _LARGEST:
                total, last = total * scale, "scale"
            else:
                break
        elif word in grammar.joins or word == "-":
            if not _continues(grammar, tokens, index, last):
                break
            index += 1
            continue
        else:
            break
        precision += word not in grammar.scales
        index += 1
    if index == at:
        return None
    value = total + current
    if last == "tens":
        step = 1 if tokens.word(index) in ("-", "\u2013") and tokens.glued(index - 1) else 0
        if tokens.word(index + step) in grammar.ordinals:
            return exactly(value, at, index + step + 1, "ordinal", "ordinal")
    scale = largest if largest.is_finite() and not current else Decimal(100) if last == "hundred" else ONE
    number = exactly(value, at, index, "words", "number-words", scale, max(1, precision))
    if scale == ONE and value < 100:
        number = _spoken_point(grammar, tokens, number)
    if number.rule == "spoken-point" or tokens.word(number.last) in grammar.suffix:
        number = _scaled(grammar, tokens, number)
    return _and_a_half(grammar, tokens, number)


def _continues(grammar: NumberGrammar, tokens: Tokens, index: int, last: str) -> bool:
    """Whether "and" or a hyphen inside number words goes on with the same number."""
    following = tokens.word(index + 1)
    smaller = following in grammar.ones or following in grammar.tens
    if tokens.low[index] == "-":
        joined = tokens.glued(index - 1) and tokens.glued(index)
        return joined and (following in grammar.scales or (last == "tens" and grammar.ones.get(following, 10) < 10))
    return smaller and last in ("hundred", "scale")
