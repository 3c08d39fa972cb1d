"""Dates as feeds write them. A date that is not all there stays unknown: parsers that complete one from today's, or
guess which of two numbers is the month, turn a slip of the pen into a fact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache
from itertools import product
from typing import Final, Literal

Precision = Literal["second", "minute", "day"]
_LONGEST: Final = 128
_HOURS: Final = {
    "UTC": 0, "UT": 0, "GMT": 0, "Z": 0, "WET": 0, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "BST": 1, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "AWST": 8, "AEST": 10, "AEDT": 11, "ACST": 9.5,
    "ACDT": 10.5, "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
"""Zones by name, in the reading of RFC 822 where there is one; IST, which is three zones, is none of them."""
_ZONES: Final = {name: timezone(timedelta(hours=hours)) for name, hours in _HOURS.items()}
_NAME: Final = re.compile(r"\b([A-Z]{1,5})\s*$")
_TIME: Final = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_DAY: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_YEAR: Final = re.compile(r"\b\d{4}\b|\b\d{8}\b|\d{4}-")
_DEFAULTS: Final = (datetime(2000, 1, 1, 1, 1, 1), datetime(2005, 6, 28, 2, 2, 2))


@dataclass(frozen=True, slots=True)
class FeedDate:
    """``zone_assumed``: none was written, or none that is known, and UTC was taken."""

    moment: datetime
    precision: Precision
    zone_assumed: bool


@lru_cache(maxsize=4096)
def read_date(written: str) -> FeedDate | None:
    """None for what is no complete date, or may be two different ones."""
    text = " ".join(written.split())
    if not text or len(text) > _LONGEST:
        return None
    try:
        found = _iso(text) or _rfc822(text) or _agreed(text)
        return _placed(found, text) if found else None
    except (ValueError, OverflowError):
        return None


def _placed(found: datetime, text: str) -> FeedDate:
    """In UTC, and how exactly: as the time of day was written."""
    time = _TIME.search(text)
    compact = "T" in text and not time
    precision: Precision = "second" if compact or (time and time[1]) else "minute" if time else "day"
    assumed = found.tzinfo is None and precision != "day"
    return FeedDate(found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC), precision, assumed)


def _iso(text: str) -> datetime | None:
    if not _DAY.match(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    """RFC 822 and its relatives; the standard library knows the shape, but takes every unknown zone for UTC."""
    name = _NAME.search(text)
    parts = parsedate_tz(text)
    if parts is None or not re.match(r"(?:[A-Za-z]{3,9},? )?\d{1,2} [A-Za-z]{3,9},? \d{2,4}\b", text):
        return None
    naive = datetime(*parts[:6])
    if name and name[1] in _ZONES:
        return naive.replace(tzinfo=_ZONES[name[1]])
    offset = None if name else parts[9]
    return naive if offset is None else naive.replace(tzinfo=timezone(timedelta(seconds=offset)))


def _agreed(text: str) -> datetime | None:
    """What a lenient parser reads whichever day it completes dates from, and whichever number is the month."""
    if not _YEAR.search(text):
        return None
    from dateutil import parser as dateutil_parser  # for the few dates that nothing else reads

    try:
        readings: set[datetime] = {
            dateutil_parser.parse(text, default=default, dayfirst=day_first, tzinfos=_zone)
            for default, day_first in product(_DEFAULTS, (True, False))
        }
    except (ValueError, TypeError, ArithmeticError):
        return None
    if len({reading.date() for reading in readings}) != 1:
        return None
    first, time = min(readings), _TIME.search(text)
    if time:
        return first if time[1] else first.replace(second=0)
    return first.replace(hour=0, minute=0, second=0, microsecond=0)


def _zone(name: str | None, offset: int | None) -> timezone | None:
    if name in _ZONES:
        return _ZONES[name]
    return None if offset is None else timezone(timedelta(seconds=offset))
