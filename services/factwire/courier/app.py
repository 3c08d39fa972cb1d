"""The courier wired: change log → deliveries → calls. Several couriers share the work by leases."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import uuid4

import httpx
import psycopg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from factwire.courier.calls import Answer, call, open_client
from factwire.courier.handler import Patience, Verdict, judge
from factwire.courier.message import Message, article_message, withdrawal_message
from factwire.courier.settings import CourierSettings
from factwire.errors import TransientError
from factwire.events.stored import enriched_article
from factwire.runtime import metrics
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger
from factwire.runtime.retry import backoff, wait_for
from factwire.runtime.service import run_service
from factwire.storage import read, webhooks
from factwire.storage.engine import connect, open_engine
from factwire.storage.faults import first_line
from factwire.storage.migrate import require_current
from factwire.storage.webhooks import Due

SERVICE: Final = "courier"
IDLE: Final = 1.0
"""Seconds between two looks while nothing is due."""
log = get_logger(__name__)


def run(settings: CourierSettings) -> None:
    """Runs the service until it is told to stop."""
    run_service(SERVICE, settings, lambda health, stop: deliver_until(settings, health, stop))


async def deliver_until(settings: CourierSettings, health: Health, stop: asyncio.Event) -> None:
    """Waits for the database, then delivers until ``stop``; a database that goes away is waited for."""
    current = partial(asyncio.to_thread, require_current, settings)
    await wait_for("database", current, health=health, within=settings.startup_timeout)
    health.holds("start")
    engine = open_engine(settings)
    async with open_client(settings.courier_timeout, private=settings.courier_private_addresses) as client:
        try:
            await Courier(settings, engine, client, health).run(stop)
        finally:
            await engine.dispose()


class Courier:
    """One process's share of the calls."""

    def __init__(
        self,
        settings: CourierSettings,
        engine: AsyncEngine,
        client: httpx.AsyncClient,
        health: Health,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._client = client
        self._health = health
        self._clock = clock
        self._dice = random.Random()
        self._patience = Patience(settings.courier_attempts, settings.courier_first_pause)

    async def run(self, stop: asyncio.Event) -> None:
        pauses = backoff()
        while not stop.is_set():
            try:
                await self._run_connected(stop)
            except (psycopg.Error, SQLAlchemyError, TransientError, OSError) as fault:
                self._health.fails("database", first_line(fault))
                log.warning("deliveries wait for the database", reason=first_line(fault))
                await _wait(stop, next(pauses))

    async def _run_connected(self, stop: asyncio.Event) -> None:
        connection = await connect(self._settings)
        await connection.set_autocommit(True)
        async with connection:
            while not stop.is_set():
                self._health.tick()
                worked = await self.turn(connection)
                self._health.holds("database")
                if not worked:
                    await _wait(stop, IDLE)

    async def turn(self, connection: psycopg.AsyncConnection[Any]) -> bool:
        """Puts new changes up, then makes what is due; whether there was anything to do."""
        looked = 0
        for webhook in await webhooks.list_webhooks(connection):
            if webhook.disabled_at is None:
                looked += await webhooks.put_up_changes(connection, webhook.webhook_id)
        held = timedelta(seconds=self._settings.courier_timeout * 2 + 10)
        due = await webhooks.take_due(connection, uuid4(), held, self._settings.courier_calls)
        for one, answer in zip(due, await asyncio.gather(*map(self._deliver, due)), strict=True):
            await self._note(connection, one, answer)
        return bool(looked or due)

    async def _deliver(self, due: Due) -> Answer | None:
        """None: nothing is to be sent, a later change has taken its place."""
        message = await self._message(due)
        if message is None:
            return None
        return await call(self._client, due.url, due.secret, message, self._clock())

    async def _message(self, due: Due) -> Message | None:
        if due.kind == "withdrawn":
            return withdrawal_message(due.event_id, due.article_id, due.revision, self._clock())
        record = await read.article(self._engine, due.article_id, at=self._clock())
        if record is None or record["event_id"] != due.event_id:
            return None
        return article_message(due.event_id, enriched_article(record), record["enriched_at"])

    async def _note(self, connection: psycopg.AsyncConnection[Any], due: Due, answer: Answer | None) -> None:
        if answer is None:
            metrics.WEBHOOK_CALLS.labels("overtaken").inc()
            await webhooks.settle(connection, due)
            return
        verdict = judge(answer.status, answer.fault, due.attempts, self._patience, self._dice)
        metrics.WEBHOOK_CALLS.labels(_outcome(verdict)).inc()
        if verdict.fault is None:
            await webhooks.settle(connection, due)
            return
        log.warning("webhook call failed", webhook=due.webhook_id, attempt=due.attempts, reason=verdict.fault)
        await webhooks.postpone(connection, due, status=answer.status, error=verdict.fault, pause=verdict.pause)
        if verdict.gone:
            await webhooks.disable(connection, due.webhook_id, verdict.fault)


def _outcome(verdict: Verdict) -> str:
    if verdict.fault is None:
        return "taken"
    return "again" if verdict.pause else "dead"


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
