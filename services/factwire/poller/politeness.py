"""When a feed is visited again: as often as something is new in it, never more often than its publisher asks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import Random
from typing import Final

from factwire.formats.feed_parts import PollHints

_FASTER: Final = 0.5
_SLOWER: Final = 1.5
_JITTER: Final = 0.1
_LONGEST: Final = 7 * 24 * 3600.0
"""Whatever a publisher asks for, a feed is looked at once a week."""
_FAILING: Final = 24 * 3600.0
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds; ``dice`` spreads the visits, so that feeds added together do not stay together."""

    first: float
    least: float
    most: float
    dice: Random

    def rhythm(self, last: float | None, *, news: bool) -> float:
        """The poller's own pause: shorter after news, longer after none."""
        own = self.first if last is None else last * (_FASTER if news else _SLOWER)
        return min(max(own, self.least), self.most)

    def after_success(self, rhythm: float, asked: float, hints: PollHints, now: datetime) -> float:
        """``asked``: the least that the answer's headers ask for."""
        hinted = hints.interval.total_seconds() if hints.interval else 0.0
        pause = min(max(rhythm, asked, hinted), _LONGEST)
        return self._spread(_outside_quiet_hours(now, pause, hints))

    def after_failure(self, failures: int, asked: float) -> float:
        """``failures``: how many in a row, this one included."""
        own = min(self.first * 2.0 ** min(failures - 1, 20), _FAILING)
        return self._spread(min(max(own, asked), _LONGEST))

    def _spread(self, pause: float) -> float:
        """Never earlier than asked for."""
        return pause * (1 + self.dice.uniform(0, _JITTER))


def least_pause(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds for which an answer asks not to be asked again: ``Retry-After``, else ``Cache-Control: max-age``."""
    if written := headers.get("retry-after"):
        return _retry_after(written, now)
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    return min(float(found[1]), 24 * 3600.0) if found else 0.0


def _retry_after(written: str, now: datetime) -> float:
    """Seconds or a date (RFC 9110, section 10.2.3); nonsense asks for nothing."""
    if written.strip().isdecimal():
        return min(float(written.strip()[:9]), _LONGEST)
    try:
        until = parsedate_to_datetime(written)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), _LONGEST)


def _outside_quiet_hours(now: datetime, pause: float, hints: PollHints) -> float:
    """The first moment after the pause that is in no hour and on no day to be skipped; both are in UTC."""
    due = now + timedelta(seconds=pause)
    for _ in range(7 * 24):
        if due.hour not in hints.skip_hours and due.weekday() not in hints.skip_days:
            return (due - now).total_seconds()
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return pause  # every hour of the week is to be skipped: that is no answer
