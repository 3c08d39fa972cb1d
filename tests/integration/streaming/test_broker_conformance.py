"""The same promises asked of the development broker and of Apache Kafka, so that the model cannot drift from it.

What the development broker cannot do would be marked `xfail(strict=True)` with the reason; so far that is nothing
of what is asked here.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import confluent_kafka
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.protocol.commit import OffsetCommitRequest
from aiokafka.protocol.group import HeartbeatRequest, JoinGroupRequest
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    EndTxnRequest,
    InitProducerIdRequest,
    TxnOffsetCommitRequest,
)
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from tests.support.ports import free_port

UNKNOWN_MEMBER, INVALID_SESSION, OUT_OF_ORDER, STALE_EPOCH, NO_TRANSACTION, BUSY = 25, 26, 45, 47, 48, 51


@dataclass(frozen=True)
class Cluster:
    """One broker under test. ``kill_and_start`` ends it without warning and brings it back under the same address."""

    address: str
    kill_and_start: Callable[[], None]


# -- the two brokers


class DevelopmentBroker:
    """`python -m factwire.devstack.broker`, as `factwire up` runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "factwire.devstack.broker", "--data-dir", str(self.folder)]
        self.process = subprocess.Popen([*command, "--port", str(self.port)], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def kill_and_start(self) -> None:
        self.kill()
        self.start()


BACKENDS = ["development", pytest.param("kafka", marks=pytest.mark.docker)]


@pytest.fixture(scope="session")
def development(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevelopmentBroker]:
    broker = DevelopmentBroker(tmp_path_factory.mktemp("broker"))
    yield broker
    broker.kill()


@pytest.fixture(params=BACKENDS)
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """A broker that all tests share: they keep apart by names."""
    if request.param == "development":
        broker = request.getfixturevalue("development")
        return Cluster(broker.address, broker.kill_and_start)
    return Cluster(request.getfixturevalue("kafka_address"), lambda: pytest.fail("the shared Kafka is not restarted"))


@pytest.fixture(params=BACKENDS)
def own_cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A broker that the test may kill."""
    if request.param == "development":
        broker = request.getfixturevalue("development")
        yield Cluster(broker.address, broker.kill_and_start)
        return
    from tests.support.containers import ApacheKafkaContainer

    container = ApacheKafkaContainer()
    with container.with_bind_ports(container.port, free_port()):

        def kill_and_start() -> None:
            container.get_wrapped_container().kill()
            container.get_wrapped_container().start()

        yield Cluster(container.get_bootstrap_server(), kill_and_start)


# -- the clients


@pytest.fixture
async def topic(cluster: Cluster) -> str:
    return await new_topic(cluster)


async def new_topic(cluster: Cluster, *, partitions: int = 1, **settings: str) -> str:
    name = f"t-{uuid.uuid4()}"
    async with admin(cluster) as client:
        configs = {key.replace("_", "."): value for key, value in settings.items()}
        await client.create_topics([NewTopic(name, partitions, 1, topic_configs=configs)])
    return name


@asynccontextmanager
async def admin(cluster: Cluster) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=cluster.address)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def producer(cluster: Cluster, **settings: Any) -> AsyncIterator[AIOKafkaProducer]:
    client = AIOKafkaProducer(bootstrap_servers=cluster.address, **settings)
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


@asynccontextmanager
async def consumer(cluster: Cluster, *topics: str, **settings: Any) -> AsyncIterator[AIOKafkaConsumer]:
    client = AIOKafkaConsumer(
        *topics, bootstrap_servers=cluster.address, auto_offset_reset="earliest", enable_auto_commit=False, **settings
    )
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


async def read(client: AIOKafkaConsumer, count: int) -> list[ConsumerRecord]:
    """The next ``count`` records, in the order they came."""
    records: list[ConsumerRecord] = []
    async with asyncio.timeout(30):
        while len(records) < count:
            for batch in (await client.getmany(timeout_ms=200)).values():
                records += batch
    return records


async def read_all(cluster: Cluster, topic: str, *, isolation: str = "read_uncommitted") -> list[ConsumerRecord]:
    """Everything below the end of partition 0, as a reader of this isolation sees the end."""
    place = TopicPartition(topic, 0)
    async with consumer(cluster, isolation_level=isolation) as client:
        client.assign([place])
        end = (await client.end_offsets([place]))[place]
        records: list[ConsumerRecord] = []
        async with asyncio.timeout(30):
            while await client.position(place) < end:
                records += (await client.getmany(place, timeout_ms=200)).get(place, [])
        return records


def values(records: list[ConsumerRecord]) -> list[bytes | None]:
    return [record.value for record in records]


async def ask(cluster: Cluster, request: Any) -> Any:
    """Sends one raw request and returns the answer."""
    host, port = cluster.address.split(":")
    connection = await create_conn(host, int(port))
    try:
        return await connection.send(request)
    finally:
        connection.close()


def first_code(answer: Any) -> int:
    """The error code of an answer about one partition."""
    [(_, [(_, code, *_)])] = answer.topics if hasattr(answer, "topics") else answer.errors
    return int(code)


# -- records


async def test_records_keep_order_keys_and_headers_byte_for_byte(cluster: Cluster, topic: str) -> None:
    headers = [("plain", b"x"), ("null", None), ("not utf-8", b"\xff\xfe"), ("twice", b"1"), ("twice", b"2"), ("", b"")]
    async with producer(cluster) as sender:
        for number in range(50):
            await sender.send(topic, b"%d" % number, key=b"\xff%d" % number, headers=headers)
    records = await read_all(cluster, topic)
    assert [(r.offset, r.key, r.value) for r in records] == [(n, b"\xff%d" % n, b"%d" % n) for n in range(50)]
    assert {r.headers for r in records} == {tuple(headers)}


async def test_null_and_empty_stay_apart(cluster: Cluster, topic: str) -> None:
    async with producer(cluster) as sender:
        await sender.send_and_wait(topic, None, key=b"withdrawn")
        await sender.send_and_wait(topic, b"", key=b"")
        await sender.send_and_wait(topic, b"x", key=None)
    assert [(r.key, r.value) for r in await read_all(cluster, topic)] == [
        (b"withdrawn", None),
        (b"", b""),
        (None, b"x"),
    ]


@pytest.mark.parametrize("codec", ["gzip", "zstd", None])
async def test_compressed_batches_come_back(cluster: Cluster, topic: str, codec: str | None) -> None:
    async with producer(cluster, compression_type=codec, linger_ms=50) as sender:
        await asyncio.gather(*[await sender.send(topic, b"word " * 500) for _ in range(20)])
    assert values(await read_all(cluster, topic)) == [b"word " * 500] * 20


async def test_record_larger_than_the_topic_allows_is_refused(cluster: Cluster) -> None:
    topic = await new_topic(cluster, max_message_bytes="2000")
    async with producer(cluster) as sender:
        with pytest.raises(MessageSizeTooLargeError):
            await sender.send_and_wait(topic, b"x" * 3000)
        await sender.send_and_wait(topic, b"fits")
    assert values(await read_all(cluster, topic)) == [b"fits"]


async def test_record_of_four_mebibytes_passes_where_the_topic_allows_it(cluster: Cluster) -> None:
    topic = await new_topic(cluster, max_message_bytes=str(4 << 20))
    body = bytes(range(256)) * 15_000
    async with producer(cluster, max_request_size=4 << 20) as sender:
        await sender.send_and_wait(topic, body)
    assert values(await read_all(cluster, topic)) == [body]


async def test_compacted_topic_refuses_a_record_without_key(cluster: Cluster) -> None:
    topic = await new_topic(cluster, cleanup_policy="compact")
    async with producer(cluster) as sender:
        with pytest.raises(KafkaError):
            await sender.send_and_wait(topic, b"x", key=None)
        await sender.send_and_wait(topic, None, key=b"tombstone")
    assert [r.key for r in await read_all(cluster, topic)] == [b"tombstone"]


async def test_offsets_are_found_by_time(cluster: Cluster, topic: str) -> None:
    place = TopicPartition(topic, 0)
    async with producer(cluster, linger_ms=50) as sender:
        await asyncio.gather(*[await sender.send(topic, b"x", timestamp_ms=1000 * n) for n in range(1, 6)])
    async with consumer(cluster) as client:
        client.assign([place])
        found = await client.offsets_for_times({place: 2500})
        beyond = await client.offsets_for_times({place: 9000})
    assert (found[place].offset, found[place].timestamp) == (2, 3000)
    assert beyond[place] is None


async def test_deleted_records_are_gone(cluster: Cluster, topic: str) -> None:
    from aiokafka.admin import RecordsToDelete

    async with producer(cluster) as sender:
        for number in range(5):
            await sender.send_and_wait(topic, b"%d" % number)
    async with admin(cluster) as client:
        await client.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=3)})
    async with consumer(cluster, topic) as client:
        assert values(await read(client, 2)) == [b"3", b"4"]


# -- idempotence


def batch(value: bytes, *, producer_id: int, epoch: int, sequence: int, transactional: bool = False) -> bytes:
    builder = DefaultRecordBatchBuilder(
        2, 0, int(transactional), producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence, batch_size=9999
    )
    builder.append(0, 1_700_000_000_000, None, value, [])
    return bytes(builder.build())


async def test_repeated_batch_is_kept_once_and_a_gap_is_refused(cluster: Cluster, topic: str) -> None:
    producer_id, epoch = await claim(cluster, None)

    async def send(value: bytes, sequence: int) -> int:
        data = batch(value, producer_id=producer_id, epoch=epoch, sequence=sequence)
        return first_code(await ask(cluster, ProduceRequest(None, -1, 5000, [(topic, [(0, data)])])))

    assert [await send(b"a", 0), await send(b"b", 1), await send(b"b", 1)] == [0, 0, 0]
    assert await send(b"d", 3) == OUT_OF_ORDER
    assert values(await read_all(cluster, topic)) == [b"a", b"b"]


# -- transactions


async def test_committed_reader_sees_nothing_open_and_nothing_aborted(cluster: Cluster, topic: str) -> None:
    async with producer(cluster, transactional_id=topic) as sender, producer(cluster) as plain:
        async with sender.transaction():
            await sender.send_and_wait(topic, b"committed")
        await sender.begin_transaction()
        await sender.send_and_wait(topic, b"aborted")
        await sender.abort_transaction()
        await sender.begin_transaction()
        await sender.send_and_wait(topic, b"open")
        await plain.send_and_wait(topic, b"behind the open one")
        seen = values(await read_all(cluster, topic, isolation="read_committed"))
        everything = values(await read_all(cluster, topic))
        await sender.commit_transaction()
        assert seen == [b"committed"]
        assert everything == [b"committed", b"aborted", b"open", b"behind the open one"]
    async with consumer(cluster, topic, isolation_level="read_committed") as client:
        assert values(await read(client, 3)) == [b"committed", b"open", b"behind the open one"]


async def test_waiting_reader_is_woken_by_the_commit(cluster: Cluster, topic: str) -> None:
    async with (
        consumer(cluster, topic, isolation_level="read_committed", fetch_max_wait_ms=20_000) as client,
        producer(cluster, transactional_id=topic) as sender,
    ):
        waiting = asyncio.create_task(read(client, 1))
        async with asyncio.timeout(10), sender.transaction():
            await sender.send_and_wait(topic, b"x")
        async with asyncio.timeout(10):
            assert values(await waiting) == [b"x"]


async def test_offsets_in_a_transaction_count_only_once_it_commits(cluster: Cluster, topic: str) -> None:
    place = TopicPartition(topic, 0)
    async with (
        consumer(cluster, group_id=f"g-{topic}") as client,
        producer(cluster, transactional_id=topic) as sender,
    ):
        client.assign([place])
        await sender.begin_transaction()
        await sender.send_offsets_to_transaction({place: 7}, f"g-{topic}")
        assert await client.committed(place) is None
        await sender.abort_transaction()
        async with sender.transaction():
            await sender.send_offsets_to_transaction({place: 9}, f"g-{topic}")
        await eventually(lambda: client.committed(place), 9)


async def eventually(look: Callable[[], Any], wanted: object) -> None:
    async with asyncio.timeout(20):
        while await look() != wanted:  # noqa: ASYNC110 - the broker tells nobody when it is done
            await asyncio.sleep(0.05)


async def test_new_instance_fences_the_zombie_and_aborts_its_transaction(cluster: Cluster, topic: str) -> None:
    zombie = AIOKafkaProducer(bootstrap_servers=cluster.address, transactional_id=topic)
    await zombie.start()
    await zombie.begin_transaction()
    await zombie.send_and_wait(topic, b"of the zombie")
    async with producer(cluster, transactional_id=topic) as owner:
        with pytest.raises((KafkaError, AssertionError)):
            await zombie.commit_transaction()
        async with owner.transaction():
            await owner.send_and_wait(topic, b"of the owner")
    await zombie.stop()
    assert values(await read_all(cluster, topic, isolation="read_committed")) == [b"of the owner"]


async def claim(cluster: Cluster, name: str | None) -> tuple[int, int]:
    async with asyncio.timeout(20):
        while (answer := await ask(cluster, InitProducerIdRequest(name, 10_000))).error_code:
            assert answer.error_code in {BUSY, 14, 15, 16}
            await asyncio.sleep(0.05)
    return answer.producer_id, answer.producer_epoch


async def test_every_request_of_a_fenced_producer_is_told_the_epoch_is_stale(cluster: Cluster, topic: str) -> None:
    producer_id, epoch = await claim(cluster, topic)
    assert await claim(cluster, topic) == (producer_id, epoch + 1)
    stale = (topic, producer_id, epoch)
    assert first_code(await ask(cluster, AddPartitionsToTxnRequest(*stale, [(topic, [0])]))) == STALE_EPOCH
    assert (await ask(cluster, AddOffsetsToTxnRequest(*stale, "g"))).error_code == STALE_EPOCH
    assert (await ask(cluster, EndTxnRequest(*stale, True))).error_code == STALE_EPOCH


async def test_claim_over_an_open_transaction_is_told_to_wait_and_then_gets_a_higher_epoch(
    cluster: Cluster, topic: str
) -> None:
    producer_id, epoch = await claim(cluster, topic)
    await add_partition(cluster, topic, producer_id, epoch)
    answer = await ask(cluster, InitProducerIdRequest(topic, 10_000))
    assert answer.error_code == BUSY
    assert (await claim(cluster, topic))[1] > epoch


async def add_partition(cluster: Cluster, topic: str, producer_id: int, epoch: int) -> None:
    request = AddPartitionsToTxnRequest(topic, producer_id, epoch, [(topic, [0])])
    async with asyncio.timeout(20):
        while code := first_code(await ask(cluster, request)):
            assert code == BUSY
            await asyncio.sleep(0.02)


async def test_end_without_a_transaction_is_refused_and_a_repeated_end_is_not(cluster: Cluster, topic: str) -> None:
    identity = (topic, *await claim(cluster, topic))

    async def end(*, commit: bool) -> int:
        code = BUSY
        while code == BUSY:
            code = (await ask(cluster, EndTxnRequest(*identity, commit))).error_code
        return code

    assert await end(commit=True) == NO_TRANSACTION
    await add_partition(cluster, *identity)
    assert [await end(commit=True), await end(commit=True), await end(commit=False)] == [0, 0, NO_TRANSACTION]


async def test_batch_for_a_partition_outside_the_transaction_is_refused(cluster: Cluster, topic: str) -> None:
    producer_id, epoch = await claim(cluster, topic)
    data = batch(b"x", producer_id=producer_id, epoch=epoch, sequence=0, transactional=True)
    assert first_code(await ask(cluster, ProduceRequest(topic, -1, 5000, [(topic, [(0, data)])]))) != 0
    assert await read_all(cluster, topic) == []


async def test_offsets_for_a_group_outside_the_transaction_are_refused(cluster: Cluster, topic: str) -> None:
    identity = await claim(cluster, topic)
    request = TxnOffsetCommitRequest(topic, f"g-{topic}", *identity, [(topic, [(0, 5, "")])])
    assert first_code(await ask(cluster, request)) != 0


async def test_overdue_transaction_is_aborted_and_its_producer_fenced(cluster: Cluster, topic: str) -> None:
    async with producer(cluster) as plain:
        sleeper = AIOKafkaProducer(
            bootstrap_servers=cluster.address, transactional_id=topic, transaction_timeout_ms=1000
        )
        await sleeper.start()
        await sleeper.begin_transaction()
        await sleeper.send_and_wait(topic, b"overdue")
        await plain.send_and_wait(topic, b"behind it")
        async with consumer(cluster, topic, isolation_level="read_committed") as client:
            assert values(await read(client, 1)) == [b"behind it"]
        with pytest.raises((KafkaError, AssertionError)):
            await sleeper.commit_transaction()
        await sleeper.stop()


# -- groups


async def test_two_members_share_the_partitions_and_the_last_one_gets_all(cluster: Cluster) -> None:
    topic = await new_topic(cluster, partitions=4)
    group = {"group_id": f"g-{topic}", "heartbeat_interval_ms": 300, "session_timeout_ms": 6000}
    async with consumer(cluster, topic, **group) as first:
        assert len(first.assignment()) == 4
        async with consumer(cluster, topic, **group) as second:
            await eventually(lambda: sizes(first, second), (2, 2))
            assert first.assignment() | second.assignment() == {TopicPartition(topic, n) for n in range(4)}
        await eventually(lambda: sizes(first), (4,))


async def sizes(*members: AIOKafkaConsumer) -> tuple[int, ...]:
    """How many partitions each has; polling keeps the rebalance going."""
    for member in members:
        await member.getmany(timeout_ms=20)
    return tuple(len(member.assignment()) for member in members)


async def test_silent_member_loses_its_place_after_the_session(cluster: Cluster) -> None:
    topic = await new_topic(cluster, partitions=2)
    group = {"group_id": f"g-{topic}", "heartbeat_interval_ms": 300, "session_timeout_ms": 6000}
    join = JoinGroupRequest(f"g-{topic}", 6000, 6000, "", "", "consumer", [("roundrobin", b"\0\0\0\0\0\0\0\0\0\0")])
    assert (await ask(cluster, join)).error_code == 0
    async with consumer(cluster, topic, **group) as client:
        await eventually(lambda: sizes(client), (2,))


async def test_group_goes_on_where_it_committed(cluster: Cluster, topic: str) -> None:
    async with producer(cluster) as sender:
        for number in range(6):
            await sender.send_and_wait(topic, b"%d" % number)
    async with consumer(cluster, topic, group_id=f"g-{topic}") as client:
        await client.getone()
        await client.commit({TopicPartition(topic, 0): 4})
    async with consumer(cluster, topic, group_id=f"g-{topic}") as client:
        assert values(await read(client, 2)) == [b"4", b"5"]


async def test_strangers_are_told_so(cluster: Cluster, topic: str) -> None:
    async with consumer(cluster, topic, group_id=f"g-{topic}"):
        assert (await ask(cluster, HeartbeatRequest(f"g-{topic}", 1, "nobody"))).error_code == UNKNOWN_MEMBER
        commit = OffsetCommitRequest(f"g-{topic}", 1, "nobody", -1, [(topic, [(0, 1, "")])])
        assert first_code_of_commit(await ask(cluster, commit)) == UNKNOWN_MEMBER
    join = JoinGroupRequest(f"h-{topic}", 100, 100, "", "", "consumer", [("roundrobin", b"")])
    assert (await ask(cluster, join)).error_code == INVALID_SESSION


def first_code_of_commit(answer: Any) -> int:
    [(_, [(_, code)])] = answer.topics
    return int(code)


# -- administration


async def test_topics_and_their_settings_are_told_as_they_were_made(cluster: Cluster) -> None:
    topic = await new_topic(cluster, partitions=3, max_message_bytes="4194304")
    async with admin(cluster) as client:
        again = await client.create_topics([NewTopic(topic, 3, 1)])
        unknown = await client.create_topics([NewTopic(f"{topic}-x", 1, 1, topic_configs={"no.such": "1"})])
        [described] = await client.describe_topics([topic])
        [answer] = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    assert [code for _, code, _ in again.topic_errors] == [36]
    assert [code for _, code, _ in unknown.topic_errors] == [40]
    assert len(described["partitions"]) == 3
    settings = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    assert settings["max.message.bytes"] == "4194304"
    assert settings["cleanup.policy"] == "delete"


async def test_settings_and_partitions_can_be_changed(cluster: Cluster, topic: str) -> None:
    from aiokafka.admin import NewPartitions

    change = ConfigResource(ConfigResourceType.TOPIC, topic, configs={"max.message.bytes": "3000"})
    async with admin(cluster) as client:
        await client.alter_configs([change])
        await client.create_partitions({topic: NewPartitions(4)})
        await eventually(lambda: number_of_partitions(client, topic), 4)
        [answer] = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    assert {entry[0]: entry[1] for entry in answer.resources[0][4]}["max.message.bytes"] == "3000"


async def number_of_partitions(client: AIOKafkaAdminClient, topic: str) -> int:
    [described] = await client.describe_topics([topic])
    return len(described["partitions"])


async def test_deleted_topic_is_unknown(cluster: Cluster, topic: str) -> None:
    async with admin(cluster) as client:
        await client.delete_topics([topic])
        await eventually(lambda: is_listed(client, topic), False)


async def is_listed(client: AIOKafkaAdminClient, topic: str) -> bool:
    return topic in await client.list_topics()


# -- two client libraries


async def test_librdkafka_reads_what_aiokafka_wrote(cluster: Cluster, topic: str) -> None:
    async with producer(cluster, transactional_id=topic, compression_type="zstd") as sender, sender.transaction():
        for number in range(10):
            await sender.send(topic, b"%d" % number, key=b"k", headers=[("null", None), ("raw", b"\xff")])
    messages = await asyncio.to_thread(read_with_librdkafka, cluster, topic, 10)
    assert [m.value() for m in messages] == [b"%d" % n for n in range(10)]
    assert messages[0].headers() == [("null", None), ("raw", b"\xff")]


def read_with_librdkafka(cluster: Cluster, topic: str, count: int) -> list[confluent_kafka.Message]:
    client = confluent_kafka.Consumer(
        {
            "bootstrap.servers": cluster.address,
            "group.id": f"r-{topic}",
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    client.subscribe([topic])
    try:
        polled = (message for message in iter(lambda: client.poll(20), None) if not message.error())
        return list(itertools.islice(polled, count))
    finally:
        client.close()


async def test_aiokafka_reads_what_librdkafka_wrote(cluster: Cluster, topic: str) -> None:
    await asyncio.to_thread(write_with_librdkafka, cluster, topic)
    seen = values(await read_all(cluster, topic, isolation="read_committed"))
    assert seen == [b"kept %d" % n for n in range(5)] * 2


def write_with_librdkafka(cluster: Cluster, topic: str) -> None:
    """Two committed transactions with an aborted one between them."""
    client = confluent_kafka.Producer(
        {"bootstrap.servers": cluster.address, "transactional.id": topic, "compression.type": "zstd"}
    )
    client.init_transactions(20)
    for word, end in ((b"kept", client.commit_transaction), (b"lost", client.abort_transaction), (b"kept", None)):
        client.begin_transaction()
        for number in range(5):
            client.produce(topic, b"%s %d" % (word, number), key=b"k")
        (end or client.commit_transaction)(20)


# -- what outlives the broker


async def test_acknowledged_records_offsets_and_decisions_survive_a_kill(own_cluster: Cluster) -> None:
    topic = await new_topic(own_cluster)
    group, place = f"g-{topic}", TopicPartition(topic, 0)
    async with producer(own_cluster, transactional_id=topic) as sender:
        async with sender.transaction():
            await asyncio.gather(*[await sender.send(topic, b"%d" % n) for n in range(10)])
            await sender.send_offsets_to_transaction({place: 6}, group)
        await sender.begin_transaction()
        await sender.send_and_wait(topic, b"open when the broker died")
        await asyncio.to_thread(own_cluster.kill_and_start)
        await sender.abort_transaction()
    async with consumer(own_cluster, topic, group_id=group, isolation_level="read_committed") as client:
        assert values(await read(client, 4)) == [b"6", b"7", b"8", b"9"]
    assert values(await read_all(own_cluster, topic, isolation="read_committed")) == [b"%d" % n for n in range(10)]
