"""The read API alone over a test's database, without the pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI
from tests.support.databases import settings_for

from factwire.console.api import api_router
from factwire.console.api.stream import Streams
from factwire.console.reading import Reading
from factwire.runtime.health import Health
from factwire.runtime.web.keys import Keyring
from factwire.runtime.web.problems import COMMON
from factwire.runtime.web.service import make_app
from factwire.storage.engine import close_engine, open_engine


def now() -> datetime:
    return datetime.now(UTC)


def read_api(reading: Reading, most_streams: int = 10, keyring: Keyring | None = None) -> FastAPI:
    health = Health("console")
    app = make_app("read API", "", health, COMMON, {})
    streams = Streams(reading, most_streams, lambda: "stop" in health.unready)
    app.include_router(api_router(reading, streams, keyring))
    return app


@asynccontextmanager
async def reading_over(
    database: str,
    clock: Callable[[], datetime] = now,
    most_streams: int = 10,
    keyring: Keyring | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the read API over ``database``."""
    engine = open_engine(settings_for(database))
    app = read_api(Reading(engine, clock, "postgres"), most_streams, keyring)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as client:
        yield client
    await close_engine(engine)
