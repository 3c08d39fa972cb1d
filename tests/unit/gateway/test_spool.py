import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import ConfigurationError, Unavailable
from factwire.gateway.spool import Spool
from factwire.streaming.records import Outgoing


def record(number: int, size: int = 10) -> Outgoing:
    return Outgoing("raw", b"key-%d" % number, b"x" * size, (("ce_id", b"%d" % number), ("none", None)))


OPENED: list[Spool] = []


@pytest.fixture(autouse=True)
def closed_at_the_end() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def opened(folder: Path, max_bytes: int = 1_000_000, segment_bytes: int = 1000) -> Spool:
    spool = Spool(folder, max_bytes, segment_bytes)
    OPENED.append(spool)
    spool.open()
    return spool


def drain(spool: Spool, most: int = 3) -> list[Outgoing]:
    found: list[Outgoing] = []
    while batch := spool.head(most, 1_000_000):
        found += [spooled.record for spooled in batch]
        spool.done(batch)
    return found


RECORDS = st.builds(
    Outgoing,
    st.just("raw"),
    st.none() | st.binary(max_size=20),
    st.none() | st.binary(max_size=300),
    st.lists(st.tuples(st.text(max_size=5), st.none() | st.binary(max_size=5)), max_size=3).map(tuple),
)


@given(batches=st.lists(st.lists(RECORDS, min_size=1, max_size=5), max_size=8), reopen=st.booleans())
def test_records_come_out_as_they_went_in_and_in_order(tmp_path_factory, batches, reopen):
    folder = tmp_path_factory.mktemp("spool")
    spool = opened(folder)
    for batch in batches:
        spool.append(batch, 1.0)
    if reopen:
        spool.close()
        spool = opened(folder)
    assert drain(spool) == [one for batch in batches for one in batch]
    assert (spool.waiting, spool.bytes, spool.oldest) == (0, 0, None)
    spool.close()


def test_what_is_done_does_not_come_again_after_a_start(tmp_path):
    spool = opened(tmp_path)
    spool.append([record(n) for n in range(10)], 1.0)
    spool.done(spool.head(4, 1_000_000))
    spool.close()
    again = opened(tmp_path)
    assert again.waiting == 6
    assert drain(again) == [record(n) for n in range(4, 10)]


def test_drained_files_are_deleted_and_the_next_records_follow(tmp_path):
    spool = opened(tmp_path, segment_bytes=200)
    for n in range(20):
        spool.append([record(n)], 1.0)
    assert len(list(tmp_path.glob("*.spool"))) > 3
    assert len(drain(spool)) == 20
    assert list(tmp_path.glob("*.spool")) == []
    spool.append([record(20)], 2.0)
    spool.close()
    assert drain(opened(tmp_path)) == [record(20)]


@given(cut=st.integers(1, 400), garbage=st.binary(max_size=50))
def test_a_half_written_end_is_cut_off_and_what_stands_before_it_stays(tmp_path_factory, cut, garbage):
    folder = tmp_path_factory.mktemp("spool")
    spool = opened(folder)
    spool.append([record(1)], 1.0)
    whole = spool.bytes
    spool.append([record(2, 300)], 1.0)
    spool.close()
    (path,) = folder.glob("*.spool")
    content = path.read_bytes()
    path.write_bytes(content[: max(whole, len(content) - cut)] + garbage)
    again = opened(folder)
    again.append([record(3)], 1.0)
    assert drain(again) == [record(1), record(3)]
    again.close()


def test_damage_in_the_middle_is_set_aside_and_later_files_are_still_read(tmp_path):
    spool = opened(tmp_path, segment_bytes=50)
    for n in range(3):
        spool.append([record(n)], 1.0)
    spool.close()
    first = min(tmp_path.glob("*.spool"))
    content = bytearray(first.read_bytes())
    content[-1] ^= 1
    first.write_bytes(content)
    assert drain(opened(tmp_path, segment_bytes=50)) == [record(1), record(2)]
    assert first.with_suffix(".damaged").read_bytes() == bytes(content)


def test_a_full_spool_takes_nothing_of_a_batch_and_has_room_again_once_drained(tmp_path):
    spool = opened(tmp_path, max_bytes=1500)
    spool.append([record(1, 1000)], 1.0)
    with pytest.raises(Unavailable, match="used up"):
        spool.append([record(2), record(3, 1000)], 1.0)
    assert drain(spool) == [record(1, 1000)]
    spool.append([record(2), record(3, 1000)], 1.0)
    assert spool.waiting == 2


def test_a_disk_that_refuses_is_told_and_leaves_no_half_record(tmp_path, monkeypatch):
    spool = opened(tmp_path)
    spool.append([record(1)], 1.0)

    def no_room(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_room)
        with pytest.raises(Unavailable, match="No space left"):
            spool.append([record(2)], 1.0)
    spool.append([record(3)], 1.0)
    spool.close()
    assert drain(opened(tmp_path)) == [record(1), record(3)]


def test_one_folder_is_for_one_process(tmp_path):
    spool = opened(tmp_path)
    with pytest.raises(ConfigurationError, match="FACTWIRE_GATEWAY_SPOOL_DIR"):
        opened(tmp_path)
    spool.close()
    opened(tmp_path)


def test_what_append_returned_for_survives_a_kill(tmp_path):
    """A process that appends without an end is killed: every number it has told of is found, in order."""
    script = (
        "import sys; from pathlib import Path; from factwire.gateway.spool import Spool\n"
        "from factwire.streaming.records import Outgoing\n"
        "spool = Spool(Path(sys.argv[1]), 10**9, 100_000); spool.open(); n = 0\n"
        "while True:\n"
        "    spool.append([Outgoing('raw', b'%d' % n, b'x' * (n * 37 % 5000))], 1.0)\n"
        "    print(n, flush=True); n += 1\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as process:
        told = 0
        while told < 200:
            told = int(process.stdout.readline())
        process.kill()
        rest = process.stdout.read().split(b"\n")[:-1]
    told = int(rest[-1]) if rest else told
    found = [int(one.key) for one in drain(opened(tmp_path), most=100)]
    assert found == list(range(len(found)))
    assert len(found) > told
