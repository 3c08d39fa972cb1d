import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.console.unit_words import unit_code
from factwire.events.units import dimensions


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("mi", "[mi_i]"),
        ("Miles", "[mi_i]"),
        ("square  miles", "[mi_i]2"),
        ("°C", "Cel"),
        ("mph", "[mi_i]/h"),
        ("bpd", "[bbl_us]/d"),
        ("usd", "USD"),
        ("euros", "EUR"),
        ("dollars", "USD"),
        ("£", "GBP"),
        ("per cent", "%"),
        ("percentage points", "[pp]"),
        ("drones", "drone"),
        ("people", "person"),
        ("fighter jets", "fighter jets"),
        ("decades", "decade"),
        ("cents", "cent"),
        ("🐫", "🐫"),
    ],
)
def test_unit_is_known_by_what_people_call_it(typed, code):
    assert unit_code(typed) == code


def test_every_code_stands_for_itself():
    for code in (code for codes in dimensions().values() for code in codes):
        assert unit_code(code) == code
    assert unit_code("km/h") == "km/h"
    assert unit_code("USD") == "USD"


@given(st.text())
def test_any_text_is_some_code_and_a_code_stays_what_it_is(typed):
    assert unit_code(unit_code(typed)) == unit_code(typed)
