"""A topic of a test's own with enriched events, as a subscriber to the real one would find it."""

from __future__ import annotations

from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


async def create_topic(address: str, topic: str) -> None:
    """With two partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 2, 1)])
    await admin.close()


async def publish(
    address: str, topic: str, events: Sequence[tuple[str, str, bytes | None]], *, commit: bool = True
) -> None:
    """``ce_id``, key and value of each, as the enricher sends them: compressed, in one transaction."""
    producer = AIOKafkaProducer(
        bootstrap_servers=address, transactional_id=f"{topic}-{commit}", compression_type="zstd"
    )
    await producer.start()
    await producer.begin_transaction()
    for ce_id, key, value in events:
        await producer.send_and_wait(topic, value, key=key.encode(), headers=[("ce_id", ce_id.encode())])
    await (producer.commit_transaction() if commit else producer.abort_transaction())
    await producer.stop()
