"""What the console asks the database, answered in the contract's models; a database that is away is our own error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from factwire.console import cursors, views
from factwire.console.distribution import distribution
from factwire.console.views import (
    ArticleSummary,
    Distribution,
    EntityProfile,
    EntitySummary,
    FoundClaim,
    Timeline,
    TimelinePoint,
)
from factwire.errors import Unavailable
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.stored import enriched_article
from factwire.runtime.web.problems import INVALID, Problem
from factwire.storage import changes, entities, read, search, stats
from factwire.storage.changes import Change, Position
from factwire.storage.engine import finished
from factwire.storage.faults import first_line
from factwire.storage.filters import ArticleFilter, ClaimFilter

EVERYTHING = ArticleFilter()
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """``moment``: when it was published, else received; the list is sorted by it. ``opening``: how the text begins."""

    summary: ArticleSummary
    moment: datetime
    opening: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change and the article as it stands now; None: there is none to be seen. ``shown``: the change still counts,
    no later one has taken its place.
    """

    change: Change
    article: EnrichedArticle | None
    shown: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Only what may be seen at ``clock()``: nothing withdrawn, nothing under embargo. ``address`` is for messages."""

    engine: AsyncEngine
    clock: Callable[[], datetime]
    address: str

    async def check(self) -> None:
        """Raises :class:`Unavailable` if the database is away or has not been migrated."""
        await self.ask(search.ping(self.engine))

    async def article(self, article_id: str) -> EnrichedArticle | None:
        if "\x00" in article_id:
            return None
        record = await self.ask(read.article(self.engine, article_id, at=self.clock()))
        return None if record is None else enriched_article(record)

    async def articles(
        self,
        wanted: ArticleFilter = EVERYTHING,
        *,
        words: str | None = None,
        limit: int,
        cursor: str | None,
    ) -> tuple[tuple[ListedArticle, ...], str | None]:
        """The newest first, and the cursor of the next page if there is one. ``words``: also those of a search box."""
        before = cursors.read_article_cursor(cursor)
        wanted = replace(wanted, text=words) if words else wanted
        found = search.find_articles(self.engine, wanted, limit=limit + 1, before=before, at=self.clock())
        records = await self.ask(found)
        shown = records[:limit]
        more = len(records) > limit
        following = cursors.write_cursor(shown[-1]["moment"], shown[-1]["article_id"]) if more else None
        return tuple(
            ListedArticle(views.article_summary(record), record["moment"], record["opening"]) for record in shown
        ), following

    async def claims(
        self, wanted: ClaimFilter, *, limit: int, cursor: str | None, unit: str | None = None
    ) -> tuple[tuple[FoundClaim, ...], str | None]:
        """Newest article first, in reading order, and the cursor of the next page if there is one.

        ``unit``: a code to convert into as well.
        """
        before = cursors.read_claim_cursor(cursor)
        found = search.find_claims(self.engine, wanted, limit=limit + 1, before=before, at=self.clock())
        records = await self.ask(found)
        shown = records[:limit]
        place = ("moment", "article_id", "span_start", "claim_id")
        following = cursors.write_cursor(*(shown[-1][part] for part in place)) if len(records) > limit else None
        return tuple(views.found_claim(record, unit) for record in shown), following

    async def all_claims(self, wanted: ClaimFilter) -> AsyncIterator[search.Record]:
        """Every claim that matches, as records of :func:`search.find_claims`, in bounded memory."""
        async with self._asking():
            async for record in search.stream_claims(self.engine, wanted, at=self.clock()):
                yield record

    async def entities(
        self, *, name: str | None = None, type: str | None = None, limit: int, cursor: str | None
    ) -> tuple[tuple[EntitySummary, ...], str | None]:
        """By name; every word of ``name`` begins one of the entity's name. And the cursor of the next page."""
        after = cursors.read_entity_cursor(cursor)
        found = entities.find_entities(self.engine, name=name, type=type, limit=limit + 1, after=after, at=self.clock())
        records = await self.ask(found)
        shown = records[:limit]
        last = shown[-1] if len(records) > limit else None
        following = cursors.write_cursor(last["place"], last["entity_id"]) if last else None
        return tuple(map(views.entity_summary, shown)), following

    async def entities_called(self, name: str, *, limit: int) -> tuple[EntitySummary, ...]:
        """Those of exactly this name in any capitals, the one in most articles first."""
        found = entities.entities_called(self.engine, name, at=self.clock(), limit=limit)
        return tuple(map(views.entity_summary, await self.ask(found)))

    async def entity_names(self, ids: Collection[str]) -> dict[str, str]:
        """Names by id, of those that a visible article mentions."""
        return await self.ask(entities.entity_names(self.engine, ids, at=self.clock())) if ids else {}

    async def entity(self, entity_id: str) -> EntityProfile | None:
        """Who it is, and how much is said about it and by it; None if no visible article has it."""
        if "\x00" in entity_id:
            return None
        record = await self.ask(entities.entity(self.engine, entity_id, at=self.clock()))
        return None if record is None else views.entity_profile(record)

    async def article_timeline(self, wanted: ArticleFilter, *, step: str) -> Timeline:
        """Articles a ``step``: day, week or month."""
        points = await self.ask(stats.article_timeline(self.engine, wanted, step=step, at=self.clock()))
        return _timeline("articles", step, points)

    async def claim_timeline(self, wanted: ClaimFilter, *, step: str) -> Timeline:
        """Claims a ``step``, by when their article was published."""
        points = await self.ask(stats.claim_timeline(self.engine, wanted, step=step, at=self.clock()))
        return _timeline("claims", step, points)

    async def distribution(self, wanted: ClaimFilter) -> Distribution:
        """How the numbers of the newest matching claims spread, in the base unit that most of them share."""
        return distribution(await self.ask(stats.numbers(self.engine, wanted, at=self.clock())))

    async def changes(self, after: Position, *, limit: int) -> list[Told]:
        """What has changed after a place in the change log, oldest first."""
        return await self.ask(self._changes(after, limit))

    async def last_change(self) -> Position:
        """Where the change log ends now."""
        return await self.ask(changes.last_position(self.engine))

    async def forgotten(self, position: Position) -> bool:
        """Whether changes after this place may have been dropped already."""
        return position < await self.ask(changes.first_position(self.engine))

    async def _changes(self, after: Position, limit: int) -> list[Told]:
        return [await self._told(change) for change in await changes.newer_changes(self.engine, after, limit)]

    async def _told(self, change: Change) -> Told:
        if change.kind == "withdrawn":
            return Told(change, None, shown=True)
        record = await read.article(self.engine, change.article_id, at=self.clock())
        current = record is not None and record["event_id"] == change.event_id
        return Told(change, enriched_article(record) if record and current else None, shown=current)

    async def ask(self, question: Coroutine[Any, Any, Answer]) -> Answer:
        """The answer; what the driver raises becomes an error of ours. Whoever asks may leave at any moment."""
        async with self._asking():
            return await finished(question)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """What the driver raises inside becomes an error of ours."""
        try:
            yield
        except DataError as fault:
            raise Problem(INVALID, f"the database refuses a value: {first_line(fault.orig)}") from fault
        except DBAPIError as fault:
            raise Unavailable(f"database {self.address}: {first_line(fault.orig)}") from fault
        except (PoolTimeout, OSError) as fault:
            raise Unavailable(f"database {self.address}: {first_line(fault)}") from fault


def _timeline(of: str, step: str, points: Iterable[tuple[datetime, int]]) -> Timeline:
    data = tuple(TimelinePoint(begin=begin.date(), count=count) for begin, count in points)
    return Timeline(of=of, step=step, data=data)
