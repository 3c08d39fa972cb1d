"""What the database needs besides being written: embargoes that end are told, old changes are dropped, months are made.

Months are made ahead where the database is divided into months (``storage/partitions.py``), and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import psycopg

from factwire.errors import TransientError
from factwire.runtime.logs import get_logger
from factwire.runtime.retry import backoff
from factwire.storage.changes import drop_old_changes, release_embargoes
from factwire.storage.engine import connect
from factwire.storage.partitions import connected, make_months_ahead
from factwire.storage.settings import DatabaseSettings

EVERY: Final = 1.0
"""Seconds between two looks at the embargoes."""
_SWEEP: Final = 60
"""Looks between two sweeps of the change log."""
log = get_logger(__name__)


class Upkeep:
    """Runs beside the sink; several of them do each other no harm."""

    def __init__(
        self,
        settings: DatabaseSettings,
        kept: timedelta,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._settings = settings
        self._kept = kept
        self._sleep = sleep
        self._today = today
        self._looked_ahead_on: date | None = None

    async def run(self) -> None:
        """For ever; a database that is away is waited for, and said so by the sink itself."""
        pauses = backoff()
        while True:
            try:
                await self._run_connected()
            except (psycopg.Error, TransientError, OSError) as fault:
                log.debug("upkeep waits", reason=str(fault))
                await self._sleep(next(pauses))

    async def _run_connected(self) -> None:
        connection = await connect(self._settings)
        await connection.set_autocommit(True)
        async with connection:
            while True:
                await self._look_ahead()
                for _ in range(_SWEEP):
                    await release_embargoes(connection)
                    await self._sleep(EVERY)
                await self._sweep(connection)

    async def _sweep(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while dropped := await drop_old_changes(connection, self._kept):
            log.debug("old changes dropped", changes=dropped)

    async def _look_ahead(self) -> None:
        """Once a day."""
        today = self._today()
        if today != self._looked_ahead_on and await asyncio.to_thread(self._make_months, today):
            self._looked_ahead_on = today

    def _make_months(self, today: date) -> bool:
        """False: the tables are busy, and left alone until the next sweep; there are two months' time."""
        try:
            with connected(self._settings) as connection:
                for month in make_months_ahead(connection, today):
                    log.info("month made", month=f"{month:%Y-%m}")
        except psycopg.errors.LockNotAvailable:
            return False
        return True
