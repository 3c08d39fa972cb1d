"""Decides: which items become records, under which key and envelope, and what the producer is told about each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

from pydantic import BaseModel

from factwire.events.envelope import WITHDRAWN_TYPE, Envelope
from factwire.events.raw_article import RawArticle
from factwire.gateway.intake import Item
from factwire.runtime.web.problems import Fault
from factwire.streaming.raw_articles import excess_of, keyed_record, raw_event_id, raw_record
from factwire.streaming.records import Outgoing

SOURCE: Final = "factwire/gateway"
TOO_LARGE: Final = "too-large"
Clock: TypeAlias = Callable[[], datetime]
Kept: TypeAlias = Literal["log", "spool"]
"""Where a record is: acknowledged by the broker, or on the gateway's disk until the broker is back."""


class ArticleLog(Protocol):
    """Where articles go. The real one is Kafka's raw topic."""

    async def append(self, records: Sequence[Outgoing]) -> Kept:
        """Returns once every record is safe, and says where; raises :class:`factwire.errors.Unavailable` else."""


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
    spooled: bool = False
    """Safe on the gateway's disk, but not yet on the log: the broker is away."""
    errors: list[Fault] = []
    """Why it was rejected, with JSON pointers into the item."""


class Receipt(BaseModel):
    """One result per item, in the order of the body."""

    accepted: int
    rejected: int
    results: list[ItemResult]


@dataclass(frozen=True, slots=True)
class Gateway:
    """``max_article_bytes`` bounds the record of an article, ``max_html_bytes`` that of a page, whose markup goes."""

    log: ArticleLog
    clock: Clock
    max_article_bytes: int
    max_html_bytes: int

    async def accept(self, items: Sequence[Item], traceparent: str | None = None) -> Receipt:
        """Writes what is good, answers for everything. Nothing counts as accepted unless all of it was acknowledged."""
        decisions = [self._decide(item, traceparent) for item in items]
        records = [record for record, _ in decisions if record]
        kept = await self.log.append(records) if records else "log"
        results = [_placed(result, kept) for _, result in decisions]
        return Receipt(accepted=len(records), rejected=len(items) - len(records), results=results)

    async def withdraw(self, article_id: str, revision: int | None, traceparent: str | None = None) -> ItemResult:
        """A withdrawn revision if its number is given, else a tombstone, which withdraws whatever there is."""
        now = self.clock()
        if revision is None:
            event_id = raw_event_id(article_id, 0, b"withdrawn")
            envelope = Envelope(event_id, SOURCE, WITHDRAWN_TYPE, article_id, now, traceparent)
            kept = await self.log.append([keyed_record(envelope, None)])
            return _placed(ItemResult(index=0, status="accepted", article_id=article_id, event_id=event_id), kept)
        article = RawArticle(article_id=article_id, revision=revision, status="withdrawn")
        return (await self.accept([Item(0, article)], traceparent)).results[0]

    def _decide(self, item: Item, traceparent: str | None) -> tuple[Outgoing | None, ItemResult]:
        if item.article is None:
            return None, _rejected(item, item.faults)
        record, event_id = raw_record(item.article, self.clock(), SOURCE, traceparent)
        most = self.max_html_bytes if item.article.body_format == "html" else self.max_article_bytes
        if excess := excess_of(item.article, record, most):
            return None, _rejected(item, (Fault(pointer=excess.field or "", detail=excess.reason, code=TOO_LARGE),))
        return record, ItemResult(
            index=item.index,
            status="accepted",
            article_id=item.article.article_id,
            revision=item.article.revision,
            event_id=event_id,
        )


def _placed(result: ItemResult, kept: Kept) -> ItemResult:
    spooled = kept == "spool" and result.status == "accepted"
    return result.model_copy(update={"spooled": True}) if spooled else result


def _rejected(item: Item, faults: Sequence[Fault]) -> ItemResult:
    return ItemResult(index=item.index, status="rejected", article_id=item.article_id, errors=list(faults))
