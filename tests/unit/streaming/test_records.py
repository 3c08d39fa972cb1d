from __future__ import annotations

from tests.support.records import P0, record

from factwire.streaming.records import Batch, Partition, by_partition

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
