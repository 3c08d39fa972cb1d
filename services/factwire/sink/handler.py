"""Enriched records to changes of the database, or dead letters: no await, no client, one record at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from factwire.errors import InvalidRecord
from factwire.events.envelope import WITHDRAWN_TYPE
from factwire.events.fields import to_utc
from factwire.events.topics import LATEST
from factwire.sink.reading import read
from factwire.sink.rows import to_write
from factwire.storage.outbox import OutboxRow
from factwire.storage.write import ArticleWrite, Change, Tombstone
from factwire.streaming.codec import check_headers, record_key
from factwire.streaming.records import DeadLetter, Reason, Record


@dataclass(frozen=True, slots=True)
class Storable:
    """A record and the change it asks for; they stay together so that a change the database refuses can be told."""

    record: Record
    change: Change

    @property
    def received_at(self) -> datetime | None:
        """When the article came in; None if nobody said so, as for a tombstone."""
        return self.change.article["received_at"] if isinstance(self.change, ArticleWrite) else None


def handle(records: Iterable[Record], *, publish: bool = True) -> tuple[list[Storable], list[DeadLetter]]:
    """Every record as a change or a dead letter, in order. ``publish``: winners also go to the latest topic."""
    storable: list[Storable] = []
    dead: list[DeadLetter] = []
    for record in records:
        try:
            storable.append(Storable(record, to_change(record, publish=publish)))
        except InvalidRecord as fault:
            dead.append(DeadLetter(record, Reason.of(fault, "decode")))
    return storable, dead


def to_change(record: Record, *, publish: bool = True) -> Change:
    """What a record asks of the database. Raises :class:`InvalidRecord`."""
    outbox = _outbox(record) if publish else None
    if record.value is None:
        article_id = record_key(record)
        check_headers(record, WITHDRAWN_TYPE)
        return Tombstone(article_id, _moment(record), outbox, _text(record, "ce_id"))
    return to_write(read(record), event_id=_text(record, "ce_id"), at=_moment(record), outbox=outbox)


def _outbox(record: Record) -> OutboxRow:
    return OutboxRow(record.partition.number, LATEST.name, record.key, record.value, record.headers)


def _moment(record: Record) -> datetime:
    """When the event was made: its ``ce_time``, else the record's time stamp."""
    written = _text(record, "ce_time")
    if not written:
        return record.moment
    try:
        return to_utc(datetime.fromisoformat(written))
    except ValueError as fault:
        raise InvalidRecord(f"is not a time: {fault}", stage="headers", field="ce_time") from fault


def _text(record: Record, name: str) -> str:
    return (record.header(name) or b"").decode("utf-8", "replace")
