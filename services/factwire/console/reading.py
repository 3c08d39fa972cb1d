"""What the console asks the database, answered in the contract's models; a database that is away is our own error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from factwire.console import cursors, views
from factwire.console.views import ArticleSummary, FoundClaim
from factwire.errors import Unavailable
from factwire.events.enriched_article import EnrichedArticle
from factwire.runtime.web.problems import INVALID, Problem
from factwire.storage import read, search
from factwire.storage.search import ClaimFilter


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """``moment``: when it was published, else received; the list is sorted by it. ``opening``: how the text begins."""

    summary: ArticleSummary
    moment: datetime
    opening: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Only what may be seen at ``clock()``: nothing withdrawn, nothing under embargo. ``address`` is for messages."""

    engine: AsyncEngine
    clock: Callable[[], datetime]
    address: str

    async def check(self) -> None:
        """Raises :class:`Unavailable` if the database is away or has not been migrated."""
        async with self.asking():
            await search.ping(self.engine)

    async def article(self, article_id: str) -> EnrichedArticle | None:
        if "\x00" in article_id:
            return None
        async with self.asking():
            record = await read.article(self.engine, article_id, at=self.clock())
        return None if record is None else views.enriched_article(record)

    async def articles(
        self, *, words: str | None, limit: int, cursor: str | None
    ) -> tuple[tuple[ListedArticle, ...], str | None]:
        """The newest first, and the cursor of the next page if there is one."""
        before = cursors.read_article_cursor(cursor)
        async with self.asking():
            records = await search.find_articles(
                self.engine, words=words, limit=limit + 1, before=before, at=self.clock()
            )
        shown = records[:limit]
        more = len(records) > limit
        following = cursors.write_cursor(shown[-1]["moment"], shown[-1]["article_id"]) if more else None
        return tuple(
            ListedArticle(views.article_summary(record), record["moment"], record["opening"]) for record in shown
        ), following

    async def claims(
        self, wanted: ClaimFilter, *, limit: int, cursor: str | None
    ) -> tuple[tuple[FoundClaim, ...], str | None]:
        """Newest article first, in reading order, and the cursor of the next page if there is one."""
        before = cursors.read_claim_cursor(cursor)
        async with self.asking():
            records = await search.find_claims(self.engine, wanted, limit=limit + 1, before=before, at=self.clock())
        shown = records[:limit]
        place = ("moment", "article_id", "span_start", "claim_id")
        following = cursors.write_cursor(*(shown[-1][part] for part in place)) if len(records) > limit else None
        return tuple(map(views.found_claim, shown)), following

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """What the driver raises inside becomes an error of ours."""
        try:
            yield
        except DataError as fault:
            raise Problem(INVALID, f"the database refuses a value: {_first_line(fault.orig)}") from fault
        except DBAPIError as fault:
            raise Unavailable(f"database {self.address}: {_first_line(fault.orig)}") from fault
        except (PoolTimeout, OSError) as fault:
            raise Unavailable(f"database {self.address}: {_first_line(fault)}") from fault


def _first_line(fault: BaseException | None) -> str:
    return (str(fault).strip() or type(fault).__name__).splitlines()[0]
