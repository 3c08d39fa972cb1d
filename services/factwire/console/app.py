"""Wires the console: settings in, an application over one pool of database connections out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from factwire.console.api import api_router
from factwire.console.page_routes import missing, page_router
from factwire.console.reading import Reading
from factwire.console.settings import ConsoleSettings
from factwire.runtime.health import Health
from factwire.runtime.web.problems import COMMON, on_http_exception
from factwire.runtime.web.reference import templates
from factwire.runtime.web.service import make_app, serve
from factwire.storage.engine import open_engine

ABOUT = "Read what was found: articles with their entities, times and numeric claims, each with its evidence."


def create_app(reading: Reading, health: Health) -> FastAPI:
    pages = templates("factwire.console")
    app = make_app("factwire console", ABOUT, health, COMMON, {})
    app.include_router(api_router(reading))
    app.include_router(page_router(reading, pages))

    @app.exception_handler(HTTPException)
    async def on_missing_page(request: Request, error: HTTPException) -> Response:
        """People get a page, programs a problem document."""
        if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
            return missing(pages, "There is no such page.")
        return await on_http_exception(request, error)

    return app


async def run_console(settings: ConsoleSettings, stop: asyncio.Event) -> None:
    """Serves until ``stop`` is set. Where the database is away it answers 503, and goes on by itself."""
    health = Health("console", settings.loop_stall_timeout)
    engine = open_engine(settings)
    reading = Reading(engine, lambda: datetime.now(UTC), settings.masked)
    try:
        await serve(create_app(reading, health), settings, health, {"database": reading.check}, stop)
    finally:
        await engine.dispose()
