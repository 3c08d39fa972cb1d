"""The order of pause, prepare, seek and resume, over a consumer that remembers what it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

import pytest
from aiokafka import TopicPartition
from tests.support.records import record

from factwire.errors import ConfigurationError, TransientError
from factwire.runtime.health import Health
from factwire.streaming.assignment import Assignment, Held
from factwire.streaming.records import Batch, Partition

P0, P1 = Partition("t", 0), Partition("t", 1)
TP0, TP1 = TopicPartition("t", 0), TopicPartition("t", 1)


class FakeConsumer:
    def __init__(self, *assigned: TopicPartition) -> None:
        self.assigned = set(assigned)
        self.paused: set[TopicPartition] = set()
        self.positions: dict[TopicPartition, int] = {}
        self.end = 100
        self.resumed = asyncio.Event()

    def assignment(self) -> set[TopicPartition]:
        return self.assigned

    def pause(self, *partitions: TopicPartition) -> None:
        self.paused |= set(partitions)

    def resume(self, *partitions: TopicPartition) -> None:
        self.paused -= set(partitions)
        self.resumed.set()

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]

    async def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 3)

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self.end)


class FakeOwner:
    """Gives offsets; fails as often as told; remembers what was released."""

    def __init__(self, offset: int = 5, failures: int = 0) -> None:
        self.offset, self.failures = offset, failures
        self.released: list[str] = []
        self.during: list[set[TopicPartition]] = []

    async def take(self, consumer: FakeConsumer, partitions: frozenset[Partition]) -> Mapping[Partition, Held[str]]:
        self.during.append(set(consumer.paused))
        if self.failures:
            self.failures -= 1
            raise TransientError("database away")
        return {p: Held(self.offset, f"handle {p}") for p in partitions}

    async def release(self, handle: str) -> None:
        self.released.append(handle)


class Fatal(list[BaseException]):
    def __call__(self, fault: BaseException) -> None:
        self.append(fault)


def assignment(owner: FakeOwner, consumer: FakeConsumer, fatal: Fatal | None = None) -> Assignment[str]:
    return Assignment("test", owner, lambda: consumer, Health("test"), Fatal() if fatal is None else fatal)


def batch(first: int, last: int, partition: Partition = P0) -> Batch:
    return Batch(partition, tuple(record(b"", offset=n, partition=partition) for n in range(first, last + 1)))


async def test_partitions_are_paused_while_prepared_then_sought_and_resumed() -> None:
    consumer, owner = FakeConsumer(TP0, TP1), FakeOwner(offset=5)
    await assignment(owner, consumer).on_partitions_assigned([TP0, TP1])
    assert owner.during == [{TP0, TP1}]
    assert consumer.positions == {TP0: 5, TP1: 5}
    assert consumer.paused == set()


async def test_preparing_is_tried_until_it_succeeds() -> None:
    consumer, owner = FakeConsumer(TP0), FakeOwner(failures=1)
    ours = assignment(owner, consumer)
    await ours.on_partitions_assigned([TP0])
    assert list(ours.held) == [P0]
    assert len(owner.during) == 2


async def test_records_that_came_before_the_partition_was_ready_are_not_admitted() -> None:
    consumer, owner = FakeConsumer(TP0), FakeOwner(offset=5)
    ours = assignment(owner, consumer)
    assert not await ours.admits(batch(5, 6))
    await ours.on_partitions_assigned([TP0])
    assert not await ours.admits(batch(5, 6)), "fetched before the seek: the position is behind it"
    consumer.positions[TP0] = 7
    assert await ours.admits(batch(5, 6))
    assert not await ours.admits(batch(4, 6)), "committed already"


async def test_progress_moves_what_is_admitted() -> None:
    consumer = FakeConsumer(TP0)
    ours = assignment(FakeOwner(offset=5), consumer)
    await ours.on_partitions_assigned([TP0])
    consumer.positions[TP0] = 50
    ours.advance(batch(5, 9))
    assert not await ours.admits(batch(9, 12))
    assert await ours.admits(batch(12, 13)), "control records leave gaps"


async def test_a_revocation_waits_for_the_batch_in_hand_and_releases() -> None:
    consumer, owner = FakeConsumer(TP0), FakeOwner()
    ours = assignment(owner, consumer)
    await ours.on_partitions_assigned([TP0])
    async with ours.lock:
        revoking = asyncio.create_task(ours.on_partitions_revoked([TP0]))
        done, _ = await asyncio.wait([revoking], timeout=0.05)
        assert not done
        assert owner.released == []
    await revoking
    assert owner.released == [f"handle {P0}"]
    assert ours.held == {}


async def test_a_partition_given_up_is_paused_released_and_prepared_again() -> None:
    consumer, owner = FakeConsumer(TP0), FakeOwner(offset=5)
    ours = assignment(owner, consumer)
    await ours.on_partitions_assigned([TP0])
    owner.offset = 8
    consumer.resumed.clear()
    await ours.give_up([P0])
    assert P0 not in ours.held
    assert consumer.paused == {TP0}
    async with asyncio.timeout(10):
        await consumer.resumed.wait()
    assert consumer.positions[TP0] == 8
    assert consumer.paused == set()


async def test_a_partition_lost_while_it_was_prepared_is_released() -> None:
    consumer = FakeConsumer(TP0)
    owner = FakeOwner()
    ours = assignment(owner, consumer)

    async def take(seen: FakeConsumer, partitions: frozenset[Partition]) -> Mapping[Partition, Held[str]]:
        seen.assigned.clear()
        return {p: Held(5, "late") for p in partitions}

    owner.take = take  # type: ignore[method-assign]
    await ours.on_partitions_assigned([TP0])
    assert owner.released == ["late"]
    assert ours.held == {}


async def test_records_deleted_unread_are_passed_over_and_told() -> None:
    consumer, owner = FakeConsumer(TP0), FakeOwner(offset=1)
    ours = assignment(owner, consumer)
    await ours.on_partitions_assigned([TP0])
    assert consumer.positions[TP0] == 3


async def test_an_offset_beyond_the_log_stops_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factwire.streaming.assignment.PATIENCE", -1.0)
    fatal = Fatal()
    consumer, owner = FakeConsumer(TP0), FakeOwner(offset=101)
    await assignment(owner, consumer, fatal).on_partitions_assigned([TP0])
    assert isinstance(fatal[0], ConfigurationError)
    assert owner.released == [f"handle {P0}"]
    assert consumer.paused == {TP0}


async def test_an_unexpected_fault_stops_the_service_instead_of_vanishing() -> None:
    fatal, consumer, owner = Fatal(), FakeConsumer(TP0), FakeOwner()

    async def take(*_: object) -> Mapping[Partition, Held[str]]:
        raise KeyError("a bug")

    owner.take = take  # type: ignore[method-assign]
    await assignment(owner, consumer, fatal).on_partitions_assigned([TP0])
    assert isinstance(fatal[0], KeyError)
