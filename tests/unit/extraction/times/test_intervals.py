"""Calendar arithmetic: closed ends, ISO weeks, lengths that are kept."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.extraction.times import intervals as on

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def test_week_begins_on_monday_and_is_named_by_iso() -> None:
    week = on.week(date(2024, 12, 31))
    assert (week.begin, week.end, week.timex) == (date(2024, 12, 30), date(2025, 1, 5), "2025-W01")


def test_winter_ends_in_february_of_the_next_year() -> None:
    assert on.season(2023, "WI").end == date(2024, 2, 29)


def test_quarter_of_another_year_is_that_quarter() -> None:
    assert on.shifted(on.quarter(2024, 1), -1, "Y") == on.quarter(2023, 1)


def test_nine_months_of_another_year_end_with_a_month() -> None:
    there = on.shifted(on.joined(on.month(2024, 1), on.month(2024, 2)), -1, "Y")
    assert (there.begin, there.end) == (date(2023, 1, 1), date(2023, 2, 28))


def test_month_without_that_day_gives_its_last() -> None:
    assert on.moved(date(2024, 3, 31), -1, "M") == date(2024, 2, 29)


def test_stretch_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        on.span(date(2024, 1, 2), date(2024, 1, 1))


@given(DAYS, st.sampled_from(["D", "W", "M", "Q", "H", "Y", "E", "C"]))
def test_unit_holds_the_day_it_is_taken_for(moment: date, unit: str) -> None:
    there = on.containing(moment, unit)
    assert there.begin <= moment <= there.end


@given(DAYS, st.integers(-60, 60))
def test_months_there_and_back_stay_in_the_month(moment: date, count: int) -> None:
    first = moment.replace(day=1)
    assert on.add_months(on.add_months(first, count), -count) == first
