"""Units of one dimension compare and convert exactly; others never."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import InvalidInput
from factwire.events.enriched_article import Unit
from factwire.events.units import convert, dimensions, require_convertible, scale_named, scale_of

NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=4)
CODES = st.sampled_from([code for codes in dimensions().values() for code in codes])


def unit(code: str | None, per: str | None = None) -> Unit:
    return Unit(system="UCUM", code=code, per=unit(per) if per else None)


@pytest.mark.parametrize(
    ("number", "of", "to", "gives"),
    [
        ("7", "[mi_i]", "km", "11.265408"),
        ("1", "[nmi_i]", "m", "1852"),
        ("20", "Cel", "[degF]", "68"),
        ("-40", "[degF]", "Cel", "-40"),
        ("0", "Cel", "K", "273.15"),
        ("1", "[bbl_us]", "L", "158.987294928"),
        ("1", "[lb_av]", "kg", "0.45359237"),
        ("1", "[acr_us]", "m2", "4046.87260987425201"),
        ("100", "km/h", "[mi_i]/h", "62.137119223733397"),
        ("1", "a", "d", "365.25"),
        ("1", "kW.h", "MJ", "3.6"),
        ("50", "[ppm]", "%", "0.005"),
    ],
)
def test_conversions_are_exact(number, of, to, gives):
    assert convert(Decimal(number), unit(of), to) == Decimal(gives)


def test_a_difference_of_temperatures_has_no_zero_point():
    assert convert(Decimal(2), unit("Cel"), "[degF]", difference=True) == Decimal("3.6")


def test_a_unit_per_another_is_a_dimension_of_its_own():
    price = Unit(system="ISO4217", code="USD", per=unit("[bbl_us]"))
    assert convert(Decimal(80), price, "USD/L") == Decimal("0.50318486163456841")
    assert convert(Decimal(80), price, "USD") is None
    assert convert(Decimal(80), price, "EUR/[bbl_us]") is None


@pytest.mark.parametrize(("of", "to"), [("km", "kg"), ("USD", "EUR"), ("drone", "tank"), ("a", "km")])
def test_what_measures_something_else_is_not_converted(of, to):
    assert convert(Decimal(1), unit(of), to) is None


def test_a_bare_number_has_no_scale():
    assert scale_of(unit(None)) is None


@pytest.mark.parametrize(("code", "said"), [("EUR", "rate source"), ("bogus", "UCUM"), ("km/bogus", "UCUM")])
def test_what_nothing_converts_into_is_told(code, said):
    with pytest.raises(InvalidInput, match=said):
        require_convertible(code)


@given(NUMBERS, CODES)
def test_there_and_back_is_the_same(number, code):
    scale = scale_named(code)
    back = scale.from_base(scale.to_base(number))
    assert abs(back - number) <= abs(number) * Decimal("1e-14") + Decimal("1e-6")


@given(NUMBERS, NUMBERS, CODES)
def test_order_is_kept(one, other, code):
    scale = scale_named(code)
    low, high = sorted((one, other))
    assert scale.to_base(low) <= scale.to_base(high)


def test_every_unit_that_is_recognised_is_in_the_table_under_its_dimension():
    text = files("factwire.extraction.quantities").joinpath("measure.toml").read_text("utf-8")
    of_base: dict[str, set[str]] = {}
    for code, row in tomllib.loads(text)["unit"].items():
        assert any(code in codes for codes in dimensions().values()), f"{code}: add it to events/units.toml"
        of_base.setdefault(scale_named(code).base, set()).add(row["dimension"])
    assert all(len(dimensions) == 1 for dimensions in of_base.values()), of_base
