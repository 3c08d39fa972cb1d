"""Which partitions are ours, and from where: pause, prepare, seek, resume.

aiokafka delivers records before ``on_partitions_assigned`` has ended, and swallows what it raises. So a partition is
held only once its owner has prepared it and the consumer has been sent to the right offset; what arrives earlier, or
was fetched before that seek, is dropped and comes again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from factwire.errors import ConfigurationError, FencedError, TransientError
from factwire.runtime import metrics
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger
from factwire.runtime.retry import backoff
from factwire.streaming.records import Batch, Partition

H = TypeVar("H")
log = get_logger(__name__)
RETRIED = (KafkaError, TransientError, FencedError, AssertionError, TimeoutError, OSError)
"""What preparing may meet while a broker or database is away; asserts: aiokafka's after a fatal producer error."""
FIRST_PAUSE: Final = 0.25
MOST_PAUSE: Final = 10.0
PATIENCE: Final = 60.0
"""Seconds for which an offset may lie beyond the log's end (a broker that has just started) before it is an error."""


@dataclass
class Held(Generic[H]):
    """A prepared partition: the offset expected next, and what its owner needs (a producer, an epoch)."""

    expected: int
    handle: H


class Owner(Protocol[H]):
    """Prepares partitions. ``take`` may manage only some, or raise one of :data:`RETRIED`; it is asked again."""

    async def take(
        self, consumer: AIOKafkaConsumer, partitions: frozenset[Partition]
    ) -> Mapping[Partition, Held[H]]: ...

    async def release(self, handle: H) -> None: ...


