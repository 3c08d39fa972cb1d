"""Postgres as the pollers share it: one connection a process, made anew when it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from factwire.storage import feeds
from factwire.storage.engine import connect
from factwire.storage.faults import away
from factwire.storage.feeds import FeedRow, Published, Visit
from factwire.storage.settings import DatabaseSettings


class FeedMemory:
    """Every call is one short transaction. Raises :class:`TransientError` while the database is away."""

    def __init__(self, settings: DatabaseSettings, owner: str, lease: float) -> None:
        self._settings = settings
        self._owner = owner
        self._lease = lease
        self._turn = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def claim_due(self, limit: int) -> list[FeedRow]:
        async with self._open() as connection:
            return await feeds.claim_due(connection, self._owner, self._lease, limit)

    async def claim_one(self, feed_id: int) -> FeedRow | None:
        async with self._open() as connection:
            return await feeds.claim_one(connection, feed_id, self._owner, self._lease)

    async def find(self, feed_id: int) -> FeedRow | None:
        async with self._open() as connection:
            return await feeds.find_feed(connection, feed_id)

    async def published_of(self, feed_id: int, keys: Iterable[str]) -> dict[str, Published]:
        async with self._open() as connection:
            return await feeds.published_of(connection, feed_id, keys)

    async def finish(self, feed: FeedRow, visit: Visit) -> None:
        async with self._open() as connection:
            await feeds.finish_visit(connection, feed, visit)

    async def is_listed(self, url: str) -> bool:
        async with self._open() as connection:
            return await feeds.is_listed(connection, url)

    async def set_hub(self, feed_id: int, **columns: Any) -> None:
        async with self._open() as connection:
            await feeds.set_hub(connection, feed_id, **columns)

    async def make_due(self, feed_id: int) -> None:
        async with self._open() as connection:
            await feeds.make_due(connection, feed_id)

    async def conditions(self) -> dict[str, int]:
        async with self._open() as connection:
            return await feeds.count_by_condition(connection)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        async with self._turn:
            if self._connection is None or self._connection.closed:
                self._connection = await connect(self._settings)
                await self._connection.set_autocommit(True)
            try:
                yield self._connection
            except psycopg.OperationalError as fault:
                await self.close()
                raise away(self._settings, fault) from fault
