"""The enricher's delivery against a development broker that fails on purpose, one protocol error after another.

Only the enrichment itself is a stand-in; broker, clients, transactions and assignment are the real ones. This is the
form of the chaos suite that needs no Docker and runs with every test run.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from factwire.devstack.broker import Broker, Fault, Options
from factwire.enricher.app import Enricher
from factwire.enricher.settings import EnricherSettings
from factwire.events.topics import DEAD_RAW, ENRICHED, RAW
from factwire.runtime.health import Health
from factwire.streaming.provision import apply_topics
from factwire.streaming.records import DeadLetter, Outcome, Outgoing, Reason, Record

pytestmark = pytest.mark.timeout(120)
GROUP = "factwire-enricher"
LOADING, MOVED, STALE_MEMBER, STALE_EPOCH, BUSY = 14, 16, 25, 47, 51


class Echo:
    """In place of the enrichment: passes values on, and lets every tenth die."""

    async def start(self) -> None:
        return

    async def handle(self, records: Sequence[Record]) -> Outcome:
        good = tuple(Outgoing(ENRICHED.name, r.key, r.value) for r in records if not dies(r))
        return Outcome(good, tuple(DeadLetter(r, Reason("enrich", "E", "a tenth")) for r in records if dies(r)))

    async def close(self) -> None:
        return


def dies(record: Record) -> bool:
    return (record.value or b"").endswith(b"0")


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with Broker(Options(tmp_path / "broker", shortest_session=1.0)) as broker:
        yield broker


def settings_for(broker: Broker) -> EnricherSettings:
    return EnricherSettings(
        kafka_bootstrap_servers=broker.address,
        topic_partitions=2,
        session_timeout=2.0,
        max_records=10,
        drain_timeout=10,
    )


async def produce(address: str, numbers: range) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=address, enable_idempotence=True)
    await producer.start()
    for number in numbers:
        await producer.send(RAW.name, str(number).encode(), key=f"k{number % 7}".encode())
    await producer.stop()


async def read(address: str, topic: str) -> list[tuple[bytes, int]]:
    """Key and number of every committed record."""
    consumer = AIOKafkaConsumer(bootstrap_servers=address, isolation_level="read_committed")
    await consumer.start()
    partitions = [TopicPartition(topic, n) for n in range(2)]
    consumer.assign(partitions)
    await consumer.seek_to_beginning()
    ends = await consumer.end_offsets(partitions)
    found = []
    while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
        for fetched in (await consumer.getmany(timeout_ms=100)).values():
            found += [(m.key, int(m.value)) for m in fetched]
    await consumer.stop()
    return found


async def drained(settings: EnricherSettings) -> None:
    """Until the group has committed everything that was produced."""
    consumer = AIOKafkaConsumer(**settings.client(), group_id=GROUP, enable_auto_commit=False)
    await consumer.start()
    partitions = [TopicPartition(RAW.name, n) for n in range(2)]
    consumer.assign(partitions)
    ends = await consumer.end_offsets(partitions)
    for tp in partitions:
        while await consumer.committed(tp) != ends[tp]:  # noqa: ASYNC110 - what is waited for is in the broker
            await asyncio.sleep(0.1)
    await consumer.stop()


async def run_through(broker: Broker, faults: Sequence[Fault]) -> None:
    """Sixty records before and after the faults are laid; then everything must be there once and in order."""
    settings, stop, health = settings_for(broker), asyncio.Event(), Health("enricher")
    await apply_topics(settings)
    running = asyncio.create_task(Enricher(settings, Echo(), health).run(stop))
    await produce(broker.address, range(60))
    broker.faults.add(*faults)
    await produce(broker.address, range(60, 120))
    async with asyncio.timeout(90):
        await drained(settings)
    stop.set()
    await running
    broker.faults.clear()
    good, dead = await read(broker.address, ENRICHED.name), await read(broker.address, DEAD_RAW.name)
    assert Counter(n for _, n in good) == Counter(n for n in range(120) if n % 10)
    assert Counter(n for _, n in dead) == Counter(range(0, 120, 10))
    for key in {key for key, _ in good}:
        numbers = [n for k, n in good if k == key]
        assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("InitProducerId", error=BUSY, times=3),
        Fault("AddPartitionsToTxn", error=BUSY, times=5),
        Fault("AddPartitionsToTxn", error=STALE_EPOCH),
        Fault("AddPartitionsToTxn", lose="response"),
        Fault("Produce", lose="request", skip=1),
        Fault("Produce", lose="response", skip=1),
        Fault("Produce", error=STALE_EPOCH, skip=1),
        Fault("AddOffsetsToTxn", error=STALE_EPOCH),
        Fault("AddOffsetsToTxn", lose="response"),
        Fault("TxnOffsetCommit", error=LOADING, times=2),
        Fault("TxnOffsetCommit", error=MOVED, times=2),
        Fault("TxnOffsetCommit", lose="response"),
        Fault("EndTxn", error=STALE_EPOCH),
        Fault("EndTxn", lose="request"),
        Fault("EndTxn", lose="response"),
        Fault("EndTxn", lose="response", skip=2, times=3),
        Fault("Fetch", lose="response", times=3),
        Fault("Heartbeat", error=STALE_MEMBER),
    ],
    ids=lambda f: f"{f.api}-{f.error or f.lose}-{f.times}",
)
async def test_a_protocol_error_costs_and_repeats_nothing(broker: Broker, fault: Fault) -> None:
    faults = [fault]
    if fault.api == "InitProducerId":  # a partition is prepared again only after something else went wrong
        faults.append(Fault("EndTxn", error=STALE_EPOCH))
    await run_through(broker, faults)
    if fault.api != "Heartbeat":
        assert broker.faults.spent


async def test_a_loading_coordinator_is_not_taken_for_no_offset(broker: Broker) -> None:
    """The partitions are prepared again while the coordinator answers "loading": nothing starts over."""

    def ours(fields: dict[str, object]) -> bool:
        return fields["consumer_group"] == GROUP

    loading = Fault("OffsetFetch", error=LOADING, times=20, where=ours)
    await run_through(broker, [loading, Fault("EndTxn", error=STALE_EPOCH, times=2)])
    assert loading in broker.faults.spent


async def test_the_guard_makes_a_client_wait_where_it_would_say_none(broker: Broker) -> None:
    settings = settings_for(broker)
    await apply_topics(settings)
    consumer = AIOKafkaConsumer(**settings.client(), group_id=GROUP, enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(RAW.name, 0)])
    broker.faults.add(Fault("OffsetFetch", error=LOADING, times=3), Fault("OffsetFetch", error=MOVED))
    assert await consumer.committed(TopicPartition(RAW.name, 0)) == 0
    assert len(broker.faults.spent) == 4
    await consumer.stop()


async def test_several_at_once(broker: Broker) -> None:
    await run_through(
        broker,
        [
            Fault("EndTxn", lose="response", times=2),
            Fault("Produce", lose="response", skip=3, times=2),
            Fault("AddPartitionsToTxn", error=BUSY, times=10, skip=2),
            Fault("OffsetFetch", error=MOVED, times=5, where=lambda f: f["consumer_group"] == GROUP),
        ],
    )
