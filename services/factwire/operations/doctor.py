"""Checks everything a running factwire stands on; each fault says what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import psycopg

from factwire.errors import FactwireError, TransientError
from factwire.events.topics import RAW, TOPICS
from factwire.storage.engine import connect
from factwire.storage.migrate import require_current, schema_state
from factwire.storage.settings import DatabaseSettings
from factwire.streaming.browse import browsing
from factwire.streaming.provision import check_topics
from factwire.streaming.settings import ConsumerSettings

OLDEST_POSTGRES = 15


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked; ``fault`` None: it is as it must be. ``unreachable``: something did not answer."""

    check: str
    detail: str
    fault: str | None = None
    unreachable: bool = False


Check = tuple[str, Callable[[], Awaitable[str]]]


async def examine(checks: Iterable[Check]) -> list[Finding]:
    """Runs the checks one after the other; a fault of one does not stop the next."""
    found = []
    for name, check in checks:
        try:
            found.append(Finding(name, await check()))
        except FactwireError as fault:
            found.append(Finding(name, "", str(fault), isinstance(fault, TransientError)))
    return found


def kafka_checks(settings: ConsumerSettings) -> list[Check]:
    """Whether the broker answers, the topics are as they must be, and the enricher's group has its offsets."""

    async def topics() -> str:
        await check_topics(settings, TOPICS)
        return f"{len(TOPICS)} topics with {settings.topic_partitions} partitions at {settings.kafka_bootstrap_servers}"

    async def offsets() -> str:
        async with browsing(settings, RAW.name, settings.enricher_group) as browser:
            bounds, done = await browser.bounds(), await browser.progress()
        missing = [str(p) for p in bounds if p not in done]
        if missing:
            raise FactwireError(f"no offset for {', '.join(missing)}; run: factwire topics apply")
        lag = sum(end - done[p] for p, (_, end) in bounds.items())
        return f"{settings.enricher_group} has offsets for {len(done)} partitions, {lag} records behind"

    return [("topics", topics), ("group offsets", offsets)]


def database_checks(settings: DatabaseSettings) -> list[Check]:
    """Whether the database answers, is new enough, can be written, and has the schema of this build."""

    async def server() -> str:
        connection = await connect(settings)
        try:
            async with connection.transaction(force_rollback=True):
                await connection.execute("create temporary table factwire_doctor (x int)")
            number = connection.info.server_version // 10_000
        except psycopg.Error as fault:
            raise FactwireError(f"the database cannot be written: {fault}; check the grants of the user") from fault
        finally:
            await connection.close()
        if number < OLDEST_POSTGRES:
            raise FactwireError(f"PostgreSQL {number} is too old; {OLDEST_POSTGRES} or later is needed")
        return f"PostgreSQL {number} at {settings.masked}"

    async def schema() -> str:
        await asyncio.to_thread(require_current, settings)
        return f"migrations at {(await asyncio.to_thread(schema_state, settings)).head}"

    return [("database", server), ("schema", schema)]
