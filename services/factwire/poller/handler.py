"""Decides: what a visit to a feed means for the log and for the feed's next visit.

The order is: fetch, read, compare, publish, and only then remember. A poller that dies between the last two publishes
the same content again at the next visit, under the same event id; one that dies before has published nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import urlsplit

from factwire.errors import InvalidInput, InvalidRecord, TransientError
from factwire.formats.charset import decode_page
from factwire.formats.feed import Feed, read_feed
from factwire.formats.feed_parts import PollHints
from factwire.formats.html import read_page
from factwire.poller.changes import News, find_news
from factwire.poller.fetching import Fetched
from factwire.poller.politeness import Pauses, least_pause
from factwire.runtime import metrics
from factwire.runtime.logs import get_logger
from factwire.storage.feeds import FeedRow, Published, Visit
from factwire.streaming.raw_articles import excess_of, most_bytes_of, raw_record
from factwire.streaming.records import Outgoing

SOURCE: Final = "factwire/poller"
CHANNEL: Final = "feed"
_MOST_PAGES: Final = 100
"""Pages fetched in one visit; the rest keep what the feed says."""
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_LONGEST_REASON: Final = 500
Get: TypeAlias = Callable[[str, Mapping[str, str]], Awaitable[Fetched]]
Schedule: TypeAlias = tuple[float | None, float]
"""The poller's own rhythm for a feed, and the seconds until its next visit."""
log = get_logger(__name__)


class Memory(Protocol):
    """Where feeds and what was published of them are kept: Postgres."""

    async def published_of(self, feed_id: int, keys: Sequence[str]) -> dict[str, Published]: ...

    async def finish(self, feed: FeedRow, visit: Visit) -> None:
        """Raises :class:`factwire.errors.FencedError` if the feed is another poller's by now."""

    async def is_listed(self, url: str) -> bool: ...


class Log(Protocol):
    """The raw topic."""

    async def append(self, records: Sequence[Outgoing]) -> Mapping[int, InvalidRecord]: ...


