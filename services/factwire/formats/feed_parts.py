"""What every kind of feed comes down to, before it becomes articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Words:
    value: str
    html: bool


@dataclass(frozen=True, slots=True)
class EntryParts:
    """One entry as it was written: dates unread, links as they stand."""

    id: str | None = None
    link: str | None = None
    title: str | None = None
    summary: Words | None = None
    content: Words | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class PollHints:
    """How often the publisher wants to be asked: ``interval`` from ``ttl`` or ``sy:``, and when not (in UTC)."""

    interval: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    """Monday is 0."""


@dataclass(frozen=True, slots=True)
class FeedParts:
    title: str | None = None
    link: str | None = None
    language: str | None = None
    hub: str | None = None
    topic: str | None = None
    hints: PollHints = PollHints()
    entries: tuple[EntryParts, ...] = ()
