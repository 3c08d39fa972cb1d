"""Batches as bytes: what is taken, what is refused, what keeps its checksum."""

from __future__ import annotations

import pytest
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.devstack.broker.making import batch, values

from factwire.devstack.broker import batches
from factwire.devstack.broker.protocol import Code, Refused


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=20), st.integers(0, 2**50))
def test_batch_keeps_its_records_and_checksum_at_any_offset(records: list[bytes], offset: int) -> None:
    moved = batches.at_offset(batch(*records), offset)
    assert values(moved) == [(offset + n, value) for n, value in enumerate(records)]
    assert batches.is_intact(moved, batches.read_header(moved))


@given(st.data())
def test_any_flipped_byte_behind_the_length_is_refused(data: st.DataObject) -> None:
    whole = bytearray(batch(b"one", b"two"))
    place = data.draw(st.integers(16, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Refused):
        batches.check_batch(bytes(whole))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_batch_are_refused(junk: bytes) -> None:
    with pytest.raises(Refused):
        batches.check_batch(junk)


def test_two_batches_in_one_are_refused() -> None:
    with pytest.raises(Refused):
        batches.check_batch(batch(b"a") + batch(b"b"))


@pytest.mark.parametrize("commit", [True, False])
def test_marker_is_a_control_batch_that_clients_understand(commit: bool) -> None:
    data = batches.marker(7, 3, commit=commit, timestamp=1000)
    assert batches.is_intact(data, batches.read_header(data))
    [one] = iter_batches(data)
    assert (one.is_control_batch, one.is_transactional, one.producer_id) == (True, True, 7)
    [record] = one
    assert record.key == bytes([0, 0, 0, int(commit)])


def iter_batches(data: bytes) -> list[object]:
    records, found = MemoryRecords(data), []
    while records.has_next():
        found.append(records.next_batch())
    return found


def test_control_batch_of_a_client_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        batches.check_batch(batches.marker(7, 0, commit=True, timestamp=0))
    assert refused.value.code is Code.INVALID_RECORD


def test_sequences_wrap_at_the_largest_int() -> None:
    header = batches.read_header(batch(b"a", b"b", producer_id=1, epoch=0, sequence=2**31 - 1))
    assert header.last_sequence == 0
