"""What one fact looks like in the demo's table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from factwire.cli import demo

POINT: dict[str, Any] = {
    "kind": "money",
    "value": Decimal("900000000"),
    "lower": Decimal("900000000"),
    "upper": Decimal("900000000"),
    "comparator": "eq",
    "approximate": False,
    "unit_code": "USD",
    "unit_label": "$",
    "unit_per": None,
    "period_edtf": "2024-04",
    "speaker_name": "the minister",
    "speaker_entity_name": None,
    "evidence": "It cost\n$900 million.",
}


def fact(**changes: Any) -> dict[str, Any]:
    return {**POINT, **changes}


def test_row_reads_from_left_to_right() -> None:
    assert demo.row(fact()) == ("900,000,000", "USD", "2024-04", "the minister", "It cost $900 million.")


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"value": Decimal("3.20")}, "3.2"),
        ({"value": Decimal("100")}, "100"),
        ({"approximate": True}, "~900,000,000"),
        ({"comparator": "gt", "value": None, "upper": None, "lower": Decimal(70)}, ">70"),
        ({"comparator": "le", "value": None, "lower": None, "upper": Decimal(5)}, "≤5"),
        ({"comparator": "between", "value": None, "lower": Decimal(2), "upper": Decimal(3)}, "2 – 3"),
        ({"comparator": "eq", "value": None, "lower": Decimal(24), "upper": Decimal(99)}, "24 – 99"),
        ({"value": None, "lower": None, "upper": None}, "…"),
    ],
)
def test_value_shows_bounds_and_hedges(changes: dict[str, Any], shown: str) -> None:
    assert demo.value(fact(**changes)) == shown


def test_rate_shows_what_it_is_per() -> None:
    assert demo.unit(fact(unit_code="barrel", unit_per={"code": "d", "label": "day"})) == "barrel / d"


def test_known_speaker_is_shown_by_name() -> None:
    assert demo.speaker(fact(speaker_entity_name="Angela Merkel")) == "Angela Merkel"


def test_the_fact_that_says_most_stands_for_its_article() -> None:
    bare = fact(article_id="a", speaker_name=None, period_edtf=None)
    full = fact(article_id="a", comparator="gt")
    other = fact(article_id="b", speaker_name=None)
    assert demo.telling([bare, full, other]) == [full, other]


def test_sample_articles_are_found() -> None:
    articles = demo.sample_articles()
    assert articles
    assert len({article["article_id"] for article in articles}) == len(articles)
