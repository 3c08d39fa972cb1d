"""What the page of dead letters needs done, said without Kafka: whoever wires the console brings somebody who can."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Letter(Protocol):
    """A dead letter. ``place`` names it, as the command line does: topic, partition, offset."""

    @property
    def place(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def key(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def attempts(self) -> int: ...
    @property
    def origin(self) -> str:
        """Topic, partition and offset it came from."""
        ...

    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...
    @property
    def value(self) -> str | None:
        """As far as a person can look at it; None is a tombstone."""
        ...

    @property
    def size(self) -> int:
        """Bytes of the whole value."""
        ...


class Survey(Protocol):
    """The newest letters; those that were looked at counted by stage and reason, the most frequent first."""

    @property
    def newest(self) -> Sequence[Letter]: ...
    @property
    def reasons(self) -> Sequence[tuple[str, str, int]]: ...
    @property
    def total(self) -> int:
        """How many were looked at and match."""
        ...

    @property
    def unread(self) -> int:
        """About how many are older and were not looked at."""
        ...


class DeadLetterDesk(Protocol):
    """``topic``: raw or enriched; ``match``: part of reason, stage or key. Raises
    :class:`factwire.errors.TransientError` while the broker is away."""

    async def survey(self, topic: str, *, replayed: bool, match: str | None, limit: int) -> Survey: ...

    async def show(self, place: str) -> Letter:
        """Raises :class:`factwire.errors.InvalidInput` if there is no such letter."""
        ...

    async def replay(self, topic: str, *, match: str | None, again: bool) -> int:
        """Sends them to where they came from; gives how many."""
        ...

    async def replay_one(self, place: str) -> None:
        """Raises :class:`factwire.errors.InvalidInput` if there is no such letter."""
        ...

    async def purge(self, topic: str, *, everything: bool) -> int:
        """Deletes the replayed ones, or all; gives how many."""
        ...
