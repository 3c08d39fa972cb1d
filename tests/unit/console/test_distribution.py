"""How numbers are put into bars."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from factwire.console.distribution import BARS, distribution

POINTS = st.lists(st.decimals(min_value=-(10**9), max_value=10**15, allow_nan=False, places=2), max_size=60)


def row(low, high=None, unit="USD"):
    return {
        "kind": "money",
        "base_unit": unit,
        "base_low": Decimal(low),
        "base_high": Decimal(low if high is None else high),
    }


@given(POINTS)
def test_every_number_is_in_one_bar_and_bars_join_up(points):
    found = distribution([row(point) for point in points])
    assert sum(bar.count for bar in found.bars) == len(points)
    assert [bar.end for bar in found.bars[:-1]] == [bar.begin for bar in found.bars[1:]]
    assert len(found.bars) <= BARS


def test_orders_of_magnitude_get_bars_of_equal_ratio():
    found = distribution([row(10**n) for n in range(3, 12)])
    assert (found.scale, found.lowest, found.median, found.highest) == ("log", "1000", "10000000", "100000000000")


def test_numbers_close_together_get_bars_of_equal_width():
    assert distribution([row(n) for n in range(1, 50)]).scale == "linear"


def test_the_commonest_unit_is_drawn_and_the_others_counted():
    found = distribution([row(1), row(2), row(3, unit="EUR"), row(4, unit=None)])
    assert found.base_unit == "USD"
    assert {one.base_unit: one.count for one in found.units} == {"USD": 2, "EUR": 1, None: 1}


def test_open_ranges_are_not_drawn():
    found = distribution([row(5, "Infinity"), row(10, 20)])
    assert (found.claims, [bar.count for bar in found.bars], found.median) == (2, [1], "15")


def test_nothing_is_no_bars():
    assert distribution([]).bars == ()
