"""Decides: which items become records, under which key and envelope, and what the producer is told about each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias
from uuid import uuid5

from pydantic import BaseModel

from factwire.events.envelope import NAMESPACE, RAW_TYPE, WITHDRAWN_TYPE, Envelope
from factwire.events.raw_article import MAX_CHARACTERS, RawArticle
from factwire.events.topics import RAW
from factwire.gateway.intake import Item
from factwire.runtime.web.problems import Fault
from factwire.streaming.records import Outgoing

SOURCE: Final = "factwire/gateway"
TOO_LARGE: Final = "too-large"
Clock: TypeAlias = Callable[[], datetime]


class ArticleLog(Protocol):
    """Where articles go. The real one is Kafka's raw topic."""

    async def append(self, records: Sequence[Outgoing]) -> None:
        """Returns once the broker has acknowledged every record; raises :class:`factwire.errors.Unavailable` else."""


class ItemResult(BaseModel):
    """What became of one item."""

    index: int
    """Its place in the body, from 0."""
    status: Literal["accepted", "rejected"]
    article_id: str | None = None
    """As given, else as derived from canonical URL or text."""
    revision: int | None = None
    event_id: str | None = None
    """ce_id of the record; the same content sent again gets the same one."""
    errors: list[Fault] = []
    """Why it was rejected, with JSON pointers into the item."""


class Receipt(BaseModel):
    """One result per item, in the order of the body."""

    accepted: int
    rejected: int
    results: list[ItemResult]


@dataclass(frozen=True, slots=True)
class Gateway:
    """``max_article_bytes`` bounds the record of one article."""

    log: ArticleLog
    clock: Clock
    max_article_bytes: int

    async def accept(self, items: Sequence[Item], traceparent: str | None = None) -> Receipt:
        """Writes what is good, answers for everything. Nothing counts as accepted unless all of it was acknowledged."""
        decisions = [self._decide(item, traceparent) for item in items]
        records = [record for record, _ in decisions if record]
        if records:
            await self.log.append(records)
        return Receipt(
            accepted=len(records), rejected=len(items) - len(records), results=[result for _, result in decisions]
        )

    async def withdraw(self, article_id: str, revision: int | None, traceparent: str | None = None) -> ItemResult:
        """A withdrawn revision if its number is given, else a tombstone, which withdraws whatever there is."""
        now = self.clock()
        if revision is None:
            event_id = _event_id(article_id, 0, b"withdrawn")
            envelope = Envelope(event_id, SOURCE, WITHDRAWN_TYPE, article_id, now, traceparent)
            await self.log.append([_record(envelope, None)])
            return ItemResult(index=0, status="accepted", article_id=article_id, event_id=event_id)
        article = RawArticle(article_id=article_id, revision=revision, status="withdrawn")
        return (await self.accept([Item(0, article)], traceparent)).results[0]

    def _decide(self, item: Item, traceparent: str | None) -> tuple[Outgoing | None, ItemResult]:
        if item.article is None:
            return None, _rejected(item, item.faults)
        record, event_id = write_record(item.article, self.clock(), traceparent)
        if excess := self._excess(item.article, record):
            return None, _rejected(item, (excess,))
        return record, ItemResult(
            index=item.index,
            status="accepted",
            article_id=item.article.article_id,
            revision=item.article.revision,
            event_id=event_id,
        )

    def _excess(self, article: RawArticle, record: Outgoing) -> Fault | None:
        """Why an article is too large to be enriched: said here, not by a dead letter later."""
        size, most = len(record.value or b""), self.max_article_bytes
        if size > most:
            return _too_large(f"the article has {size} bytes, more than the {most} that are taken")
        if article.body_format == "text" and article.characters > MAX_CHARACTERS:
            return _too_large(f"the text is longer than the {MAX_CHARACTERS} characters that are enriched", "/body")
        return None


def _too_large(detail: str, pointer: str = "") -> Fault:
    return Fault(pointer=pointer, detail=detail, code=TOO_LARGE)


def write_record(article: RawArticle, now: datetime, traceparent: str | None) -> tuple[Outgoing, str]:
    """The record of an article, and its event id. ``received_at`` is ours, whatever the producer wrote there."""
    content = article.model_copy(update={"received_at": None}).model_dump_json(exclude_none=True).encode()
    event_id = _event_id(article.article_id, article.revision, content)
    value = article.model_copy(update={"received_at": now}).model_dump_json(exclude_none=True).encode()
    envelope = Envelope(event_id, SOURCE, RAW_TYPE, article.article_id, now, traceparent)
    return _record(envelope, value), event_id


def _record(envelope: Envelope, value: bytes | None) -> Outgoing:
    return Outgoing(RAW.name, envelope.subject.encode(), value, tuple(envelope.headers()))


def _event_id(article_id: str, revision: int, content: bytes) -> str:
    """The same article with the same content is the same event, however often it is sent."""
    return str(uuid5(NAMESPACE, "\x1f".join(("raw", article_id, str(revision), hashlib.sha256(content).hexdigest()))))


def _rejected(item: Item, faults: Sequence[Fault]) -> ItemResult:
    return ItemResult(index=item.index, status="rejected", article_id=item.article_id, errors=list(faults))
