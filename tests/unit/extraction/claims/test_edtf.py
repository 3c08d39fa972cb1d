"""Periods as EDTF level 1."""

from __future__ import annotations

from datetime import date

import pytest

from factwire.extraction.claims.edtf import edtf_of
from factwire.extraction.model import Granularity


@pytest.mark.parametrize(
    ("begin", "end", "granularity", "edtf"),
    [
        (date(2024, 5, 15), date(2024, 5, 15), "day", "2024-05-15"),
        (date(2024, 2, 1), date(2024, 2, 29), "month", "2024-02"),
        (date(2023, 1, 1), date(2023, 12, 31), "year", "2023"),
        (date(2023, 4, 1), date(2024, 3, 31), "year", "2023-04-01/2024-03-31"),
        (date(2023, 10, 1), date(2023, 12, 31), "quarter", "2023-10-01/2023-12-31"),
        (date(2023, 6, 1), date(2023, 8, 31), "season", "2023-22"),
        (date(1990, 1, 1), date(1999, 12, 31), "decade", "199X"),
        (date(1800, 1, 1), date(1899, 12, 31), "century", "18XX"),
        (date(2024, 5, 6), date(2024, 5, 12), "week", "2024-05-06/2024-05-12"),
    ],
)
def test_edtf(begin: date, end: date, granularity: Granularity, edtf: str) -> None:
    assert edtf_of(begin, end, granularity) == edtf
