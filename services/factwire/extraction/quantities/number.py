"""A number as it was read: its tokens, its value or bounds, and how it was written."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

Form: TypeAlias = Literal["digits", "words", "vague", "fraction", "multiple", "ordinal", "oversized", "odd"]

ONE: Final = Decimal(1)


class Number(NamedTuple):
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
        return self._replace(value=value, lower=lower, upper=upper)


def exactly(
    value: Decimal, first: int, last: int, form: Form, rule: str, scale: Decimal = ONE, precision: int = 1
) -> Number:
    return Number(first, last, value, value, value, form, rule, scale, precision)
