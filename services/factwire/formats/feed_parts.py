"""What every kind of feed comes down to, before it becomes articles."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from typing import TypeVar, cast

P = TypeVar("P")


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


def storable(part: P) -> P:
    """Without U+0000, which no database can keep, and without halves of characters, which no encoding can.

    JSON can say the one, and a reference to a character the other.
    """
    if isinstance(part, str):
        return cast(P, part.replace("\x00", "").encode("utf-8", "replace").decode())
    if isinstance(part, tuple):
        return cast(P, tuple(map(storable, part)))
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{one.name: storable(getattr(part, one.name)) for one in fields(part)})
    return part
