"""The services without their guarantees, for comparison only: what ``bench.guarantees`` measures against.

The enricher sends idempotently and then commits the offset to the group; the sink writes the same rows in the same
statements, but keeps its offsets in Kafka. Killed in between, both repeat records. Everything else is the real thing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from factwire.cli.configuration import configure
from factwire.enricher import app as enricher_app
from factwire.enricher.settings import EnricherSettings
from factwire.sink import app as sink_app
from factwire.sink.settings import SinkSettings
from factwire.sink.store import Store, Work
from factwire.storage.offsets import Hold
from factwire.streaming.assignment import Held, topic_partition
from factwire.streaming.clients import MAX_REQUEST_BYTES, send
from factwire.streaming.group_offsets import committed_beyond_doubt
from factwire.streaming.records import Batch, Outgoing, Partition
from factwire.streaming.transactions import PartitionProducers


class IdempotentProducer(PartitionProducers):
    """One producer for all partitions, no transactions."""

    _consumer: AIOKafkaConsumer
    _producer: AIOKafkaProducer | None = None

    async def take(self, consumer: AIOKafkaConsumer, partitions: frozenset[Partition]) -> Mapping[Partition, Held[Any]]:
        self._consumer = consumer
        if self._producer is None:
            self._producer = AIOKafkaProducer(
                **self._settings.client(),
                enable_idempotence=True,
                request_timeout_ms=10_000,
                compression_type="zstd",
                linger_ms=2,
                max_batch_size=262_144,
                max_request_size=MAX_REQUEST_BYTES,
            )
            await self._producer.start()
        return {p: Held(await committed_beyond_doubt(consumer, topic_partition(p)), self._producer) for p in partitions}

    async def release(self, handle: Any) -> None:
        """The producer serves the other partitions too."""

    async def deliver(self, producer: Any, batch: Batch, outputs: tuple[Outgoing, ...]) -> None:
        sent = [await send(producer, out, batch.partition.number) for out in outputs]
        await asyncio.gather(*sent)
        await self._consumer.commit({topic_partition(batch.partition): batch.committable})


class RowsOnly(Store):
    """The rows of a batch in one transaction, without the offsets that would fence it."""

    async def _advance(self, connection: psycopg.AsyncConnection[Any], work: Work) -> None:
        """Left out."""


class OffsetsInKafka(sink_app.Claims):
    """Starts where the group stands in Kafka; no claim is written."""

    async def take(
        self, consumer: AIOKafkaConsumer, partitions: frozenset[Partition]
    ) -> Mapping[Partition, Held[Hold]]:
        offsets = {p: await consumer.committed(topic_partition(p)) or 0 for p in partitions}
        return {p: Held(offset, Hold(offset, 0)) for p, offset in offsets.items()}


class UnguardedSink(sink_app.Sink):
    """Commits to Kafka after each batch, and waits for it, as a consumer does that keeps its offsets there."""

    async def _deliver(self, batches: list[Batch]) -> None:
        await super()._deliver(batches)
        if self._reporting is not None:
            await self._reporting


if __name__ == "__main__":
    if sys.argv[1] == "enricher":
        enricher_app.PartitionProducers = IdempotentProducer  # type: ignore[misc]
        enricher_app.run(configure(EnricherSettings))
    else:
        sink_app.Store, sink_app.Claims, sink_app.Sink = RowsOnly, OffsetsInKafka, UnguardedSink  # type: ignore[misc]
        sink_app.run(configure(SinkSettings))
