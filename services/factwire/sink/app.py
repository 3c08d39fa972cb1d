"""The sink wired: enriched topic → rows, one database transaction for each fetch, offsets in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from factwire.errors import FencedError, TransientError
from factwire.events.topics import DEAD_ENRICHED, ENRICHED, LATEST
from factwire.runtime import metrics
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger
from factwire.runtime.memory import settle_memory
from factwire.runtime.retry import wait_for
from factwire.runtime.service import run_service
from factwire.sink.handler import Storable, handle
from factwire.sink.outbox import OutboxPublisher
from factwire.sink.settings import SinkSettings
from factwire.sink.store import Store, Stored, Work
from factwire.sink.upkeep import Upkeep
from factwire.storage.migrate import require_current
from factwire.storage.offsets import Hold
from factwire.streaming.accounting import account
from factwire.streaming.assignment import Held, topic_partition
from factwire.streaming.dead_letters import FloodGate
from factwire.streaming.producer import TopicProducer
from factwire.streaming.provision import check_topics
from factwire.streaming.records import Batch, DeadLetter, Partition, Record
from factwire.streaming.subscription import Subscription

SERVICE: Final = "sink"
AT_ONCE: Final = 10
"""Records translated without giving the loop a turn: some milliseconds each."""
log = get_logger(__name__)


def run(settings: SinkSettings) -> None:
    """Runs the service until it is told to stop. Raises what it cannot go on from."""
    settle_memory()
    run_service(SERVICE, settings, lambda health, stop: store_until(settings, health, stop))


async def store_until(settings: SinkSettings, health: Health, stop: asyncio.Event) -> None:
    """Waits for the database and the broker, then stores until ``stop``."""
    patience = settings.startup_timeout
    await wait_for("database", lambda: asyncio.to_thread(require_current, settings), health=health, within=patience)
    topics = (ENRICHED, LATEST, DEAD_ENRICHED)
    await wait_for("kafka", lambda: check_topics(settings, topics), health=health, within=patience)
    await Sink(settings, health).run(stop)


class Claims:
    """Owner of the sink's partitions: each is held by an epoch in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def take(
        self, consumer: AIOKafkaConsumer, partitions: frozenset[Partition]
    ) -> Mapping[Partition, Held[Hold]]:
        """All of them, in one statement. Raises :class:`TransientError` while the database is away."""
        begins = await consumer.beginning_offsets(list(map(topic_partition, partitions)))
        try:
            held = await self._store.claim({p: begins[topic_partition(p)] for p in partitions})
        except TransientError:
            metrics.PAUSED.set(1)
            raise
        metrics.PAUSED.set(0)
        return {partition: Held(hold.next_offset, hold) for partition, hold in held.items()}

    async def release(self, handle: Hold) -> None:
        """An epoch needs no release: the next claim ends it."""


class Sink:
    """One process's share of the enriched topic."""

    def __init__(self, settings: SinkSettings, health: Health) -> None:
        self._settings = settings
        self._health = health
        self._store = Store(settings, settings.sink_group)
        self._gate = FloodGate(settings.dead_letter_ratio, settings.dead_letter_run)
        self._subscription = Subscription(
            settings,
            topic=ENRICHED.name,
            group=settings.sink_group,
            service=SERVICE,
            owner=Claims(self._store),
            health=health,
        )
        self._upkeep = Upkeep(settings, timedelta(days=settings.changes_kept_days))
        self._outbox = OutboxPublisher(settings, TopicProducer(settings), self._parts, health)
        self._reporting: asyncio.Task[None] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        self._health.holds("start")
        publishing = asyncio.create_task(self._outbox.run(), name="outbox")
        upkeep = asyncio.create_task(self._upkeep.run(), name="upkeep")
        for task in (publishing, upkeep):
            task.add_done_callback(self._task_ended)
        try:
            await self._subscription.run(self._deliver, stop)
        finally:
            for task in (publishing, upkeep):
                task.cancel()
            await asyncio.wait([publishing, upkeep], timeout=5)
            await self._store.close()

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        """They retry all they know; anything else ends the sink instead of leaving an outbox that only fills."""
        if not task.cancelled() and (fault := task.exception()):
            self._subscription.fail(fault)

    def _parts(self) -> list[int]:
        return [partition.number for partition in self._subscription.assignment.held]

    async def _deliver(self, batches: list[Batch]) -> None:
        started = time.perf_counter()
        records = [record for batch in batches for record in batch.records]
        storable, dead = await self._changes(records)
        metrics.STAGE_SECONDS.labels("rows").observe(time.perf_counter() - started)
        self._gate.check(len(records), dead)
        held = {b.partition: self._subscription.assignment.held[b.partition].handle for b in batches}
        work = Work(storable, tuple(dead), held, {b.partition: b.committable for b in batches})
        if (stored := await self._stored(work)) is None:
            return
        for batch in batches:
            hold = Hold(batch.committable, held[batch.partition].epoch)
            self._subscription.assignment.advance(batch, hold)
        self._outbox.wake()
        self._tell_lag_tools(work)
        died = (*dead, *stored.refused)
        self._gate.count(len(records), died)
        _account(stored, storable)
        metrics.STORED.labels("dead").inc(len(died))
        account(SERVICE, records, died, time.perf_counter() - started)

    async def _changes(self, records: Sequence[Record]) -> tuple[list[Storable], list[DeadLetter]]:
        """A few at a time: heartbeats must have their turn however large the articles are."""
        storable: list[Storable] = []
        dead: list[DeadLetter] = []
        for start in range(0, len(records), AT_ONCE):
            more, died = handle(records[start : start + AT_ONCE], publish=self._settings.publish_latest)
            storable += more
            dead += died
            await asyncio.sleep(0)
        return storable, dead

    async def _stored(self, work: Work) -> Stored | None:
        """None: the partitions were given up, and what was not stored comes again once they are claimed anew."""
        started = time.perf_counter()
        assignment = self._subscription.assignment
        try:
            stored = await self._store.store(work)
        except FencedError as fault:
            log.warning("fenced", reason=str(fault))
            metrics.FENCED.labels(SERVICE).inc()
            await assignment.give_up(work.to, wait=self._settings.session_timeout / 4)
            return None
        except TransientError as fault:
            log.warning("consuming pauses until the database is back", reason=str(fault))
            metrics.PAUSES.inc()
            metrics.PAUSED.set(1)
            await assignment.give_up(work.to)
            return None
        metrics.TRANSACTION_SECONDS.labels(SERVICE).observe(time.perf_counter() - started)
        return stored

    def _tell_lag_tools(self, work: Work) -> None:
        """Offsets in Kafka are for those who look at lag there; nothing is read from them."""
        if self._reporting is None or self._reporting.done():
            offsets = {topic_partition(p): offset for p, offset in work.to.items()}
            self._reporting = asyncio.create_task(_commit(self._subscription.consumer, offsets))


def _account(stored: Stored, storable: Sequence[Storable]) -> None:
    metrics.STORED.labels("won").inc(stored.written.won)
    metrics.STORED.labels("stale").inc(stored.written.stale)
    now = datetime.now(UTC)
    for arrived in filter(None, (one.received_at for one in storable)):
        metrics.END_TO_END_SECONDS.observe(max(0.0, (now - arrived).total_seconds()))


async def _commit(consumer: AIOKafkaConsumer, offsets: Mapping[Any, int]) -> None:
    try:
        async with asyncio.timeout(5):
            await consumer.commit(offsets)
    except (KafkaError, TimeoutError, OSError) as fault:
        log.debug("offsets for lag tools not committed", reason=repr(fault))
