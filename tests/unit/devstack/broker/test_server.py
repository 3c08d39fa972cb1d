"""The whole broker over TCP: restarts, lost answers, habits of real Kafka that are switched on."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaError
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.protocol.metadata import MetadataRequest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factwire.devstack.broker import Broker, Fault, Options
from factwire.devstack.broker.faults import refusal
from factwire.devstack.broker.protocol import APIS, Code, decode, encode
from factwire.errors import ConfigurationError, Unavailable

PLACE = TopicPartition("t", 0)


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(tmp_path / "broker")


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Broker]:
    async with Broker(options) as broker:
        if not any(topic.name == "t" for topic in broker.topics):
            broker.topics.create("t", 1, {})
        yield broker


@asynccontextmanager
async def producer(broker: Broker, **more: Any) -> AsyncIterator[AIOKafkaProducer]:
    client = AIOKafkaProducer(bootstrap_servers=broker.address, **more)
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


async def committed_values(broker: Broker) -> list[bytes]:
    client = AIOKafkaConsumer(
        bootstrap_servers=broker.address, isolation_level="read_committed", enable_auto_commit=False
    )
    await client.start()
    try:
        client.assign([PLACE])
        await client.seek_to_beginning()
        end, found = (await client.end_offsets([PLACE]))[PLACE], []
        async with asyncio.timeout(10):
            while await client.position(PLACE) < end:
                found += [r.value for r in (await client.getmany(PLACE, timeout_ms=100)).get(PLACE, [])]
        return found
    finally:
        await client.stop()


async def ask(broker: Broker, request: Any) -> Any:
    connection = await create_conn(broker.host, broker.port)
    try:
        return await connection.send(request)
    finally:
        connection.close()


async def test_everything_is_there_after_a_restart(options: Options) -> None:
    async with running(options) as broker, producer(broker, transactional_id="id") as sender:
        async with sender.transaction():
            await sender.send(PLACE.topic, b"kept")
            await sender.send_offsets_to_transaction({PLACE: 3}, "g")
        await sender.begin_transaction()
        await sender.send_and_wait(PLACE.topic, b"lost")
        await sender.abort_transaction()
    async with running(options) as broker:
        assert await committed_values(broker) == [b"kept"]
        assert broker.offsets.of("g")["t", 0].offset == 3


async def test_decision_without_markers_is_carried_out_by_the_next_start(options: Options) -> None:
    slow = replace(options, marker_delay=3600)
    async with running(slow) as broker:
        sender = AIOKafkaProducer(bootstrap_servers=broker.address, transactional_id="id")
        await sender.start()
        await sender.begin_transaction()
        await sender.send_and_wait(PLACE.topic, b"decided")
        await sender.commit_transaction()
        assert broker.topics.log("t", 0).stable_offset == 0
        await sender.stop()
    async with running(options) as broker:
        async with asyncio.timeout(30):
            while broker.topics.log("t", 0).stable_offset < 2:  # noqa: ASYNC110 - a log tells nobody that it has grown
                await asyncio.sleep(options.marker_delay)
        assert await committed_values(broker) == [b"decided"]
        assert broker.topics.log("t", 0).end_offset == 2


async def test_second_broker_on_the_same_folder_is_refused(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factwire.devstack.broker.server._LOCK_PATIENCE", 0.2)
    async with running(options):
        with pytest.raises(ConfigurationError, match="another broker uses"):
            await Broker(options).start()


async def test_taken_port_is_told(options: Options, tmp_path: Path) -> None:
    async with running(options) as broker:
        other = Broker(Options(tmp_path / "other", port=broker.port))
        with pytest.raises(Unavailable, match=f"cannot listen on 127.0.0.1:{broker.port}"):
            await other.start()


async def test_lost_answer_to_a_produce_is_no_duplicate(options: Options) -> None:
    async with running(options) as broker, producer(broker, enable_idempotence=True) as sender:
        broker.faults.add(Fault("Produce", lose="response"), Fault("Produce", lose="request"))
        await sender.send_and_wait(PLACE.topic, b"once")
        assert len(broker.faults.spent) == 2
        assert await committed_values(broker) == [b"once"]


async def test_lost_answer_to_an_end_is_no_second_end(options: Options) -> None:
    async with running(options) as broker, producer(broker, transactional_id="id") as sender:
        broker.faults.add(Fault("EndTxn", lose="response"))
        async with sender.transaction():
            await sender.send_and_wait(PLACE.topic, b"x")
        assert await committed_values(broker) == [b"x"]


async def test_injected_error_is_answered_so_often_and_no_more(options: Options) -> None:
    async with running(options) as broker, producer(broker, transactional_id="id") as sender:
        broker.faults.add(Fault("AddPartitionsToTxn", error=Code.CONCURRENT_TRANSACTIONS, times=3))
        async with sender.transaction():
            await sender.send_and_wait(PLACE.topic, b"x")
        assert len(broker.faults.spent) == 3


async def test_fenced_by_fault_the_producer_gives_up(options: Options) -> None:
    async with running(options) as broker, producer(broker, transactional_id="id") as sender:
        broker.faults.add(Fault("EndTxn", error=Code.INVALID_PRODUCER_EPOCH))
        await sender.begin_transaction()
        await sender.send_and_wait(PLACE.topic, b"x")
        with pytest.raises(KafkaError):
            await sender.commit_transaction()


async def test_loading_coordinator_says_so_at_the_top_and_names_no_partition(options: Options) -> None:
    async with running(replace(options, loading=60)) as broker:
        answer = await ask(broker, OffsetFetchRequest("g", [("t", [0])]))
        assert (answer.error_code, answer.topics) == (Code.COORDINATOR_LOAD_IN_PROGRESS, [])


async def test_partition_has_no_leader_while_warming_up(options: Options) -> None:
    async with running(replace(options, warm_up=60)) as broker:
        answer = await ask(broker, MetadataRequest(["t"]))
        [(error, _, _, [(_, _, leader, *_)])] = answer.topics
        assert (error, leader) == (Code.LEADER_NOT_AVAILABLE, -1)


async def test_reader_waits_no_longer_than_it_asked(options: Options) -> None:
    async with running(options) as broker:
        client = AIOKafkaConsumer("t", bootstrap_servers=broker.address, fetch_max_wait_ms=100)
        await client.start()
        async with asyncio.timeout(5):
            assert await client.getmany(timeout_ms=300) == {}
        await client.stop()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=100))
async def test_junk_closes_the_connection_and_nothing_else(tmp_path_factory: Any, junk: bytes) -> None:
    async with running(Options(tmp_path_factory.mktemp("junk"))) as broker:
        reader, writer = await asyncio.open_connection(broker.host, broker.port)
        writer.write(struct.pack(">i", len(junk)) + junk)
        writer.write_eof()
        async with asyncio.timeout(5):
            await reader.read()
        writer.close()
        assert (await ask(broker, MetadataRequest(["t"]))).topics


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_every_request_of_every_version_can_be_refused(api: Any) -> None:
    for version in range(api.lowest, api.highest + 1):
        head = struct.pack(">hhih", api.key, version, 7, -1)
        call = decode(head + blank(api.request(version).SCHEMA), "host")
        assert encode(call, refusal(call, Code.INVALID_REQUEST))[4:8] == struct.pack(">i", 7)


def blank(schema: Any) -> bytes:
    """A request with zeros, empty texts, and one item in every list."""
    return b"".join(_blank(kind) for kind in schema.fields)


def _blank(kind: Any) -> bytes:
    if hasattr(kind, "array_of"):
        return struct.pack(">i", 1) + _blank(kind.array_of)
    if hasattr(kind, "fields"):
        return blank(kind)
    name = kind.__name__ if isinstance(kind, type) else type(kind).__name__
    return {"String": b"\0\1x", "Bytes": b"\0\0\0\0", "Boolean": b"\0", "Int8": b"\0", "Int16": b"\0\0"}.get(
        name, b"\0" * (8 if name == "Int64" else 4)
    )
