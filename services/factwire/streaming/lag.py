"""How far behind a consumer is: records not yet dealt with, and the age of the oldest of them.

A batch in hand counts from its first record until it is committed, however often it comes again: while a database is
away its partitions are not held, and that is when lag matters most. A partition that is no longer ours is forgotten, so
that a sum over instances counts it once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from factwire.runtime import metrics
from factwire.streaming.records import Batch, Partition, Record


class Lag:
    """Of one service's partitions; sets the two gauges."""

    def __init__(self, service: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._in_hand: dict[Partition, Record] = {}
        self._shown: set[Partition] = set()
        metrics.OLDEST_PENDING.labels(service).set_function(self.oldest_age)

    def taken_up(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            self._in_hand[batch.partition] = batch.records[0]

    def dealt_with(self, batches: Iterable[Batch], expected: Callable[[Partition], int | None]) -> None:
        """Forgets the batches that are committed: those whose partition now expects what comes after them."""
        for batch in batches:
            if (expected(batch.partition) or 0) > batch.last_offset:
                self._in_hand.pop(batch.partition, None)

    def oldest_age(self) -> float:
        """Seconds since the oldest record in hand was written; 0 if there is none."""
        return max((self._clock() - record.timestamp / 1000 for record in self._in_hand.values()), default=0.0)

    async def measure(self, consumer: AIOKafkaConsumer, held: Collection[Partition]) -> None:
        """Asks the broker where the logs end. Raises ``KafkaError`` if it does not answer."""
        assigned = {Partition(tp.topic, tp.partition): tp for tp in consumer.assignment()}
        self._forget_others(assigned)
        ends = await consumer.end_offsets(list(assigned.values())) if assigned else {}
        for partition, tp in assigned.items():
            if (stands := await self._stands(consumer, partition, tp, held)) is not None:
                metrics.LAG.labels(partition.topic, str(partition.number)).set(max(0, ends[tp] - stands))
                self._shown.add(partition)

    async def _stands(
        self, consumer: AIOKafkaConsumer, partition: Partition, tp: TopicPartition, held: Collection[Partition]
    ) -> int | None:
        """The first offset not dealt with. The client's position has passed the markers that end transactions, which
        are offsets without a record; the last record's has not.
        """
        if record := self._in_hand.get(partition):
            return record.offset
        return int(await consumer.position(tp)) if partition in held else None

    def _forget_others(self, assigned: Mapping[Partition, Any]) -> None:
        for partition in self._shown - assigned.keys():
            metrics.LAG.remove(partition.topic, str(partition.number))
            self._shown.discard(partition)
        for partition in self._in_hand.keys() - assigned.keys():
            del self._in_hand[partition]
