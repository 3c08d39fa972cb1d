"""Wires the gateway: settings in, an application in front of the raw topic and its spool out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from factwire.gateway.bodies import Room
from factwire.gateway.handler import Gateway
from factwire.gateway.idempotency import Answers
from factwire.gateway.pushes import Intake
from factwire.gateway.raw_topic import RawTopic, SpooledTopic
from factwire.gateway.routes import PROBLEMS, article_schemas, make_router
from factwire.gateway.settings import GatewaySettings
from factwire.gateway.spool import Spool
from factwire.runtime.health import Health
from factwire.runtime.web.keys import Keyring, KeyStore
from factwire.runtime.web.service import make_app, serve

ABOUT = "Push news articles here. Each is safe before you get your answer: on the log, or on this gateway's disk."


def create_app(intake: Intake, health: Health) -> FastAPI:
    app = make_app("factwire gateway", ABOUT, health, PROBLEMS, article_schemas())
    app.include_router(make_router(intake))

    @app.get("/", include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse("/docs")

    return app


async def run_gateway(settings: GatewaySettings, stop: asyncio.Event, keys: KeyStore | None = None) -> None:
    """Serves until ``stop`` is set. While the broker is away articles go to the spool; once that is full, it answers
    503, and goes on by itself."""
    health = Health("gateway", settings.loop_stall_timeout)
    keyring = Keyring(keys, settings.api_keys, time.monotonic, lambda: datetime.now(UTC).date())
    async with _spooled_topic(settings, stop) as topic, _answers(settings) as answers:
        gateway = Gateway(
            topic, lambda: datetime.now(UTC), settings.gateway_max_article_bytes, settings.gateway_max_html_bytes
        )
        room = Room(settings.gateway_in_flight_bytes)
        app = create_app(Intake(gateway, keyring, room, settings.gateway_max_body_bytes, answers), health)

        async def broker() -> None:
            health.remark("broker", await topic.check())

        await keyring.warn_if_open()
        await serve(app, settings, health, {"broker": broker, "keys": keyring.check}, stop)


@asynccontextmanager
async def _spooled_topic(settings: GatewaySettings, stop: asyncio.Event) -> AsyncIterator[SpooledTopic]:
    """Drained meanwhile. A fault of ours in that stops the gateway and is raised: a spool would only fill."""
    spool = Spool(settings.gateway_spool_dir, settings.gateway_spool_bytes)
    spool.open()
    topic = SpooledTopic(RawTopic(settings, settings.gateway_acknowledgement), spool, time.time)
    draining = asyncio.create_task(topic.drain(), name="drain")
    draining.add_done_callback(lambda _: stop.set())
    try:
        yield topic
    finally:
        draining.cancel()
        await asyncio.wait([draining])
        await topic.close()
        with suppress(asyncio.CancelledError):
            draining.result()


@asynccontextmanager
async def _answers(settings: GatewaySettings) -> AsyncIterator[Answers]:
    answers = Answers(settings.gateway_spool_dir / "answers.sqlite", time.time)
    try:
        yield answers
    finally:
        answers.close()
