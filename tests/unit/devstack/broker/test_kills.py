"""Exactly once on the development broker while it is killed: every number once, and the offset that goes with it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from factwire.devstack.ports import LOOPBACK, free_port

PLACE = TopicPartition("numbers", 0)
KILLS = 6


class KilledBroker:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"{LOOPBACK}:{self.port}"
        self._command = [sys.executable, "-m", "factwire.devstack.broker", "--data-dir", str(folder)]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen([*self._command, "--port", str(self.port)], stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@asynccontextmanager
async def producer(address: str) -> AsyncIterator[AIOKafkaProducer]:
    client = AIOKafkaProducer(bootstrap_servers=address, transactional_id="id", request_timeout_ms=5000)
    await client.start()
    try:
        yield client
    finally:
        with contextlib.suppress(TimeoutError, KafkaError, AssertionError):
            await asyncio.wait_for(client.stop(), 3)


async def committed(address: str) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=address, group_id="g")
    await consumer.start()
    try:
        return await consumer.committed(PLACE) or 0
    finally:
        await consumer.stop()


async def count_up(address: str, enough: asyncio.Event) -> int:
    """Goes on from the committed number, three in a transaction, each with the next offset; returns how many."""
    async with producer(address) as sender:
        number = await committed(address)
        while not enough.is_set():
            upto = number + 3
            async with asyncio.timeout(10):
                await sender.begin_transaction()
                sent = [await sender.send(PLACE.topic, b"%d" % n, partition=0) for n in range(number, upto)]
                await asyncio.gather(*sent)
                await sender.send_offsets_to_transaction({PLACE: upto}, "g")
                await sender.commit_transaction()
            number = upto
    return number


async def count_up_whatever_happens(address: str, enough: asyncio.Event) -> int:
    while True:
        try:
            return await count_up(address, enough)
        except (KafkaError, AssertionError, TimeoutError):
            await asyncio.sleep(0.1)


async def kill_now_and_then(broker: KilledBroker, enough: asyncio.Event) -> None:
    chance = random.Random(7)
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.2, 0.8))
        broker.kill()
        await asyncio.to_thread(broker.start)
    enough.set()


async def read_all(address: str) -> list[int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=address, isolation_level="read_committed", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([PLACE])
        await consumer.seek_to_beginning()
        end, found = (await consumer.end_offsets([PLACE]))[PLACE], []
        while await consumer.position(PLACE) < end:
            found += [int(r.value) for r in (await consumer.getmany(PLACE, timeout_ms=200)).get(PLACE, [])]
        return found
    finally:
        await consumer.stop()


async def test_every_number_is_there_once_after_many_kills(tmp_path: Path) -> None:
    broker = KilledBroker(tmp_path)
    try:
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
        await admin.start()
        await admin.create_topics([NewTopic(PLACE.topic, 1, 1)])
        await admin.close()
        enough = asyncio.Event()
        async with asyncio.timeout(120):
            counting = asyncio.create_task(count_up_whatever_happens(broker.address, enough))
            await kill_now_and_then(broker, enough)
            numbers = await counting
            assert numbers > KILLS
            assert await read_all(broker.address) == list(range(numbers))
            assert await committed(broker.address) == numbers
    finally:
        broker.kill()
