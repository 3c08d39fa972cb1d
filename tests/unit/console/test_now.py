from datetime import UTC, datetime, timedelta

import pytest

from factwire.console.site.now import MINUTES, ago, chart, span
from factwire.storage.pulse import Pulse

NOW = datetime(2026, 3, 10, 9, 30, 42, tzinfo=UTC)


def pulse(minutes):
    return Pulse(minutes, last_minute=0, last_at=None, articles=0, claims=0, entities=0)


def test_chart_ends_with_the_present_minute_and_shows_empty_ones():
    drawn = chart(
        pulse({datetime(2026, 3, 10, 9, 30, tzinfo=UTC): 4, datetime(2026, 3, 10, 8, 31, tzinfo=UTC): 2}), NOW
    )
    assert len(drawn.bars) == MINUTES
    assert [(bar.label, bar.count) for bar in drawn.bars if bar.count] == [("08:31", 2), ("09:30", 4)]
    assert drawn.bars[-1].label == "09:30"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0 s"), (0.354, "0.35 s"), (3.5, "3.5 s"), (42, "42 s"), (119, "119 s"), (240, "4 min"), (3 * 3600, "3 h"),
     (50 * 3600, "2 d")],
)  # fmt: skip
def test_spans_are_written_in_the_unit_that_fits(seconds, written):
    assert span(seconds) == written


def test_time_since_is_in_whole_seconds_and_never_negative():
    assert ago(timedelta(seconds=6.48)) == "6 s ago"
    assert ago(timedelta(seconds=-5)) == "just now"
