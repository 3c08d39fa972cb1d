"""What one partition remembers of its producers: the last sequences, what is open, what was aborted.

All of it follows from the batch headers in their order, so a restart rebuilds it from the log.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from factwire.devstack.broker.batches import NO_PRODUCER, Header
from factwire.devstack.broker.protocol import Code, Refused

_REMEMBERED: Final = 5
"""Batches per producer whose repeat is recognised; Kafka's number, and the most a client may have in flight."""


@dataclass(slots=True)
class _Producer:
    epoch: int
    recent: deque[Header] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    open_since: int | None = None


@dataclass(frozen=True, slots=True)
class Aborted:
    """A transaction that a `read_committed` reader must skip, from its first record to its marker."""

    producer_id: int
    first_offset: int
    last_offset: int


class Producers:
    """``first_open`` is the offset below which every transaction has ended, None when nothing is open."""

    def __init__(self) -> None:
        self._known: dict[int, _Producer] = {}
        self._aborted: list[Aborted] = []

    def check(self, header: Header) -> int | None:
        """Refuses a stale epoch or a gap in the sequence; the base offset of the first copy if this is a repeat."""
        known = self._known.get(header.producer_id)
        if header.producer_id == NO_PRODUCER or known is None:
            return None
        if header.producer_epoch < known.epoch:
            raise Refused(Code.INVALID_PRODUCER_EPOCH, f"epoch {header.producer_epoch}, now {known.epoch}")
        if header.producer_epoch == known.epoch and (copy := _copy(known, header)) is not None:
            return copy.base_offset
        if header.first_sequence != _expected(known, header):
            raise Refused(Code.OUT_OF_ORDER_SEQUENCE_NUMBER, f"sequence {header.first_sequence}")
        return None

    def note(self, header: Header) -> None:
        """Takes in a record batch that is now in the log."""
        if header.producer_id == NO_PRODUCER:
            return
        producer = self._at_epoch(header.producer_id, header.producer_epoch)
        producer.recent.append(header)
        if header.transactional and producer.open_since is None:
            producer.open_since = header.base_offset

    def end(self, header: Header, *, commit: bool) -> None:
        """Takes in a marker that is now in the log."""
        producer = self._at_epoch(header.producer_id, header.producer_epoch)
        if producer.open_since is not None and not commit:
            self._aborted.append(Aborted(header.producer_id, producer.open_since, header.base_offset))
        producer.open_since = None

    def _at_epoch(self, producer_id: int, epoch: int) -> _Producer:
        producer = self._known.setdefault(producer_id, _Producer(epoch))
        if epoch > producer.epoch:
            producer.epoch = epoch
            producer.recent.clear()
        return producer

    def has_open(self, producer_id: int) -> bool:
        known = self._known.get(producer_id)
        return known is not None and known.open_since is not None

    @property
    def first_open(self) -> int | None:
        return min((p.open_since for p in self._known.values() if p.open_since is not None), default=None)

    def aborted(self, start: int, end: int) -> list[Aborted]:
        """Aborted transactions with a record in [start, end)."""
        return [a for a in self._aborted if a.last_offset >= start and a.first_offset < end]


def _copy(known: _Producer, header: Header) -> Header | None:
    span = (header.first_sequence, header.last_sequence)
    return next((b for b in known.recent if (b.first_sequence, b.last_sequence) == span), None)


def _expected(known: _Producer, header: Header) -> int:
    if header.producer_epoch > known.epoch or not known.recent:
        return 0
    return (known.recent[-1].last_sequence + 1) & 0x7FFFFFFF
