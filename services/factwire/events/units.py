"""Units on the wire: what a code measures, and numbers of one dimension made comparable.

The table is exact and our own, beside the codes it serves: a unit library would bring its registry to every process
that reads a number, and round. Currencies, counted things and units nobody listed are their own base: they compare
with themselves alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from factwire.errors import InvalidInput
from factwire.events.enriched_article import Unit

_DIGITS: Final = Context(prec=18)
"""Significant digits of a converted number: far above what anybody wrote, and the same on both sides."""


@dataclass(frozen=True, slots=True)
class Scale:
    """``value in base = (value + offset) * factor``; ``base`` names the dimension by its base unit."""

    base: str
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)

    def to_base(self, number: Decimal, *, difference: bool = False) -> Decimal:
        """``difference``: two degrees more, which has no zero point."""
        if self.factor == 1 and not self.offset:
            return number
        return _decimal((Fraction(number) + (0 if difference else self.offset)) * self.factor)

    def from_base(self, number: Decimal, *, difference: bool = False) -> Decimal:
        if self.factor == 1 and not self.offset:
            return number
        return _decimal(Fraction(number) / self.factor - (0 if difference else self.offset))


def scale_of(unit: Unit) -> Scale | None:
    """How a claim's unit compares; None for a bare number. A unit ``per`` another is a dimension of its own."""
    if unit.code is None:
        return None
    return _compound(unit.code, _chain(unit.per))


def scale_named(code: str) -> Scale:
    """The scale of a code as a person types it: ``km``, ``km/h``, ``USD``, ``USD/[bbl_us]``, ``drone``."""
    if code in _table():
        return _table()[code]
    above, *below = code.split("/")
    return _compound(above, tuple(below))


def is_listed(code: str) -> bool:
    """Whether it is a code of the table, or several of them one per another."""
    return code in _table() or all(part in _table() for part in code.split("/"))


def dimension_of(base: str) -> str | None:
    """What a base unit measures: "length" for ``m``; None for what is its own base."""
    return _dimensions().get(base)


def convert(number: Decimal, unit: Unit, to: str, *, difference: bool = False) -> Decimal | None:
    """The number in ``to``, a code of the same dimension; None if it is of another."""
    scale, target = scale_of(unit), scale_named(to)
    if scale is None or scale.base != target.base:
        return None
    return target.from_base(scale.to_base(number, difference=difference), difference=difference)


def require_convertible(code: str) -> None:
    """Raises :class:`InvalidInput` if nothing can be converted into ``code``."""
    if len(code) == 3 and code.isalpha() and code.isupper() and code not in _table():
        raise InvalidInput(
            f"{code}: currencies are not converted, that needs a date and a rate source; "
            f"filter with unit={code}, or convert on your side"
        )
    if not is_listed(code):
        raise InvalidInput(
            f"{code}: not a unit of measure that is known; write its UCUM code, such as km, kg or [mi_i]"
        )


def _chain(per: Unit | None) -> tuple[str, ...]:
    return () if per is None or per.code is None else (per.code, *_chain(per.per))


@lru_cache(4096)
def _compound(code: str, below: tuple[str, ...]) -> Scale:
    scale = _table().get(code, Scale(code))
    if not below:
        return scale
    joined = "/".join((code, *below))
    if joined in _table():
        return _table()[joined]
    base, factor = scale.base, scale.factor
    for part in below:
        lower = _table().get(part, Scale(part))
        base, factor = f"{base}/{lower.base}", factor / lower.factor
    return Scale(base, factor)


@cache
def _source() -> dict[str, Any]:
    return tomllib.loads(files("factwire.events").joinpath("units.toml").read_text("utf-8"))


@cache
def _dimensions() -> dict[str, str]:
    return {next(iter(codes)): name for name, codes in _source()["dimension"].items()}


@cache
def _table() -> dict[str, Scale]:
    read = _source()
    offsets = read["offset"]
    scales: dict[str, Scale] = {}
    for codes in read["dimension"].values():
        base = next(iter(codes))
        for code, factor in codes.items():
            scales[code] = Scale(base, _fraction(factor), Fraction(offsets.get(code, "0")))
    return scales


def dimensions() -> dict[str, tuple[str, ...]]:
    """The codes of each base unit, for those who list or check them."""
    found: dict[str, list[str]] = {}
    for code, scale in _table().items():
        found.setdefault(scale.base, []).append(code)
    return {base: tuple(codes) for base, codes in found.items()}


def _fraction(written: str) -> Fraction:
    above, _, below = written.partition("/")
    return Fraction(above) / Fraction(below or "1")


def _decimal(number: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator)).normalize(_DIGITS)
