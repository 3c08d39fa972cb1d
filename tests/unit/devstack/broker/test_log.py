"""A partition on disk: order, bounds, and what a kill leaves behind."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.devstack.broker.making import append, batch, everything, next_offset, reopened, values

from factwire.devstack.broker.log import PartitionLog
from factwire.devstack.broker.producers import Aborted
from factwire.devstack.broker.protocol import Code, Refused

COMMIT, ABORT = True, False


@pytest.fixture
def log(tmp_path: Path) -> PartitionLog:
    return PartitionLog(tmp_path / "t-0")


def open_transaction(
    log: PartitionLog, value: bytes, *, producer_id: int = 1, epoch: int = 0, sequence: int = 0
) -> int:
    return append(log, batch(value, producer_id=producer_id, epoch=epoch, sequence=sequence, transactional=True))


@given(st.lists(st.lists(st.binary(max_size=50), min_size=1, max_size=5), max_size=12), st.integers(100, 1000))
def test_reopened_log_holds_what_was_appended_whatever_the_segments(batches: list[list[bytes]], size: int) -> None:
    with TemporaryDirectory() as folder:
        log = PartitionLog(Path(folder), segment_bytes=size)
        for records in batches:
            append(log, batch(*records))
        wanted = list(enumerate(value for records in batches for value in records))
        assert everything(log) == wanted
        again = reopened(log, segment_bytes=size)
        assert everything(again) == wanted
        assert again.end_offset == len(wanted)
        log.close()
        again.close()


@given(st.integers(min_value=1))
def test_torn_tail_is_cut_off_and_writing_goes_on(cut: int) -> None:
    with TemporaryDirectory() as folder:
        log = PartitionLog(Path(folder))
        append(log, batch(b"first"))
        size = file_of(log).stat().st_size
        append(log, batch(b"second"))
        torn = size + cut % (file_of(log).stat().st_size - size)
        with file_of(log).open("rb+") as file:
            file.truncate(torn)
        again = reopened(log)
        assert append(again, batch(b"third")) == 1
        assert everything(again) == [(0, b"first"), (1, b"third")]
        log.close()
        again.close()


def file_of(log: PartitionLog) -> Path:
    [file] = log.folder.glob("*.log")
    return file


def test_last_batch_with_a_wrong_byte_is_cut_off(log: PartitionLog) -> None:
    append(log, batch(b"first"))
    append(log, batch(b"second"))
    whole = file_of(log).read_bytes()
    file_of(log).write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
    assert everything(reopened(log)) == [(0, b"first")]


def test_read_keeps_to_its_size_but_gives_at_least_one_batch(log: PartitionLog) -> None:
    for number in range(5):
        append(log, batch(b"%d" % number * 100))
    assert len(values(log.read(0, 5, max_bytes=1))) == 1
    assert len(values(log.read(1, 5, max_bytes=2 * len(batch(b"1" * 100))))) == 2
    assert next_offset(log.read(0, 5, max_bytes=1 << 20)) == 5


def test_read_stops_below_the_offset_given(log: PartitionLog) -> None:
    for number in range(4):
        append(log, batch(b"%d" % number))
    assert values(log.read(1, 3, 1 << 20)) == [(1, b"1"), (2, b"2")]
    assert log.read(3, 3, 1 << 20) == b""


def test_committed_readers_stop_before_the_oldest_open_transaction(log: PartitionLog) -> None:
    append(log, batch(b"plain"))
    open_transaction(log, b"a", producer_id=1)
    open_transaction(log, b"b", producer_id=2)
    assert log.stable_offset == 1
    log.append_marker(1, 0, commit=COMMIT, timestamp=0)
    assert log.stable_offset == 2
    log.append_marker(2, 0, commit=ABORT, timestamp=0)
    assert log.stable_offset == log.end_offset == 5
    assert log.producers.aborted(0, 5) == [Aborted(2, 2, 4)]


def test_open_and_aborted_transactions_are_known_again_after_a_kill(log: PartitionLog) -> None:
    open_transaction(log, b"aborted", sequence=0)
    log.append_marker(1, 0, commit=ABORT, timestamp=0)
    open_transaction(log, b"open", sequence=1)
    again = reopened(log)
    assert again.stable_offset == 2
    assert again.producers.aborted(0, 9) == [Aborted(1, 0, 1)]
    assert again.producers.has_open(1)


def test_repeat_after_a_kill_is_still_a_repeat(log: PartitionLog) -> None:
    sent = [batch(b"%d" % n, producer_id=9, epoch=0, sequence=n) for n in range(3)]
    for data in sent:
        append(log, data)
    again = reopened(log)
    assert append(again, sent[1]) == 1
    assert append(again, batch(b"3", producer_id=9, epoch=0, sequence=3)) == 3
    assert again.end_offset == 4


def test_marker_of_a_newer_epoch_shuts_the_old_producer_out(log: PartitionLog) -> None:
    open_transaction(log, b"x", epoch=0)
    log.append_marker(1, 1, commit=ABORT, timestamp=0)
    with pytest.raises(Refused) as refused:
        open_transaction(log, b"y", epoch=0, sequence=1)
    assert refused.value.code is Code.INVALID_PRODUCER_EPOCH


def test_offset_is_found_by_time(log: PartitionLog) -> None:
    for second in (1, 2, 3):
        append(log, batch(b"a", b"b", timestamp=second * 1000))
    assert log.offset_since(1500) == (2, 2000)
    assert log.offset_since(4000) is None


def test_deleted_segments_leave_the_rest_readable(tmp_path: Path) -> None:
    log = PartitionLog(tmp_path / "t-0", segment_bytes=1)
    for number in range(4):
        append(log, batch(b"%d" % number))
    log.delete_before(2)
    assert len(list(log.folder.glob("*.log"))) == 2
    assert everything(log) == [(2, b"2"), (3, b"3")]
    assert everything(reopened(log, start_offset=2)) == [(2, b"2"), (3, b"3")]
