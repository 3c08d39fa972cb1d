"""Enriched articles put into a test's database by the sink's own way."""

from __future__ import annotations

import asyncio
from datetime import datetime

from tests.support.databases import settings_for
from tests.support.events import NOON

from factwire.events.enriched_article import EnrichedArticle
from factwire.sink.rows import to_write
from factwire.storage import engine, write


def store(url: str, *events: EnrichedArticle) -> None:
    asyncio.run(store_all(url, *events))


async def store_all(url: str, *events: EnrichedArticle) -> None:
    connection = await engine.connect(settings_for(url))
    async with connection:
        await write.prepare(connection)
        changes = [
            to_write(event, event_id=f"e-{event.article_id}-{event.revision}", at=_made(event)) for event in events
        ]
        async with connection.transaction():
            await write.write(connection, changes)


def _made(event: EnrichedArticle) -> datetime:
    return event.received_at or NOON