@dataclass(frozen=True, slots=True)
class Poller:
    """``get`` fetches a feed, ``get_page`` an article's page, both within all limits."""

    memory: Memory
    log: Log
    get: Get
    get_page: Get
    pauses: Pauses
    moved_after: int
    clock: Callable[[], datetime]

    async def visit(self, feed: FeedRow) -> str:
        """Visits a claimed feed and gives it back; says how it went, in one of the words of the metric."""
        try:
            outcome = await self._visit(feed)
        except (InvalidInput, TransientError) as fault:
            outcome = await self._failed(feed, str(fault))
        metrics.FEED_POLLS.labels(outcome).inc()
        return outcome

    async def take(self, feed: FeedRow, body: bytes) -> str:
        """What a hub has pushed for a claimed feed. The next visit stays where it was."""
        remaining = (feed.next_poll_at - self.clock()).total_seconds()
        try:
            parsed = await asyncio.to_thread(read_feed, body, feed.url)
            outcome = await self._publish(feed, parsed, {}, lambda _: (feed.pause_seconds, max(remaining, 1.0)))
        except InvalidInput as fault:
            outcome = await self._failed(feed, f"the hub pushed what cannot be read: {fault}")
        metrics.FEED_POLLS.labels(outcome).inc()
        return outcome

    async def _visit(self, feed: FeedRow) -> str:
        answer = await self.get(feed.url, _conditions(feed))
        asked = least_pause(answer.headers, self.clock())
        moved = await self._moved(feed, answer)
        if answer.status == 304:
            return await self._unchanged(feed, moved, asked)
        if answer.status == 410:
            await self.memory.finish(feed, Visit({"state": "gone", "last_error": "410 Gone"}, 0.0, {}))
            log.info("feed gone", url=feed.url)
            return "gone"
        if answer.status != 200:
            return await self._failed(feed, f"answers {answer.status}", asked)
        parsed = await asyncio.to_thread(read_feed, answer.body, answer.url)
        changes = {**moved, **_validators(answer), "hub": parsed.hub, "topic": parsed.topic or answer.url}
        return await self._publish(feed, parsed, changes, lambda news: self._schedule(feed, news, asked, parsed.hints))

    async def _publish(
        self, feed: FeedRow, parsed: Feed, changes: Mapping[str, Any], schedule: Callable[[bool], Schedule]
    ) -> str:
        keys = [entry.key for entry in parsed.entries]
        news, kept = find_news(parsed, await self.memory.published_of(feed.feed_id, keys), self.clock())
        if feed.whole:
            news = await self._with_pages(news)
        refused = await self._append(feed, news)
        metrics.REJECTED.labels(CHANNEL).inc(len(parsed.refused) + len(refused))
        done = {"failures": 0, "last_error": _refusals(parsed, refused), "last_success_at": self.clock()}
        titled = {"title": feed.title or parsed.title}
        marks = {one.key: one.mark for one in news}
        rhythm, pause = schedule(bool(news))
        columns = {**changes, **done, **titled, "pause_seconds": rhythm}
        await self.memory.finish(feed, Visit(columns, pause, marks, kept))
        log.info("feed read", url=feed.url, new=len(news), known=len(kept), refused=len(parsed.refused) + len(refused))
        return "news" if news else "unchanged"

    async def _append(self, feed: FeedRow, news: Sequence[News]) -> list[str]:
        """Returns once the log has every article that it takes; why it takes none of the others."""
        now = self.clock()
        records, refused = [], []
        for one in news:
            record, _ = raw_record(one.article, now, SOURCE)
            if excess := excess_of(one.article, record, most_bytes_of(one.article)):
                refused.append(f"{one.key[:80]}: {excess}")
            else:
                records.append(record)
        if records:
            rejected = await self.log.append(records)
            refused += [str(fault) for fault in rejected.values()]
            metrics.INGESTED.labels(CHANNEL).inc(len(records) - len(rejected))
        for reason in refused:
            log.warning("entry refused", url=feed.url, reason=reason)
        return refused

    async def _with_pages(self, news: Sequence[News]) -> list[News]:
        """Each with its page as body, one after the other; where that fails the feed's own words stay."""
        return [await self._with_page(one) if n < _MOST_PAGES else one for n, one in enumerate(news)]

    async def _with_page(self, one: News) -> News:
        if not one.article.url:
            return one
        try:
            page = await self.get_page(one.article.url, {})
        except (InvalidInput, TransientError) as fault:
            return _told(one, {"page": f"not fetched: {fault}"[:_LONGEST_REASON]})
        if page.status != 200:
            return _told(one, {"page": f"not fetched: answers {page.status}"})
        named = _CHARSET.search(page.headers.get("content-type", ""))
        html = decode_page(page.body, named[1] if named else None)
        try:
            await asyncio.to_thread(read_page, html, page.url)
        except InvalidInput as fault:
            return _told(one, {"page": f"not used: {fault}"[:_LONGEST_REASON]})
        whole = one.article.model_copy(update={"body": html, "body_format": "html"})
        return News(one.key, whole, one.mark)

    async def _unchanged(self, feed: FeedRow, moved: Mapping[str, Any], asked: float) -> str:
        done = {"failures": 0, "last_error": None, "last_success_at": self.clock()}
        rhythm, pause = self._schedule(feed, news=False, asked=asked, hints=PollHints())
        await self.memory.finish(feed, Visit({**moved, **done, "pause_seconds": rhythm}, pause, {}))
        return "unchanged"

    def _schedule(self, feed: FeedRow, news: bool, asked: float, hints: PollHints) -> Schedule:
        now = self.clock()
        if feed.hub_until is not None and feed.hub_until > now:
            asked = max(asked, self.pauses.most)  # the hub pushes: visits are a second look
        rhythm = self.pauses.rhythm(feed.pause_seconds, news=news)
        return rhythm, self.pauses.after_success(rhythm, asked, hints, now)

    async def _failed(self, feed: FeedRow, reason: str, asked: float = 0.0) -> str:
        failures = feed.failures + 1
        log.warning("feed failed", url=feed.url, reason=reason, in_a_row=failures)
        changes = {"failures": failures, "last_error": reason[:_LONGEST_REASON]}
        await self.memory.finish(feed, Visit(changes, self.pauses.after_failure(failures, asked), {}))
        return "failed"

    async def _moved(self, feed: FeedRow, answer: Fetched) -> dict[str, Any]:
        """Columns for a permanent redirect: counted, and from the n-th in a row on believed."""
        if answer.moved_to is None or answer.status not in {200, 304}:
            return {"moved_to": None, "moved_count": 0}
        count = feed.moved_count + 1 if answer.moved_to == feed.moved_to else 1
        if count < self.moved_after:
            return {"moved_to": answer.moved_to, "moved_count": count}
        if await self.memory.is_listed(answer.moved_to):
            return {"state": "gone", "moved_to": answer.moved_to}
        log.info("feed moved", url=feed.url, to=answer.moved_to)
        host = urlsplit(answer.moved_to).hostname
        return {"url": answer.moved_to, "host": host, "moved_to": None, "moved_count": 0}


def _conditions(feed: FeedRow) -> dict[str, str]:
    given = {"if-none-match": feed.etag, "if-modified-since": feed.last_modified}
    return {name: value for name, value in given.items() if value}


def _validators(answer: Fetched) -> dict[str, Any]:
    return {"etag": answer.headers.get("etag"), "last_modified": answer.headers.get("last-modified")}


def _refusals(parsed: Feed, refused: Sequence[str]) -> str | None:
    """The first reason, for `factwire feeds list`."""
    reasons = [f"{entry.key[:80]}: {entry.fault}" for entry in parsed.refused] + list(refused)
    return f"{len(reasons)} entries refused; {reasons[0]}"[:_LONGEST_REASON] if reasons else None


def _told(one: News, said: Mapping[str, Any]) -> News:
    extra = {**one.article.extra, "feed": {**one.article.extra.get("feed", {}), **said}}
    return News(one.key, one.article.model_copy(update={"extra": extra}), one.mark)
