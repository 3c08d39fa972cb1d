"""Reading a topic from outside: to the end that is there, past what nobody sees, and never for ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from factwire.errors import TransientError
from factwire.streaming.browse import PATIENCE, Browser
from factwire.streaming.records import Partition

TP = TopicPartition("browse-test", 0)
P0 = Partition("browse-test", 0)


@dataclass
class FakeConsumer:
    """One partition from ``begin`` to ``end``; offsets that are not ``seen`` are markers of transactions."""

    end: int
    seen: frozenset[int]
    begin: int = 0
    silent: bool = False
    at: dict[TopicPartition, int] = field(default_factory=dict)
    fetches: int = 0

    async def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self.begin)

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self.end)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.at[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self.at[partition]

    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]:
        self.fetches += 1
        if self.silent:
            return {}
        offset = self.at[TP]
        self.at[TP] += 1
        raw = ConsumerRecord(TP.topic, 0, offset, 0, 0, b"k", b"v", None, 1, 1, ())
        return {TP: [raw]} if offset in self.seen else {}


def browser(consumer: FakeConsumer) -> Browser:
    seconds = count()
    return Browser(consumer, [TP], clock=lambda: float(next(seconds)))


async def offsets(consumer: FakeConsumer, start: int = 0) -> list[int]:
    return [record.offset async for record in browser(consumer).records({P0: start})]


async def test_a_log_is_read_to_its_end_though_that_be_a_marker() -> None:
    assert await offsets(FakeConsumer(5, frozenset({0, 1, 3}))) == [0, 1, 3]


async def test_a_run_of_markers_longer_than_the_patience_is_no_silence() -> None:
    assert await offsets(FakeConsumer(500, frozenset({499}))) == [499]


async def test_reading_begins_where_asked_and_not_before_what_is_kept() -> None:
    assert await offsets(FakeConsumer(5, frozenset(range(5)), begin=1), start=3) == [3, 4]
    assert await offsets(FakeConsumer(5, frozenset(range(5)), begin=4), start=3) == [4]


async def test_a_broker_that_gives_nothing_any_more_is_away() -> None:
    consumer = FakeConsumer(5, frozenset({0}), silent=True)
    with pytest.raises(TransientError, match="given nothing"):
        await offsets(consumer)
    assert consumer.fetches < 2 * PATIENCE


@pytest.mark.parametrize("offset", [-1, 2, 5, 10**30])
async def test_a_record_that_is_not_there_is_none(offset: int) -> None:
    assert await browser(FakeConsumer(5, frozenset({3, 4}), begin=3)).record(P0, offset) is None


async def test_a_record_is_found_by_its_offset_alone() -> None:
    consumer = FakeConsumer(50, frozenset(range(50)))
    found = await browser(consumer).record(P0, 7)
    assert found is not None
    assert (found.offset, consumer.fetches) == (7, 1)
