from datetime import date

import pytest

from factwire.console.writing import write_days, write_fraction, write_period
from factwire.events.enriched_article import Period


@pytest.mark.parametrize(
    ("begin", "end", "written"),
    [
        ("2024-01-01", "2024-12-31", "2024"),
        ("2024-01-01", "2024-03-31", "Q1 2024"),
        ("2024-02-01", "2024-02-29", "February 2024"),
        ("2024-01-01", "2024-06-30", "Jan – Jun 2024"),
        ("2019-01-01", "2023-12-31", "2019 – 2023"),
        ("2023-11-01", "2024-01-31", "Nov 2023 – Jan 2024"),
        ("2024-05-10", "2024-05-10", "10 May 2024"),
        ("2024-05-10", "2024-05-12", "10 May 2024 – 12 May 2024"),
        ("2024-05-10", None, "from 10 May 2024"),
        (None, "2030-12-31", "until 31 Dec 2030"),
        (None, None, ""),
        ("0001-01-01", "9999-12-31", "1 – 9999"),
    ],
)
def test_days_have_the_name_that_people_give_them(begin, end, written):
    days = [date.fromisoformat(day) if day else None for day in (begin, end)]
    assert write_days(*days) == written


def test_period_says_its_role():
    year = {"begin": "2030-01-01", "end": "2030-12-31", "granularity": "year", "edtf": "2030"}
    roles = {role: write_period(Period(role=role, **year)) for role in ("measured", "deadline", "compared_to", "as_of")}
    assert roles == {
        "measured": "2030",
        "deadline": "by 2030",
        "compared_to": "compared to 2030",
        "as_of": "as of 2030",
    }
    assert write_period(Period(role="measured", granularity="year", edtf="20XX")) == "20XX"
    assert write_period(None) == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [("0.333333", "1/3"), ("0.25", "1/4"), ("0.666667", "2/3"), ("0.6", "3/5"), ("0.123456", None), ("1.5", None),
     ("0", None), ("9" * 5000, None)],
)  # fmt: skip
def test_fractions_are_written_as_they_are_said(value, written):
    assert write_fraction(value) == written