class Assignment(ConsumerRebalanceListener, Generic[H]):  # type: ignore[misc]  # aiokafka is untyped
    """The partitions held. ``lock`` is held while a batch is processed, so that a revocation waits for it."""

    def __init__(
        self,
        service: str,
        owner: Owner[H],
        consumer: Callable[[], AIOKafkaConsumer],
        health: Health,
        fatal: Callable[[BaseException], None],
    ) -> None:
        self.held: dict[Partition, Held[H]] = {}
        self.lock = asyncio.Lock()
        self._service = service
        self._owner = owner
        self._consumer = consumer
        self._health = health
        self._fatal = fatal
        self._generation = 0
        self._ahead_since: float | None = None
        self._again: set[asyncio.Task[None]] = set()
        health.fails("assignment", "no partitions assigned yet")

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._generation += 1
        self._health.fails("assignment", "rebalancing")
        async with self.lock:
            await self.release_all()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        taken = frozenset(assigned)
        self._consumer().pause(*taken)
        self._generation += 1
        metrics.REBALANCES.labels(self._service).inc()
        await self._settle(taken, self._generation)

    async def admits(self, batch: Batch) -> bool:
        """Whether a batch continues exactly where the partition stands."""
        held = self.held.get(batch.partition)
        if held is None or batch.first_offset < held.expected:
            return False
        try:
            position = await self._consumer().position(topic_partition(batch.partition))
        except IllegalStateError:
            return False
        return bool(position > batch.last_offset)

    def expected(self, partition: Partition) -> int | None:
        """The offset that comes next; None if the partition is not held."""
        held = self.held.get(partition)
        return None if held is None else held.expected

    def advance(self, batch: Batch, handle: H | None = None) -> None:
        """The batch is committed; ``handle`` replaces what the owner needs, if that has changed with it."""
        held = self.held[batch.partition]
        held.expected = batch.committable
        held.handle = held.handle if handle is None else handle

    async def give_up(self, partitions: Iterable[Partition], wait: float = 0.0) -> None:
        """Lets partitions go after a failure and prepares them again after ``wait`` seconds, if they are still ours."""
        lost = [p for p in partitions if p in self.held]
        assigned = self._consumer().assignment()
        still = frozenset(tp for tp in map(topic_partition, lost) if tp in assigned)
        self._consumer().pause(*still)
        handles = [self.held.pop(p).handle for p in lost]
        self._report()
        await asyncio.gather(*map(self._owner.release, handles))
        task = asyncio.create_task(self._settle_later(still, wait))
        self._again.add(task)
        task.add_done_callback(self._again.discard)

    async def release_all(self) -> None:
        handles = [held.handle for held in self.held.values()]
        self.held.clear()
        metrics.ASSIGNED.labels(self._service).set(0)
        await asyncio.gather(*map(self._owner.release, handles))

    async def close(self) -> None:
        """At the end of the service: aiokafka does not revoke when it stops."""
        self._generation += 1
        for task in self._again:
            task.cancel()
        await self.release_all()

    async def _settle_later(self, partitions: frozenset[TopicPartition], wait: float) -> None:
        generation = self._generation
        await asyncio.sleep(wait)
        await self._settle(partitions, generation)

    async def _settle(self, todo: frozenset[TopicPartition], generation: int) -> None:
        """Until every partition is prepared or no longer ours. Never raises: aiokafka would swallow it."""
        for pause in backoff(FIRST_PAUSE, MOST_PAUSE):
            todo &= self._consumer().assignment()
            if self._generation != generation or not todo:
                break
            todo -= await self._prepare(todo, generation)
            if todo:
                await asyncio.sleep(pause)
        if self._generation == generation:
            self._report()

    async def _prepare(self, todo: frozenset[TopicPartition], generation: int) -> frozenset[TopicPartition]:
        consumer = self._consumer()
        taken: Mapping[Partition, Held[H]] = {}
        try:
            taken = await self._owner.take(consumer, frozenset(Partition(tp.topic, tp.partition) for tp in todo))
            await self._check_range(consumer, taken)
        except RETRIED as fault:
            self._health.fails("assignment", f"preparing {len(todo)} partitions: {fault}")
            log.warning("preparing partitions failed, trying again", partitions=len(todo), reason=repr(fault))
            await asyncio.gather(*(self._owner.release(held.handle) for held in taken.values()))
            return frozenset()
        except Exception as fault:  # noqa: BLE001 - whatever it is, it must stop the service and not be swallowed
            await asyncio.gather(*(self._owner.release(held.handle) for held in taken.values()))
            self._fatal(fault)
            return todo
        return await self._hold(taken, generation)

    async def _hold(self, taken: Mapping[Partition, Held[H]], generation: int) -> frozenset[TopicPartition]:
        """Sends the consumer to the right offsets. All that awaits comes before: nothing may come between seek and
        ``held``.
        """
        consumer = self._consumer()
        for partition, held in taken.items():
            tp = topic_partition(partition)
            if self._generation != generation or tp not in consumer.assignment():
                await self._owner.release(held.handle)
                continue
            consumer.seek(tp, held.expected)
            self.held[partition] = held
            consumer.resume(tp)
        return frozenset(map(topic_partition, taken))

    async def _check_range(self, consumer: AIOKafkaConsumer, taken: Mapping[Partition, Held[H]]) -> None:
        """An offset outside the log would send the client back to its beginning in silence."""
        partitions = [topic_partition(p) for p in taken]
        begins, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        for partition, held in taken.items():
            begin, end = begins[topic_partition(partition)], ends[topic_partition(partition)]
            if held.expected < begin:
                log.error("records were deleted unread", partition=str(partition), lost=begin - held.expected)
                metrics.LOST_TO_RETENTION.labels(partition.topic).inc(begin - held.expected)
                held.expected = begin
            elif held.expected > end:
                self._refuse_ahead(partition, held.expected, end)
        self._ahead_since = None

    def _refuse_ahead(self, partition: Partition, expected: int, end: int) -> None:
        self._ahead_since = self._ahead_since or time.monotonic()
        said = f"{partition} should go on at offset {expected}, but its log ends at {end}"
        if time.monotonic() - self._ahead_since > PATIENCE:
            raise ConfigurationError(
                f"{said}: the topic was made anew or lost records. Decide where to go on (docs/delivery.md, runbook)"
            )
        raise TransientError(said)

    def _report(self) -> None:
        ours = self._consumer().assignment()
        metrics.ASSIGNED.labels(self._service).set(len(self.held))
        if len(self.held) == len(ours):
            self._health.holds("assignment")
            log.info("partitions ready", partitions=sorted(map(str, self.held)))
        else:
            self._health.fails("assignment", f"{len(ours) - len(self.held)} of {len(ours)} partitions not ready")


def topic_partition(partition: Partition) -> TopicPartition:
    return TopicPartition(partition.topic, partition.number)
