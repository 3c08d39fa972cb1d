"""Writes raw articles to Kafka itself, without the gateway: for teams that have a producer already. Copy it.

    python examples/produce_articles.py articles.jsonl --brokers localhost:29092 [--client confluent]

What must be right, whatever the client:

* The key is the ``article_id``, and the partitioner is murmur2 over the key's bytes, as in Java and aiokafka.
  librdkafka (confluent-kafka) has another one by default, which would put revisions of one article into different
  partitions, where they lose their order: it needs ``partitioner=murmur2_random``.
* ``acks=all`` and an idempotent producer, and every delivery report is looked at.
* The headers are CloudEvents 1.0 in binary mode. ``ce_id`` names the event: the same content has the same one, so
  that a repeat is recognised as one.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

TOPIC = "news.articles.raw.v1"
SOURCE = "example/producer"
Record = tuple[bytes, bytes, list[tuple[str, bytes]]]


def record(article: dict[str, Any]) -> Record:
    """Key, value and headers of one article; it must have an ``article_id`` and a title or a body."""
    value = json.dumps(article, ensure_ascii=False, sort_keys=True).encode()
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid5(NAMESPACE_URL, hashlib.sha256(value).hexdigest())),
        "ce_source": SOURCE,
        "ce_type": "news.article.raw.v1",
        "ce_subject": article["article_id"],
        "ce_time": now,
        "content-type": "application/json",
    }
    return article["article_id"].encode(), value, [(name, text.encode()) for name, text in attributes.items()]


async def produce_with_aiokafka(brokers: str, records: Iterable[Record]) -> int:
    """How many the brokers have acknowledged: all of them, or it raises."""
    from aiokafka import AIOKafkaProducer

    producer = AIOKafkaProducer(bootstrap_servers=brokers, enable_idempotence=True, compression_type="zstd")
    await producer.start()
    try:
        sent = [await producer.send(TOPIC, value, key=key, headers=headers) for key, value, headers in records]
        return len(await asyncio.gather(*sent))
    finally:
        await producer.stop()


def produce_with_confluent(brokers: str, records: Iterable[Record]) -> int:
    """The same with librdkafka."""
    from confluent_kafka import Producer

    producer = Producer(
        {
            "bootstrap.servers": brokers,
            "partitioner": "murmur2_random",  # not its default: see above
            "enable.idempotence": True,
            "compression.type": "zstd",
        }
    )
    failed: list[str] = []
    count = 0
    for key, value, headers in records:
        producer.produce(
            TOPIC, value, key, headers=headers, on_delivery=lambda fault, _: fault and failed.append(str(fault))
        )
        producer.poll(0)
        count += 1
    left = producer.flush(60)
    if failed or left:
        raise SystemExit(f"{len(failed) + left} of {count} were not acknowledged: {failed[:3]}")
    return count


def main() -> None:
    options = argparse.ArgumentParser(description="Produces raw articles, one JSON object a line.")
    options.add_argument("file", type=Path)
    options.add_argument("--brokers", default="localhost:29092")
    options.add_argument("--client", choices=["aiokafka", "confluent"], default="aiokafka")
    given = options.parse_args()
    records = [record(json.loads(line)) for line in given.file.read_text("utf-8").splitlines() if line.strip()]
    if given.client == "confluent":
        count = produce_with_confluent(given.brokers, records)
    else:
        count = asyncio.run(produce_with_aiokafka(given.brokers, records))
    print(f"{count} acknowledged")


if __name__ == "__main__":
    main()
