"""Exactly once from topic to topic: one transactional producer for each input partition.

aiokafka commits offsets without group generations (no KIP-447), so one producer a process would let a zombie through.
With an id per partition, starting a producer fences the partition's former owner *and* ends its open transaction; only
then is the committed offset final.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final, TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import ProducerFenced

from factwire.errors import FencedError, TransientError
from factwire.runtime import metrics
from factwire.streaming.assignment import Held, topic_partition
from factwire.streaming.clients import FAILED, MAX_REQUEST_BYTES, send, stop_within
from factwire.streaming.group_offsets import committed_beyond_doubt
from factwire.streaming.records import Batch, Outgoing, Partition
from factwire.streaming.settings import KafkaSettings

TRANSACTION_TIMEOUT_MS: Final = 15_000
"""An abandoned transaction holds up read_committed readers for so long, and up to 10 s more."""
TRANSACTION_DEADLINE: Final = 40.0
"""aiokafka's transactional sends never expire by themselves."""
Producer: TypeAlias = AIOKafkaProducer


class PartitionProducers:
    """Owner of the enricher's partitions: each is held by a transactional producer of its own."""

    def __init__(self, settings: KafkaSettings, group: str, service: str) -> None:
        self._settings = settings
        self._group = group
        self._service = service

    async def take(
        self, consumer: AIOKafkaConsumer, partitions: frozenset[Partition]
    ) -> Mapping[Partition, Held[Producer]]:
        """Those that could be prepared. Raises the fault if none could."""
        ordered = sorted(partitions)
        results = await asyncio.gather(*(self._take_one(consumer, p) for p in ordered), return_exceptions=True)
        taken = {p: held for p, held in zip(ordered, results, strict=True) if isinstance(held, Held)}
        faults = [fault for fault in results if isinstance(fault, BaseException)]
        unexpected = [fault for fault in faults if not isinstance(fault, (*FAILED, TransientError))]
        if unexpected or (faults and not taken):
            await asyncio.gather(*(self.release(held.handle) for held in taken.values()))
            raise (unexpected or faults)[0]
        return taken

    async def release(self, handle: Producer) -> None:
        await stop_within(handle)

    async def deliver(self, producer: Producer, batch: Batch, outputs: tuple[Outgoing, ...]) -> None:
        """Outputs and the batch's offset in one transaction. Raises :class:`FencedError` or :class:`TransientError`;
        either way nothing of it becomes visible twice, and the producer must be given up.
        """
        started = time.perf_counter()
        try:
            async with asyncio.timeout(TRANSACTION_DEADLINE):
                await self._transact(producer, batch, outputs)
        except ProducerFenced as fault:
            raise FencedError(f"{batch.partition}: another instance owns it, or its transaction timed out") from fault
        except FAILED as fault:
            raise TransientError(f"{batch.partition}: transaction failed: {fault!r}") from fault
        metrics.TRANSACTION_SECONDS.labels(self._service).observe(time.perf_counter() - started)

    async def _transact(self, producer: Producer, batch: Batch, outputs: tuple[Outgoing, ...]) -> None:
        await producer.begin_transaction()
        sent = [await send(producer, out, batch.partition.number) for out in outputs]
        await asyncio.gather(*sent)  # all of them: a failed send nobody awaits is lost when the commit succeeds
        await producer.send_offsets_to_transaction({topic_partition(batch.partition): batch.committable}, self._group)
        await producer.commit_transaction()

    async def _take_one(self, consumer: AIOKafkaConsumer, partition: Partition) -> Held[Producer]:
        producer = AIOKafkaProducer(
            **self._settings.client(),
            transactional_id=f"{self._group}-{partition}",
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            request_timeout_ms=10_000,
            compression_type="zstd",
            linger_ms=2,
            max_batch_size=262_144,
            max_request_size=MAX_REQUEST_BYTES,
        )
        try:
            async with asyncio.timeout(TRANSACTION_DEADLINE):
                await producer.start()
            return Held(await committed_beyond_doubt(consumer, topic_partition(partition)), producer)
        except BaseException:
            await stop_within(producer)
            raise
