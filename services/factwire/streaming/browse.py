"""Reading a topic from outside any service: from given offsets to the end there is now, and remembering how far.

For jobs and people. Only committed records are seen; nothing here joins a group, so no service is disturbed.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.errors import KafkaError

from factwire.errors import TransientError
from factwire.events.topics import MAX_MESSAGE_BYTES
from factwire.streaming.group_offsets import guard_offset_fetch
from factwire.streaming.provision import count_partitions
from factwire.streaming.records import Partition, Record
from factwire.streaming.settings import KafkaSettings
from factwire.streaming.subscription import to_record

PATIENCE: Final = 60.0
"""Seconds without a record and without a step forward until a broker counts as away: the client would ask for ever."""


class Browser:
    """A topic opened for reading; ``group`` is where progress is remembered."""

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        partitions: list[TopicPartition],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._consumer = consumer
        self._partitions = partitions
        self._clock = clock

    async def bounds(self) -> dict[Partition, tuple[int, int]]:
        """First offset and end of every partition."""
        begins = await self._consumer.beginning_offsets(self._partitions)
        ends = await self._consumer.end_offsets(self._partitions)
        return {Partition(tp.topic, tp.partition): (begins[tp], ends[tp]) for tp in self._partitions}

    async def progress(self) -> dict[Partition, int]:
        """What :meth:`remember` was told; partitions without are left out."""
        found = {tp: await self._consumer.committed(tp) for tp in self._partitions}
        return {Partition(tp.topic, tp.partition): offset for tp, offset in found.items() if offset is not None}

    async def remember(self, offsets: Mapping[Partition, int]) -> None:
        await self._consumer.commit({TopicPartition(p.topic, p.number): offset for p, offset in offsets.items()})

    async def tail(self, newest: int, start: Mapping[Partition, int] | None = None) -> dict[Partition, int]:
        """Where to begin so that no more than ``newest`` offsets of each partition are read, none before ``start``."""
        bounds = await self.bounds()
        return {p: max(begin, (start or {}).get(p, 0), end - newest) for p, (begin, end) in bounds.items()}

    async def record(self, partition: Partition, offset: int) -> Record | None:
        """The one that stands there; nothing else of the topic is read. None: there is none."""
        bounds = await self.bounds()
        begin, end = bounds.get(partition, (0, 0))
        if not begin <= offset < end:
            return None
        ends = {p: end for p, (_, end) in bounds.items()}
        async for record in self.records({**ends, partition: offset}):
            return record if record.offset == offset else None
        return None

    async def records(self, start: Mapping[Partition, int] | None = None) -> AsyncIterator[Record]:
        """Every record from ``start`` (default: the beginning) to the end that is there when this is called.

        Raises :class:`TransientError` if the broker stops giving any.
        """
        bounds = await self.bounds()
        open_ends = {p: end for p, (begin, end) in bounds.items() if end > max(begin, (start or {}).get(p, 0))}
        for partition, (begin, _) in bounds.items():
            offset = max(begin, (start or {}).get(partition, 0))
            self._consumer.seek(TopicPartition(partition.topic, partition.number), offset)
        stands, moved_at = await self._positions(open_ends), self._clock()
        while open_ends:
            for tp, fetched in (await self._consumer.getmany(timeout_ms=200)).items():
                for raw in fetched:
                    if raw.offset < bounds[Partition(tp.topic, tp.partition)][1]:
                        yield to_record(raw)
            before, stands = stands, await self._positions(open_ends)
            # by position and not by record: the last offsets may be control records, which nobody sees
            open_ends = {p: end for p, end in open_ends.items() if stands[p] < end}
            moved_at = self._clock() if stands != before else moved_at
            if self._clock() - moved_at > PATIENCE:
                raise TransientError(f"Kafka has given nothing for {PATIENCE:g} s")

    async def _positions(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        return {p: await self._consumer.position(TopicPartition(p.topic, p.number)) for p in partitions}


@asynccontextmanager
async def browsing(settings: KafkaSettings, topic: str, group: str) -> AsyncIterator[Browser]:
    """Opens a topic. Raises :class:`TransientError` if the broker is away or the topic missing."""
    guard_offset_fetch()
    count = await count_partitions(settings, topic)
    consumer = AIOKafkaConsumer(
        **settings.client(),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
    )
    try:
        await consumer.start()
        partitions = [TopicPartition(topic, number) for number in range(count)]
        consumer.assign(partitions)
        yield Browser(consumer, partitions)
    except (KafkaError, OSError) as fault:
        raise TransientError(f"Kafka at {settings.kafka_bootstrap_servers}: {fault}") from fault
    finally:
        await consumer.stop()


async def delete_before(settings: KafkaSettings, offsets: Mapping[Partition, int]) -> None:
    """Deletes every record below the offsets, for good. Raises :class:`TransientError`."""
    admin = AIOKafkaAdminClient(**settings.client())
    try:
        await admin.start()
        targets = {TopicPartition(p.topic, p.number): RecordsToDelete(before_offset=o) for p, o in offsets.items()}
        await admin.delete_records(targets)
    except (KafkaError, OSError) as fault:
        raise TransientError(f"Kafka at {settings.kafka_bootstrap_servers}: {fault}") from fault
    finally:
        await admin.close()
