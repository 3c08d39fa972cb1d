"""A feed is visited as often as something is new in it, and never more often than its publisher asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.formats.feed_parts import PollHints
from factwire.poller.politeness import Pauses, least_pause

NOON = datetime(2026, 1, 12, 12, 30, tzinfo=UTC)  # a Monday
NONE = PollHints()


class Evenly(Random):
    """Dice that always show the least."""

    def uniform(self, a: float, b: float) -> float:
        return a


PAUSES = Pauses(first=900, least=120, most=21_600, dice=Evenly())


def test_news_make_the_next_visit_earlier_and_none_make_it_later() -> None:
    assert PAUSES.rhythm(None, news=True) == 900
    assert PAUSES.rhythm(900, news=True) == 450
    assert PAUSES.rhythm(900, news=False) == 1350
    assert PAUSES.rhythm(130, news=True) == 120
    assert PAUSES.rhythm(21_000, news=False) == 21_600


@pytest.mark.parametrize(
    ("asked", "hints", "pause"),
    [
        (0, NONE, 900),
        (3600, NONE, 3600),
        (0, PollHints(interval=timedelta(hours=10)), 36_000),
        (0, PollHints(interval=timedelta(minutes=1)), 900),
        (0, PollHints(skip_hours=frozenset({12, 13})), 5400),
        (0, PollHints(skip_days=frozenset({0})), 11.5 * 3600),
        (0, PollHints(skip_hours=frozenset(range(24))), 900),
        (1e12, NONE, 7 * 86_400),
    ],
)
def test_what_the_publisher_asks_for_is_kept(asked: float, hints: PollHints, pause: float) -> None:
    assert PAUSES.after_success(900, asked, hints, NOON) == pause


def test_failures_double_the_pause_up_to_a_day() -> None:
    assert [PAUSES.after_failure(n, 0) for n in (1, 2, 3)] == [900, 1800, 3600]
    assert PAUSES.after_failure(1000, 0) == 86_400
    assert PAUSES.after_failure(1, 7200) == 7200


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "120"}, 120),
        ({"retry-after": "Mon, 12 Jan 2026 12:40:00 GMT"}, 600),
        ({"retry-after": "Mon, 12 Jan 2026 12:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "9" * 40}, 7 * 86_400),
        ({"retry-after": "Mon, 12 Jan 2026 12:40:00 +" + "9" * 20}, 0),
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": "s-maxage=600"}, 0),
        ({"cache-control": "max-age=600", "retry-after": "5"}, 5),
    ],
)
def test_headers_ask_for_a_pause(headers: dict[str, str], seconds: float) -> None:
    assert least_pause(headers, NOON) == seconds


@given(st.integers(0, 2**32), st.floats(0, 1e9), st.sets(st.integers(0, 23)), st.sets(st.integers(0, 6)))
def test_a_visit_is_never_earlier_than_asked(seed: int, asked: float, hours: set[int], days: set[int]) -> None:
    hints = PollHints(skip_hours=frozenset(hours), skip_days=frozenset(days))
    pause = Pauses(900, 120, 21_600, Random(seed)).after_success(900, asked, hints, NOON)
    assert min(asked, 7 * 86_400) <= pause <= 16 * 86_400


@given(st.text(), st.text(), st.integers())
def test_headers_may_hold_anything(retry: str, cached: str, zone: int) -> None:
    for written in (retry, f"Mon, 12 Jan 2026 12:40:00 {zone}", str(zone)):
        assert 0 <= least_pause({"retry-after": written, "cache-control": cached}, NOON) <= 7 * 86_400
