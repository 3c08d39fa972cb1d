"""Which partitions are ours, and from where: pause, prepare, seek, resume.

aiokafka delivers records before ``on_partitions_assigned`` has ended, and swallows what it raises. So a partition is
held only once its owner has prepared it and the consumer has been sent to the right offset; what arrives earlier, or
was fetched before that seek, is dropped and comes again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from factwire.errors import FencedError, TransientError
from factwire.runtime import metrics
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger
from factwire.streaming.records import Batch, Partition

H = TypeVar("H")
log = get_logger(__name__)
RETRIED = (KafkaError, TransientError, FencedError, AssertionError, TimeoutError, OSError)
"""What preparing may meet while a broker or database is away; asserts: aiokafka's after a fatal producer error."""
PAUSE = 0.5


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

    def advance(self, batch: Batch) -> None:
        """The batch is committed."""
        if held := self.held.get(batch.partition):
            held.expected = batch.committable

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
        while self._generation == generation and (todo := todo & self._consumer().assignment()):
            todo -= await self._prepare(todo, generation)
            if todo:
                await asyncio.sleep(PAUSE)
        if self._generation == generation:
            self._report()

    async def _prepare(self, todo: frozenset[TopicPartition], generation: int) -> frozenset[TopicPartition]:
        consumer = self._consumer()
        try:
            taken = await self._owner.take(consumer, frozenset(Partition(tp.topic, tp.partition) for tp in todo))
        except RETRIED as fault:
            self._health.fails("assignment", f"preparing {len(todo)} partitions: {fault}")
            log.warning("preparing partitions failed, trying again", partitions=len(todo), reason=repr(fault))
            return frozenset()
        except Exception as fault:  # noqa: BLE001 - whatever it is, it must stop the service and not be swallowed
            self._fatal(fault)
            return frozenset(todo)
        return await self._hold(taken, generation)

    async def _hold(self, taken: Mapping[Partition, Held[H]], generation: int) -> frozenset[TopicPartition]:
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
