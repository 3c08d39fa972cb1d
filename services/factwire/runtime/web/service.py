"""The shape of every HTTP interface of ours, and running one until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from factwire import __version__
from factwire.runtime.health import AsgiApp, Health, serving
from factwire.runtime.logs import get_logger
from factwire.runtime.settings import ServiceSettings
from factwire.runtime.web.headers import Measured, SafeHeaders
from factwire.runtime.web.probes import Check, add_probes, keep_watch
from factwire.runtime.web.problems import ProblemType, answer_with_problems
from factwire.runtime.web.reference import add_reference

log = get_logger(__name__)


def make_app(
    title: str, about: str, health: Health, problems: Sequence[ProblemType], schemas: Mapping[str, Any]
) -> FastAPI:
    """An application without routes of its own yet."""
    app = FastAPI(title=title, description=about, version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=2048, compresslevel=5)
    app.add_middleware(SafeHeaders)
    app.add_middleware(Measured, service=health.service)
    answer_with_problems(app)
    add_reference(app, problems, schemas)
    add_probes(app, health)
    return app


async def serve(
    app: FastAPI, settings: ServiceSettings, health: Health, checks: Mapping[str, Check], stop: asyncio.Event
) -> None:
    """Serves ``app`` and watches what it leans on until ``stop`` is set; requests in hand are answered first."""
    async with serving(cast(AsgiApp, app), settings.http_host, settings.http_port) as port:
        log.info("listening", service=health.service, host=settings.http_host, port=port)
        watch = asyncio.create_task(keep_watch(health, checks), name="watch")
        stopped = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait({watch, stopped}, return_when=asyncio.FIRST_COMPLETED)
        health.fails("stop", "stopping")
        for task in (watch, stopped):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    log.info("stopped", service=health.service)
