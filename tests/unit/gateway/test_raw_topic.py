import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from factwire.errors import InvalidRecord, Unavailable
from factwire.gateway.raw_topic import SpooledTopic
from factwire.gateway.spool import Spool
from factwire.streaming.records import Outgoing


@dataclass
class FlakyTopic:
    away: bool = False
    unloved: bytes | None = None
    records: list[Outgoing] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    refused: asyncio.Event = field(default_factory=asyncio.Event)

    async def append(self, records: Sequence[Outgoing]) -> None:
        if self.away:
            self.refused.set()
            raise Unavailable("kafka:9092 is away")
        if any(record.key == self.unloved for record in records):
            raise InvalidRecord("too large", stage="publish")
        self.records.extend(records)
        self.arrived.set()

    async def check(self) -> None:
        if self.away:
            raise Unavailable("kafka:9092 is away")

    async def close(self) -> None:
        self.away = True

    @property
    def keys(self) -> list[bytes]:
        return [record.key for record in self.records]


def record(key: str) -> Outgoing:
    return Outgoing("raw", key.encode(), b"{}", (("ce_id", b"id"),))


@pytest.fixture
def broker() -> FlakyTopic:
    return FlakyTopic()


SPOOLS: list[Spool] = []


@pytest.fixture(autouse=True)
def closed_at_the_end() -> Iterator[None]:
    yield
    while SPOOLS:
        SPOOLS.pop().close()


def spooled(broker: FlakyTopic, folder, max_bytes: int = 100_000) -> SpooledTopic:
    spool = Spool(folder, max_bytes)
    SPOOLS.append(spool)
    spool.open()
    return SpooledTopic(broker, spool, lambda: 100.0)


async def test_a_broker_that_answers_gets_records_at_once(broker, tmp_path):
    assert await spooled(broker, tmp_path).append([record("a")]) == "log"
    assert broker.keys == [b"a"]


async def test_while_the_broker_is_away_records_wait_and_are_sent_in_order(broker, tmp_path):
    topic = spooled(broker, tmp_path)
    broker.away = True
    for key in "abc":
        assert await topic.append([record(key)]) == "spool"
    broker.away = False
    assert await topic.append([record("d")]) == "spool", "what comes later goes behind what waits"
    await topic.drain_once()
    assert broker.keys == [b"a", b"b", b"c", b"d"]
    assert await topic.append([record("e")]) == "log"


async def test_the_drain_goes_on_by_itself_once_the_broker_is_back(broker, tmp_path):
    topic = spooled(broker, tmp_path)
    broker.away = True
    draining = asyncio.create_task(topic.drain(pause=0.01))
    await topic.append([record("a")])
    broker.refused.clear()
    async with asyncio.timeout(5):
        await broker.refused.wait()
        broker.away = False
        await broker.arrived.wait()
    draining.cancel()
    assert broker.keys == [b"a"]


async def test_what_an_earlier_process_left_is_sent_first(broker, tmp_path):
    broker.away = True
    earlier = spooled(broker, tmp_path)
    await earlier.append([record("a")])
    await earlier.close()
    broker.away = False
    topic = spooled(broker, tmp_path)
    await topic.append([record("b")])
    await topic.drain_once()
    assert broker.keys == [b"a", b"b"]


async def test_a_full_spool_says_why_and_makes_the_gateway_unready(broker, tmp_path):
    topic = spooled(broker, tmp_path, max_bytes=0)
    broker.away = True
    with pytest.raises(Unavailable, match=r"is away; the 0 bytes"):
        await topic.append([record("a")])
    with pytest.raises(Unavailable):
        await topic.check()


async def test_ready_while_the_spool_takes_articles_but_says_so(broker, tmp_path):
    topic = spooled(broker, tmp_path)
    assert await topic.check() is None
    broker.away = True
    await topic.append([record("a")])
    assert "1 records wait on this disk" in await topic.check()


async def test_a_record_that_the_broker_refuses_is_set_aside_and_holds_up_nobody(broker, tmp_path):
    topic = spooled(broker, tmp_path)
    broker.away = True
    await topic.append([record("a"), record("b"), record("c")])
    broker.away, broker.unloved = False, b"b"
    await topic.drain_once()
    assert broker.keys == [b"a", b"c"]
    assert (tmp_path / "refused.records").stat().st_size > 0


async def test_what_the_disk_takes_no_note_of_is_not_sent_twice(broker, tmp_path):
    topic = spooled(broker, tmp_path)
    broker.away = True
    await topic.append([record("a")])
    broker.away = False
    (tmp_path / "cursor.new").mkdir()
    with pytest.raises(OSError):
        await topic.drain_once()
    (tmp_path / "cursor.new").rmdir()
    assert await topic.append([record("b")]) == "log"
    await topic.drain_once()
    assert broker.keys == [b"a", b"b"]


async def test_the_drain_outlives_a_disk_that_fails(broker, tmp_path):
    topic = spooled(broker, tmp_path)
    (tmp_path / "cursor.new").mkdir()
    draining = asyncio.create_task(topic.drain(pause=0.01))
    for key in "ab":
        broker.away = True
        await topic.append([record(key)])
        broker.arrived.clear()
        broker.away = False
        async with asyncio.timeout(5):
            await broker.arrived.wait()
    draining.cancel()
    assert broker.keys == [b"a", b"b"]
