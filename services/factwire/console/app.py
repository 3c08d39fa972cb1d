"""Wires the console: settings in, an application over one pool of database connections out."""

from __future__ import annotations

import asyncio
import secrets
import time
from datetime import UTC, date, datetime

from fastapi import FastAPI, Request

from factwire.console.api import api_router
from factwire.console.api.stream import Streams
from factwire.console.desk import DeadLetterDesk
from factwire.console.reading import Reading
from factwire.console.sessions import Sessions
from factwire.console.settings import ConsoleSettings
from factwire.console.site.faults import answer_with_pages
from factwire.console.site.frame import Door, Site, Trial
from factwire.console.site.routing import page_router
from factwire.console.watch import Watch
from factwire.runtime.access import READ
from factwire.runtime.health import Health
from factwire.runtime.web.keys import KEY_PROBLEMS, Keyring
from factwire.runtime.web.problems import COMMON
from factwire.runtime.web.reference import templates
from factwire.runtime.web.service import make_app, serve
from factwire.storage.engine import close_engine, open_engine
from factwire.storage.keys import DatabaseKeys

ABOUT = "Read what was found: articles with their entities, times and numeric claims, each with its evidence."


def create_app(
    reading: Reading,
    health: Health,
    site: Site | None = None,
    *,
    keyring: Keyring | None = None,
    most_streams: int = 100,
) -> FastAPI:
    """The read API, and the pages of ``site``; by default those that need nothing but the database."""
    site = site or open_site(reading)
    app = make_app("factwire console", ABOUT, health, (*COMMON, *KEY_PROBLEMS), {})
    answer_with_pages(app, site)
    streams = Streams(reading, most_streams, lambda: "stop" in health.unready)

    async def signed_in(request: Request) -> bool:
        return (await site.visitor(request)).may(READ)

    app.include_router(api_router(reading, streams, keyring, signed_in))
    app.include_router(page_router(site))
    return app


def open_site(
    reading: Reading,
    settings: ConsoleSettings | None = None,
    *,
    desk: DeadLetterDesk | None = None,
    trial: Trial | None = None,
    watch: Watch | None = None,
    door: Door | None = None,
) -> Site:
    """The pages over ``reading``. Without a secret in ``settings``, sessions end when the console does."""
    given = settings.console_secret.get_secret_value().encode() if settings and settings.console_secret else b""
    seconds = int(settings.console_session_seconds) if settings else 3600
    return Site(
        reading=reading,
        pages=templates("factwire.console"),
        sessions=Sessions(given or secrets.token_bytes(32), time.time, seconds),
        door=door or Keyring.open(),
        watch=watch or Watch(settings.service_addresses if settings else {}, time.monotonic),
        desk=desk,
        trial=trial,
    )


async def run_console(
    settings: ConsoleSettings,
    stop: asyncio.Event,
    *,
    desk: DeadLetterDesk | None = None,
    trial: Trial | None = None,
) -> None:
    """Serves until ``stop`` is set. Where the database is away it answers 503, and goes on by itself."""
    health = Health("console", settings.loop_stall_timeout)
    engine = open_engine(settings)
    reading = Reading(engine, lambda: datetime.now(UTC), settings.masked)
    keyring = Keyring(DatabaseKeys(settings), settings.api_keys, time.monotonic, date.today)
    site = open_site(reading, settings, desk=desk, trial=trial, door=keyring)
    try:
        await keyring.warn_if_open()
        app = create_app(reading, health, site, keyring=keyring, most_streams=settings.console_streams)
        await serve(app, settings, health, {"database": reading.check}, stop)
    finally:
        await close_engine(engine)
