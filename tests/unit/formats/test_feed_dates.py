"""A date is read where it is all there and means one day; the day on which it is read changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.formats.feed_dates import read_date


@pytest.mark.parametrize(
    ("written", "moment", "precision", "assumed"),
    [
        ("Mon, 12 Jan 2026 10:00:00 GMT", (2026, 1, 12, 10), "second", False),
        ("Mon, 12 Jan 2026 10:00:00 EST", (2026, 1, 12, 15), "second", False),
        ("Mon, 12 Jan 2026 10:00 CEST", (2026, 1, 12, 8), "minute", False),
        ("12 Jan 26 10:00 +0200", (2026, 1, 12, 8), "minute", False),
        ("Mon, 12 Jan 2026 10:00:00 IST", (2026, 1, 12, 10), "second", True),
        ("Mon, 12 Jan 2026", (2026, 1, 12), "day", False),
        ("2026-01-12", (2026, 1, 12), "day", False),
        ("2026-01-12T10:00:00.5+01:00", (2026, 1, 12, 9, 0, 0, 500_000), "second", False),
        ("2026-01-12 10:00", (2026, 1, 12, 10), "minute", True),
        ("20260112T100000Z", (2026, 1, 12, 10), "second", False),
        ("January 5, 2026 10:30 pm", (2026, 1, 5, 22, 30), "minute", True),
        ("Mon Jan 12 10:00:00 CET 2026", (2026, 1, 12, 9), "second", False),
        ("13/01/2026", (2026, 1, 13), "day", False),
    ],
)
def test_a_whole_date_is_read_as_exactly_as_it_is_written(written, moment, precision, assumed) -> None:
    found = read_date(written)
    assert found
    assert (found.moment, found.precision, found.zone_assumed) == (datetime(*moment, tzinfo=UTC), precision, assumed)


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "now", "10:30", "Friday", "2026", "Jan 2026", "12/01/2026", "2026-13-45", "2026-02-29",
     "0000-00-00 00:00:00", "32 Foo 2026", "1705312800", "9999-12-31T23:59:59-10:00", "x" * 500],
)  # fmt: skip
def test_what_is_no_whole_date_stays_unknown(written: str) -> None:
    assert read_date(written) is None


@given(st.text(max_size=140))
def test_any_text_is_a_date_in_utc_or_none(written: str) -> None:
    found = read_date(written)
    assert found is None or found.moment.tzinfo is UTC
