from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.records import P0, record

from factwire.streaming.records import Batch, Partition, Record, by_partition

P1 = Partition("t", 1)


def test_a_batch_says_what_may_be_committed() -> None:
    batch = Batch(P0, (record(b"", offset=4), record(b"", offset=9)))
    assert (batch.first_offset, batch.last_offset, batch.committable) == (4, 9, 10)


def test_a_merged_fetch_is_regrouped_and_order_is_kept() -> None:
    mixed = [record(b"", offset=o, partition=p) for p, o in ((P1, 3), (P0, 1), (P1, 5), (P0, 2))]
    batches = by_partition(mixed)
    assert {b.partition: [r.offset for r in b.records] for b in batches} == {P0: [1, 2], P1: [3, 5]}


def test_the_last_of_repeated_headers_counts() -> None:
    assert record(b"", headers=(("h", b"1"), ("h", b"2"))).header("h") == b"2"
    assert record(b"").header("h") is None


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        (1_700_000_000_500, datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC)),
        (-1, datetime(1970, 1, 1, tzinfo=UTC)),
        (2**63 - 1, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_any_time_stamp_is_a_moment(stamp: int, moment: datetime) -> None:
    assert Record(P0, 0, b"k", b"v", (), stamp).moment == moment


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_time_stamp_of_any_64_bits_raises_nothing(stamp: int) -> None:
    assert Record(P0, 0, b"k", b"v", (), stamp).moment.tzinfo is UTC
