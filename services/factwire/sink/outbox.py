"""Publishes what the sink's transactions left in the outbox: winners to the latest topic, dead letters to theirs.

At least once: a row is deleted after the broker has its record, and its lock keeps two sinks from sending it at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import psycopg

from factwire.errors import FactwireError, TransientError
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger
from factwire.runtime.retry import backoff
from factwire.storage.engine import connect
from factwire.storage.outbox import OutboxRow, drop_from_outbox, take_from_outbox
from factwire.storage.settings import DatabaseSettings
from factwire.streaming.producer import TopicProducer
from factwire.streaming.records import Outgoing

IDLE: Final = 1.0
"""Seconds between two looks while nothing is reported."""
FIRST_PAUSE: Final = 0.5
MOST_PAUSE: Final = 15.0
log = get_logger(__name__)


class OutboxPublisher:
    """Runs beside the sink; ``parts`` tells which partitions are this process's."""

    def __init__(
        self, settings: DatabaseSettings, producer: TopicProducer, parts: Callable[[], Sequence[int]], health: Health
    ) -> None:
        self._settings = settings
        self._producer = producer
        self._parts = parts
        self._health = health
        self._filled = asyncio.Event()
        self._pauses = backoff(FIRST_PAUSE, MOST_PAUSE)

    def wake(self) -> None:
        """Something was put in."""
        self._filled.set()

    async def run(self) -> None:
        """For ever; failures are retried and never stop the sink, but it is not ready: with nothing to store, this is
        where a database that has gone away is noticed.
        """
        while True:
            try:
                await self._run_connected()
            except (FactwireError, psycopg.Error, OSError) as fault:
                pause = next(self._pauses)
                self._health.fails("outbox", str(fault))
                log.warning("outbox waits", reason=str(fault), retry_in_seconds=round(pause, 1))
                await asyncio.sleep(pause)

    async def _run_connected(self) -> None:
        connection = await connect(self._settings)
        try:
            await self._producer.start()
            while True:
                async with connection.transaction():
                    rows = await take_from_outbox(connection, self._parts())
                    await self._publish(list(rows.values()))
                    await drop_from_outbox(connection, list(rows))
                self._worked()
                if not rows:
                    await self._idle()
        finally:
            await self._producer.stop()
            await connection.close()

    def _worked(self) -> None:
        self._health.holds("outbox")
        self._pauses = backoff(FIRST_PAUSE, MOST_PAUSE)

    async def _publish(self, rows: Sequence[OutboxRow]) -> None:
        results = await self._producer.send_all([Outgoing(r.topic, r.key, r.value, r.headers) for r in rows])
        for row, fault in zip(rows, results, strict=True):
            if isinstance(fault, TransientError):
                raise TransientError(f"publishing from the outbox: {fault}") from fault
            if fault is not None:  # it would never fit, and would hold up everything behind it
                log.error("not published", topic=row.topic, key=(row.key or b"")[:200].decode("utf-8", "replace"))

    async def _idle(self) -> None:
        try:
            async with asyncio.timeout(IDLE):
                await self._filled.wait()
        except TimeoutError:
            return
        finally:
            self._filled.clear()
