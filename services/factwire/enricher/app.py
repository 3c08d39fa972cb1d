"""The enricher wired: raw topic → workers → enriched topic, one transaction for each batch of a partition."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from factwire.enricher.duplicates import Mark, looking_for_duplicates, unmarked
from factwire.enricher.knowledge import Knowledge
from factwire.enricher.settings import EnricherSettings
from factwire.enricher.workers import Workforce, staff
from factwire.errors import FencedError, TransientError
from factwire.events.topics import DEAD_RAW, ENRICHED, RAW
from factwire.runtime import metrics
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger
from factwire.runtime.memory import settle_memory
from factwire.runtime.retry import wait_for
from factwire.runtime.service import run_service
from factwire.streaming.accounting import account
from factwire.streaming.dead_letters import FloodGate, to_dead_letter
from factwire.streaming.provision import check_topics
from factwire.streaming.records import Batch, Outcome
from factwire.streaming.subscription import Subscription
from factwire.streaming.transactions import PartitionProducers

SERVICE: Final = "enricher"
log = get_logger(__name__)


def run(settings: EnricherSettings) -> None:
    """Runs the service until it is told to stop. Raises what it cannot go on from."""
    settle_memory()
    run_service(SERVICE, settings, lambda health, stop: enrich_until(settings, health, stop))


async def enrich_until(settings: EnricherSettings, health: Health, stop: asyncio.Event) -> None:
    """Waits for the broker, then enriches until ``stop``."""
    workforce = staff(
        Knowledge.of(settings, recognises=settings.database is not None),
        workers=settings.enricher_workers,
        chunk=settings.enricher_chunk,
        within=settings.enricher_article_timeout,
        progress=health.tick,
    )
    try:
        await workforce.start()
        await wait_for(
            "kafka",
            lambda: check_topics(settings, (RAW, ENRICHED, DEAD_RAW)),
            health=health,
            within=settings.startup_timeout,
        )
        async with looking_for_duplicates(settings.database, timedelta(days=settings.duplicate_days)) as mark:
            await Enricher(settings, workforce, health, mark).run(stop)
    finally:
        await workforce.close()


class Enricher:
    """One process's share of the raw topic."""

    def __init__(self, settings: EnricherSettings, workforce: Workforce, health: Health, mark: Mark = unmarked) -> None:
        group = settings.enricher_group
        self._settings = settings
        self._workforce = workforce
        self._mark = mark
        self._health = health
        self._producers = PartitionProducers(settings, group, SERVICE)
        self._gate = FloodGate(settings.dead_letter_ratio, settings.dead_letter_run)
        self._subscription = Subscription(
            settings, topic=RAW.name, group=group, service=SERVICE, owner=self._producers, health=health
        )

    async def run(self, stop: asyncio.Event) -> None:
        self._health.holds("start")
        await self._subscription.run(self._deliver, stop)

    async def _deliver(self, batches: list[Batch]) -> None:
        """All partitions of one fetch at once; every one is finished before a fault of any goes on."""
        results = await asyncio.gather(*map(self._deliver_one, batches), return_exceptions=True)
        for fault in results:
            if isinstance(fault, BaseException):
                raise fault

    async def _deliver_one(self, batch: Batch) -> None:
        started = time.perf_counter()
        outcome = await self._workforce.handle(batch.records)
        metrics.STAGE_SECONDS.labels("enrich").observe(time.perf_counter() - started)
        outcome = await self._mark(outcome)
        self._gate.check(len(batch.records), outcome.dead_letters)
        outputs = (*outcome.outputs, *map(to_dead_letter, outcome.dead_letters))
        assignment = self._subscription.assignment
        try:
            await self._producers.deliver(assignment.held[batch.partition].handle, batch, outputs)
        except FencedError as fault:
            log.warning("fenced", partition=str(batch.partition), reason=str(fault))
            metrics.FENCED.labels(SERVICE).inc()
            await assignment.give_up([batch.partition], wait=self._settings.session_timeout / 4)
        except TransientError as fault:
            log.warning("transaction given up, to be repeated", partition=str(batch.partition), reason=str(fault))
            metrics.ABORTED.labels(SERVICE).inc()
            await assignment.give_up([batch.partition])
        else:
            assignment.advance(batch)
            self._gate.count(len(batch.records), outcome.dead_letters)
            _account(batch, outcome, time.perf_counter() - started)


def _account(batch: Batch, outcome: Outcome, seconds: float) -> None:
    metrics.PRODUCED.labels(ENRICHED.name).inc(len(outcome.outputs))
    metrics.ENRICHED.labels("dead").inc(len(outcome.dead_letters))
    _count(outcome.tally)
    account(SERVICE, batch.records, outcome.dead_letters, seconds)


def _count(tally: Mapping[tuple[str, str], int]) -> None:
    counters = {"article": metrics.ENRICHED, "entity": metrics.ENTITIES, "claim": metrics.CLAIMS}
    for (what, kind), number in tally.items():
        counters[what].labels(kind).inc(number)
