"""What comes in and what goes out, free of any client's types.

A record carries its own offset and a batch says what it may commit: nobody downstream computes ``offset + 1``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final, TypeAlias

RawHeaders: TypeAlias = tuple[tuple[str, bytes | None], ...]
"""As they came: order, repeats, null and non-UTF-8 values included."""
_LAST_SECOND: Final = 253_402_300_799
"""Of the year 9999, since 1970; a time stamp is any 64 bits that a producer likes."""


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.number}"


@dataclass(frozen=True, slots=True)
class Record:
    """One Kafka record, untouched. ``value`` None is a tombstone; empty is not. ``timestamp`` in milliseconds."""

    partition: Partition
    offset: int
    key: bytes | None
    value: bytes | None
    headers: RawHeaders = ()
    timestamp: int = 0

    @property
    def next_offset(self) -> int:
        return self.offset + 1

    @property
    def moment(self) -> datetime:
        """Its time stamp in UTC; for one before 1970 or beyond the calendar, what is nearest."""
        return datetime.fromtimestamp(min(max(0.0, self.timestamp / 1000), _LAST_SECOND), UTC)

    def header(self, name: str) -> bytes | None:
        """The last value of a header, which is the one that counts."""
        return next((value for key, value in reversed(self.headers) if key == name), None)


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one partition in order; never empty."""

    partition: Partition
    records: tuple[Record, ...]

    @property
    def committable(self) -> int:
        """The offset to commit once every record is dealt with."""
        return self.records[-1].next_offset

    @property
    def first_offset(self) -> int:
        return self.records[0].offset

    @property
    def last_offset(self) -> int:
        return self.records[-1].offset


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to be written. Its partition follows from its key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: RawHeaders = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record died: in which stage, of what, in words. Plain text, so that it crosses processes.

    ``traceback`` is filled where the fault is ours and not the record's: for the log, not for the dead letter.
    """

    stage: str
    kind: str
    message: str
    traceback: str = ""

    @classmethod
    def of(cls, fault: Exception, stage: str = "enrich", *, traceback: str = "") -> Reason:
        kind = f"{type(fault).__module__}.{type(fault).__qualname__}"
        said = str(fault) or repr(fault)
        return cls(getattr(fault, "stage", stage), kind.removeprefix("builtins."), said, traceback)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that can never be processed, and why."""

    record: Record
    reason: Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler decides: every record ends as an output or a dead letter. ``tally`` counts what was found.

    ``seen`` has an entry for each output, if the handler gives any: what whoever compares articles needs of it.
    """

    outputs: tuple[Outgoing, ...] = ()
    dead_letters: tuple[DeadLetter, ...] = ()
    tally: Mapping[tuple[str, str], int] = field(default_factory=dict)
    seen: tuple[Any, ...] = ()


def by_partition(records: Iterable[Record]) -> list[Batch]:
    """One batch a partition; order within a partition is kept."""
    ordered: Sequence[Record] = sorted(records, key=lambda r: r.partition)
    return [Batch(partition, tuple(group)) for partition, group in groupby(ordered, key=lambda r: r.partition)]
