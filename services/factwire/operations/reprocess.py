"""Enriches articles again, from the raw topic or from Postgres, beside live traffic and never in its way.

A run has a name; the name is a consumer group of its own, in which progress is remembered after the broker has what was
made, so that a run that is stopped goes on where it was (a few articles may be made twice, with the same ``ce_id``).
The sink lets a later enrichment replace an earlier one of the same revision and never lets an old revision win.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from factwire.events.raw_article import RawArticle
from factwire.events.topics import RAW
from factwire.storage.engine import open_engine
from factwire.storage.read import stored_articles
from factwire.storage.settings import DatabaseSettings
from factwire.streaming.browse import Browser, browsing
from factwire.streaming.producer import TopicProducer
from factwire.streaming.records import Outcome, Partition, Record
from factwire.streaming.settings import KafkaSettings

Enrich: TypeAlias = Callable[[Sequence[Record]], Awaitable[Outcome]]
CHUNK: Final = 50
_SHARED: Final = tuple(name for name in RawArticle.model_fields if name not in {"source", "body", "body_format"})


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles; everything by default."""

    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    article: str | None = None

    def takes(self, record: Record) -> bool:
        """Tombstones and what cannot be read are left alone: they have been dealt with."""
        if self.article is not None and record.key != self.article.encode():
            return False
        moment = record.timestamp / 1000
        if (self.since and moment < self.since.timestamp()) or (self.until and moment >= self.until.timestamp()):
            return False
        return self.source is None or self._of_source(record)

    def _of_source(self, record: Record) -> bool:
        try:
            event = json.loads(record.value or b"null")
            return bool(event["source"]["id"] == self.source)
        except (ValueError, TypeError, KeyError):
            return False


@dataclass
class Pace:
    """At most ``rate`` articles a second over the whole run; None: as fast as it goes."""

    rate: float | None
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _began: float | None = None
    _done: int = 0

    async def wait(self, articles: int) -> None:
        self._began = self.clock() if self._began is None else self._began
        self._done += articles
        if self.rate is not None and (ahead := self._began + self._done / self.rate - self.clock()) > 0:
            await self.pause(ahead)


@dataclass
class Run:
    """One run of the job: what to make articles with, where to send them, whom to tell."""

    settings: KafkaSettings
    enrich: Enrich
    pace: Pace
    tell: Callable[[int, int], None]
    """Articles done, and all there are as far as is known."""
    failed: list[str] = field(default_factory=list)
    done: int = 0

    async def from_topic(self, name: str, selection: Selection, *, again: bool = False) -> int:
        """Goes through the raw topic; gives how many articles were made."""
        async with browsing(self.settings, RAW.name, f"factwire-reprocess-{name}") as browser:
            start = {} if again else await browser.progress()
            total = sum(end - max(begin, start.get(p, 0)) for p, (begin, end) in (await browser.bounds()).items())
            async with _producing(self.settings) as producer:
                await self._go_through(browser, producer, selection, start, total)
        return self.done

    async def from_database(self, settings: DatabaseSettings, *, kb_version: str | None = None) -> int:
        """Goes through the stored articles; ``kb_version``: only those made with another knowledge base."""
        engine = open_engine(settings)
        try:
            async with _producing(self.settings) as producer:
                chunk: list[Record] = []
                async for stored in stored_articles(engine, kb_version=kb_version):
                    chunk.append(to_record(stored))
                    if len(chunk) == CHUNK:
                        await self._make(producer, chunk)
                        self.tell(self.done, self.done)
                        chunk = []
                await self._make(producer, chunk)
        finally:
            await engine.dispose()
        return self.done

    async def _go_through(
        self,
        browser: Browser,
        producer: TopicProducer,
        selection: Selection,
        start: Mapping[Partition, int],
        total: int,
    ) -> None:
        chunk: list[Record] = []
        passed: dict[Partition, int] = {}
        seen = 0
        async for record in browser.records(start):
            seen += 1
            passed[record.partition] = record.next_offset
            if record.value and selection.takes(record):
                chunk.append(record)
            if len(chunk) == CHUNK:
                await self._make(producer, chunk)
                await browser.remember(passed)
                chunk = []
            if seen % CHUNK == 0:  # of a large topic few articles may be chosen
                self.tell(seen, total)
        await self._make(producer, chunk)
        if passed:
            await browser.remember(passed)
        self.tell(seen, total)

    async def _make(self, producer: TopicProducer, chunk: Sequence[Record]) -> None:
        """Enriches and sends; articles that fail are reported, not dead-lettered a second time."""
        if not chunk:
            return
        outcome = await self.enrich(chunk)
        for fault in await producer.send_all(outcome.outputs):
            if fault is not None:
                raise fault
        self.failed += [f"{_key(letter.record)}: {letter.reason.message}" for letter in outcome.dead_letters]
        self.done += len(outcome.outputs)
        await self.pace.wait(len(chunk))


@asynccontextmanager
async def _producing(settings: KafkaSettings) -> AsyncIterator[TopicProducer]:
    producer = TopicProducer(settings)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


def to_record(stored: Mapping[str, Any]) -> Record:
    """A stored article as the raw record that would give it again: its text without title and summary is the body."""
    shown: dict[str, Any] = {name: stored.get(name) for name in _SHARED}
    source = stored.get("source_id")
    raw = RawArticle.model_validate(
        {
            **{name: value for name, value in shown.items() if value is not None},
            "source": {"id": source, "name": stored.get("source_name"), "country": stored.get("source_country")}
            if source
            else None,
            "body": body_of(stored),
        }
    )
    return Record(Partition(RAW.name, 0), 0, raw.article_id.encode(), raw.model_dump_json().encode())


def body_of(stored: Mapping[str, Any]) -> str:
    """What is left of the text when title and summary, which come first, are taken off."""
    text = str(stored["text"])
    for part in (stored.get("title"), stored.get("summary")):
        if part and text.startswith(part):
            text = text[len(part) :].removeprefix("\n\n")
    return text


def _key(record: Record) -> str:
    return (record.key or b"").decode("utf-8", "backslashreplace")
