"""Dates as documents write them, for every format that names its fields: a broken one is a fault of that field."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from factwire.errors import InvalidInput
from factwire.formats.feed_dates import FeedDate, read_date

From = Literal["event", "feed", "jsonld", "meta", "text"]
ZONE_ASSUMED: Final = "time_zone_assumed"
"""In ``extra`` under the format's name: the zone that was taken because none was written."""


def written_date(written: str | None, field: str) -> FeedDate | None:
    """None where nothing is written. Raises :class:`InvalidInput` for what is no complete, unambiguous date."""
    if written is None or not written.strip():
        return None
    found = read_date(written)
    if found is None:
        raise InvalidInput(f"{written[:60]!r} is no complete date, such as 2024-05-10T08:00:00Z", field=field)
    return found


def date_fields(published: FeedDate | None, updated: FeedDate | None, origin: From) -> dict[str, Any]:
    """The fields of a raw article that say when, how exactly, and on whose word."""
    return {
        "published_at": published.moment if published else None,
        "published_precision": published.precision if published else "none",
        "published_from": origin if published else None,
        "updated_at": updated.moment if updated else None,
    }


def zone_note(*dates: FeedDate | None) -> dict[str, str]:
    """What goes into ``extra`` when a zone was assumed; the enricher makes a warning of it."""
    return {ZONE_ASSUMED: "UTC"} if any(date and date.zone_assumed for date in dates) else {}


def moment_of(date: FeedDate | None) -> datetime | None:
    return date.moment if date else None
