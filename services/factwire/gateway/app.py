"""Wires the gateway: settings in, an application in front of the raw topic out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from factwire.errors import TransientError, Unavailable
from factwire.events.topics import RAW
from factwire.gateway.handler import Gateway
from factwire.gateway.routes import PROBLEMS, article_schemas, make_router
from factwire.gateway.settings import GatewaySettings
from factwire.runtime.health import Health
from factwire.runtime.web.service import make_app, serve
from factwire.streaming.producer import TopicProducer
from factwire.streaming.provision import check_topics
from factwire.streaming.records import Outgoing

ABOUT = "Push news articles here. Each is acknowledged by the log before you get your answer."


class RawTopic:
    """The raw topic behind one producer, which is given up after any doubt and made anew by the next check."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._producer: TopicProducer | None = None
        self._away: str | None = "the broker has not answered yet"

    async def append(self, records: Sequence[Outgoing]) -> None:
        """Raises :class:`Unavailable` unless every record was acknowledged; known to be away, without trying."""
        producer = self._producer
        if producer is None or self._away:
            raise Unavailable(self._away or "the connection to the broker is being made anew")
        outcomes = await producer.send_all(records)
        faults = [fault for fault in outcomes if fault is not None]
        if any(isinstance(fault, TransientError) for fault in faults):
            await self._give_up(producer)
            raise Unavailable(f"{len(faults)} of {len(records)} records were not acknowledged: {faults[0]}")
        if faults:
            raise faults[0]

    async def check(self) -> None:
        """Raises :class:`TransientError` while the broker or the topic is away."""
        try:
            await check_topics(self._settings, [RAW])
            if self._producer is None:
                producer = TopicProducer(self._settings)
                await producer.start()
                self._producer = producer
        except TransientError as fault:
            self._away = str(fault)
            raise
        self._away = None

    async def close(self) -> None:
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None

    async def _give_up(self, producer: TopicProducer) -> None:
        if self._producer is producer:
            self._producer = None
            await producer.stop()


def create_app(gateway: Gateway, health: Health, max_body_bytes: int) -> FastAPI:
    app = make_app("factwire gateway", ABOUT, health, PROBLEMS, article_schemas())
    app.include_router(make_router(gateway, max_body_bytes))

    @app.get("/", include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse("/docs")

    return app


async def run_gateway(settings: GatewaySettings, stop: asyncio.Event) -> None:
    """Serves until ``stop`` is set. Where the broker is away it answers 503, and goes on by itself."""
    health = Health("gateway", settings.loop_stall_timeout)
    topic = RawTopic(settings)
    gateway = Gateway(topic, lambda: datetime.now(UTC), settings.gateway_max_article_bytes)
    app = create_app(gateway, health, settings.gateway_max_body_bytes)
    try:
        await serve(app, settings, health, {"broker": topic.check}, stop)
    finally:
        await topic.close()
