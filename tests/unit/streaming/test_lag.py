"""Lag and age while batches are in hand, dealt with, or taken away."""

from __future__ import annotations

from collections.abc import Iterable

from aiokafka import TopicPartition
from prometheus_client import REGISTRY

from factwire.streaming.lag import Lag
from factwire.streaming.records import Batch, Partition, Record

P0, P1 = Partition("lag-test", 0), Partition("lag-test", 1)
NOW = 1000.0


class FakeConsumer:
    """Every log ends at 100; positions are what a test says."""

    def __init__(self, positions: dict[Partition, int]) -> None:
        self.positions = {TopicPartition(p.topic, p.number): n for p, n in positions.items()}

    def assignment(self) -> set[TopicPartition]:
        return set(self.positions)

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 100)

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]


def batch(first: int, last: int, partition: Partition = P0, age: float = 0) -> Batch:
    stamp = int((NOW - age) * 1000)
    return Batch(partition, tuple(Record(partition, n, b"k", b"v", (), stamp) for n in range(first, last + 1)))


def lag() -> Lag:
    return Lag("lag-test", clock=lambda: NOW)


def shown(partition: Partition) -> float | None:
    labels = {"topic": partition.topic, "partition": str(partition.number)}
    return REGISTRY.get_sample_value("factwire_consumer_lag_records", labels)


def oldest() -> float | None:
    return REGISTRY.get_sample_value("factwire_oldest_pending_age_seconds", {"service": "lag-test"})


async def test_a_batch_in_hand_counts_from_its_first_record() -> None:
    measured = lag()
    measured.taken_up([batch(90, 99, age=30)])
    await measured.measure(FakeConsumer({P0: 100}), {P0})
    assert (shown(P0), oldest()) == (10, 30)


async def test_with_nothing_in_hand_a_marker_at_the_end_of_the_log_is_no_lag() -> None:
    measured = lag()
    measured.taken_up([batch(90, 98)])
    measured.dealt_with([batch(90, 98)], {P0: 99}.get)
    await measured.measure(FakeConsumer({P0: 100}), {P0})
    assert (shown(P0), oldest()) == (0, 0)


async def test_a_batch_given_up_goes_on_ageing_while_its_partition_is_not_held() -> None:
    measured = lag()
    measured.taken_up([batch(90, 99, age=30)])
    measured.dealt_with([batch(90, 99)], lambda _: None)
    await measured.measure(FakeConsumer({P0: 100}), set())
    assert (shown(P0), oldest()) == (10, 30)


async def test_the_oldest_of_all_partitions_counts() -> None:
    measured = lag()
    measured.taken_up([batch(1, 2, P0, age=5), batch(1, 2, P1, age=50)])
    assert oldest() == 50


async def test_a_partition_that_is_no_longer_ours_is_forgotten() -> None:
    measured = lag()
    measured.taken_up([batch(90, 99, P0), batch(90, 99, P1, age=60)])
    await measured.measure(FakeConsumer({P0: 100, P1: 100}), {P0, P1})
    await measured.measure(FakeConsumer({P0: 100}), {P0})
    assert (shown(P0), shown(P1), oldest()) == (10, None, 0)


async def test_nothing_is_claimed_of_a_partition_that_was_never_read() -> None:
    measured = lag()
    await measured.measure(FakeConsumer({P1: 7}), set())
    assert shown(P1) is None
