"""Kafka seen from outside, through a second client (librdkafka): what our own code must agree with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from confluent_kafka import Consumer, Producer, TopicPartition

PARTITIONS: Final = 3
"""Of each of the product's topics on the session's Kafka (the fixture ``broker``)."""
POLL_SECONDS: Final = 0.02
"""How long a reader waits for more before it takes what is there."""
Headers = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    def header(self, name: str) -> bytes | None:
        return next((value for key, value in reversed(self.headers) if key == name), None)


@dataclass(frozen=True, slots=True)
class Sent:
    """A record to be produced; ``kind``: good, withdrawn, tombstone or poison."""

    seq: int
    kind: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


def produce(address: str, topic: str, records: Iterable[Sent], pause: Callable[[int], float] | None = None) -> None:
    """Idempotently, in order, with Java's partitioner; ``pause`` gives seconds to wait before a record."""
    producer = Producer(
        {
            "bootstrap.servers": address,
            "partitioner": "murmur2_random",
            "enable.idempotence": True,
            "message.max.bytes": 40_000_000,
            "message.timeout.ms": 300_000,
            "compression.type": "zstd",
            "log_level": 0,
        }
    )
    failed: list[Any] = []

    def told(error: Any, _: Any) -> None:
        if error is not None:
            failed.append(error)

    for number, record in enumerate(records):
        if pause and (seconds := pause(number)) > 0:
            time.sleep(seconds)
        while True:
            try:
                producer.produce(topic, record.value, record.key, headers=list(record.headers), on_delivery=told)
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    left = producer.flush(300)
    assert not left, f"{left} records not delivered"
    assert not failed, failed


@dataclass(frozen=True, slots=True)
class Tail:
    """What is written to a topic after this was made: on the session's Kafka, other tests have written before."""

    address: str
    topic: str
    since: Mapping[int, int]

    def read(self) -> list[Message]:
        return read_all(self.address, self.topic, self.since)


def tail_of(address: str, topic: str) -> Tail:
    return Tail(address, topic, end_offsets(address, topic))


def read_all(address: str, topic: str, since: Mapping[int, int] | None = None) -> list[Message]:
    """Every committed record of a topic, by partition and offset, as a reader finds it afterwards.

    ``since``: offsets to start at, by partition; from the very first record without.
    """
    consumer = _consumer(address, "afterwards")
    partitions = _partitions(consumer, topic)
    consumer.assign([TopicPartition(topic, p, (since or {}).get(p, 0)) for p in partitions])
    found: list[Message] = []
    ended: set[int] = set()
    while len(ended) < len(partitions):
        for message in consumer.consume(500, POLL_SECONDS):
            if message.error():
                ended.add(message.partition())
            else:
                ended.discard(message.partition())
                found.append(_message(message))
    consumer.close()
    return sorted(found, key=lambda m: (m.partition, m.offset))


def end_offsets(address: str, topic: str) -> dict[int, int]:
    consumer = _consumer(address, "ends")
    ends = {
        p: consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=10)[1] for p in _partitions(consumer, topic)
    }
    consumer.close()
    return ends


def committed_offsets(address: str, topic: str, group: str) -> dict[int, int]:
    consumer = _consumer(address, group)
    asked = [TopicPartition(topic, p) for p in _partitions(consumer, topic)]
    found = {tp.partition: tp.offset for tp in consumer.committed(asked, timeout=10)}
    consumer.close()
    return found


class ConcurrentReader:
    """A read_committed subscriber that runs meanwhile, as a downstream team's would."""

    def __init__(self, address: str, topics: Sequence[str]) -> None:
        self.seen: list[Message] = []
        self._address = address
        self._topics = topics
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)

    def __enter__(self) -> ConcurrentReader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        consumer = _consumer(self._address, "meanwhile", eof=False)
        consumer.assign([TopicPartition(t, p, 0) for t in self._topics for p in _partitions(consumer, t)])
        while not self._stop.is_set():
            for message in consumer.consume(500, POLL_SECONDS):
                if not message.error():
                    self.seen.append(_message(message))
        consumer.close()


def _consumer(address: str, group: str, *, eof: bool = True) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": address,
            "group.id": group,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "enable.partition.eof": eof,
            "fetch.wait.max.ms": 10,
            "fetch.message.max.bytes": 20_000_000,
            "log_level": 0,
        }
    )


def _partitions(consumer: Consumer, topic: str) -> list[int]:
    return sorted(consumer.list_topics(topic, timeout=30).topics[topic].partitions)


def _message(raw: Any) -> Message:
    headers = tuple((name, value) for name, value in raw.headers() or ())
    return Message(raw.topic(), raw.partition(), raw.offset(), raw.key(), raw.value(), headers)
