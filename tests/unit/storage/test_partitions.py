"""Months as partitions name and bound them."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from factwire.storage.partitions import bounds, month_after, months_ahead, months_between, partition_name

days = st.dates(date(1, 1, 1), date(9998, 12, 31))


def test_the_next_months_go_over_the_end_of_a_year() -> None:
    assert months_ahead(date(2026, 12, 31)) == [date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]


@given(days)
def test_every_day_lies_in_its_month_and_before_the_next(day: date) -> None:
    [month] = months_between(day, day)
    assert month <= day < month_after(month)


def test_months_between_are_all_of_them_in_order() -> None:
    found = months_between(date(2023, 11, 30), date(2024, 2, 1))
    assert found == [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)]


def test_bounds_are_moments_in_utc_and_names_sort_by_time() -> None:
    assert bounds(date(2024, 12, 1)).as_string() == (
        "for values from ('2024-12-01 00:00+00') to ('2025-01-01 00:00+00')"
    )
    assert partition_name("claims", date(851, 9, 1)) == "claims_0851_09"
