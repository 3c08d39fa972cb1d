"""The enricher as FastStream's documentation would have it: auto-commit on, no transactions. It must be found out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from factwire.cli.configuration import configure
from factwire.enricher import app
from factwire.enricher.settings import EnricherSettings
from factwire.streaming.assignment import Held, topic_partition
from factwire.streaming.records import Batch, Outgoing, Partition
from factwire.streaming.transactions import PartitionProducers


class PlainProducers(PartitionProducers):
    """Sends and hopes."""

    async def take(self, consumer: AIOKafkaConsumer, partitions: frozenset[Partition]) -> Mapping[Partition, Held[Any]]:
        return {p: await self._take_one(consumer, p) for p in partitions}

    async def _take_one(self, consumer: AIOKafkaConsumer, partition: Partition) -> Held[Any]:
        producer = AIOKafkaProducer(**self._settings.client())
        await producer.start()
        return Held(await consumer.committed(topic_partition(partition)) or 0, producer)

    async def deliver(self, producer: Any, batch: Batch, outputs: tuple[Outgoing, ...]) -> None:
        sends = [await producer.send(o.topic, o.value, key=o.key, headers=list(o.headers)) for o in outputs]
        await asyncio.gather(*sends)


subscriber = KafkaBroker.subscriber


def with_defaults(self: KafkaBroker, *topics: str, **options: Any) -> Any:
    return subscriber(self, *topics, **options | {"ack_policy": AckPolicy.ACK_FIRST})


if __name__ == "__main__":
    KafkaBroker.subscriber = with_defaults  # type: ignore[method-assign]
    app.PartitionProducers = PlainProducers  # type: ignore[misc]
    app.run(configure(EnricherSettings))
