import json
from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import Unavailable
from factwire.gateway.bodies import Room
from factwire.gateway.lines import BATCH_BYTES, BATCH_ITEMS, Cutter, batches


async def pieces(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def items_of(*parts: bytes, most: int = 1000):
    with Room(10_000_000).hold() as hold:
        return [item for batch in [b async for b in batches(pieces(parts), most, hold)] for item in batch]


@given(lines=st.lists(st.binary(max_size=30).filter(lambda b: b"\n" not in b)), size=st.integers(1, 40))
def test_lines_are_the_same_wherever_the_pieces_are_cut(lines, size):
    content = b"\n".join(lines)
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    cutter = Cutter(1000)
    found = [line for part in [*parts, b"\n"] for line in cutter.cut(part)]
    assert [line.content for line in found] == [line for line in lines if line.strip()]
    assert [line.index for line in found] == list(range(len(found)))


async def test_a_line_that_is_too_long_is_the_fault_of_that_item_alone():
    first, last = b'{"article_id":"a","body":"x"}\n', b'{"article_id":"b","body":"y"}'
    items = await items_of(first, *([b"z" * 600] * 50), b"\n", last)
    assert [item.article_id for item in items] == ["a", None, "b"]
    assert items[1].faults[0].code == "too-large"


async def test_a_line_at_the_limit_is_read_and_one_byte_more_is_not():
    line = b'{"article_id":"a","body":"x"}'
    assert (await items_of(line, most=len(line)))[0].article
    assert (await items_of(line, most=len(line) - 1))[0].faults[0].code == "too-large"


async def test_batches_are_bounded_and_give_back_what_they_held():
    room = Room(10_000_000)
    content = b"".join(b'{"article_id":"%d","body":"x"}\n' % n for n in range(3 * BATCH_ITEMS + 1))
    with room.hold() as hold:
        held = [(len(batch), room.taken) async for batch in batches(pieces([content]), 1000, hold)]
    assert [size for size, _ in held] == [BATCH_ITEMS] * 3 + [1]
    assert max(taken for _, taken in held) <= len(content) / 3 + 100


async def test_a_line_counts_as_held_before_it_has_ended_and_not_once_it_is_too_long():
    room, held = Room(10_000), []

    async def watched() -> AsyncIterator[bytes]:
        for part in (b"x" * 600, b"x" * 300, b"x" * 200, b"\n", b"y"):
            yield part
            held.append(room.taken)

    with room.hold() as hold:
        assert [len(batch) async for batch in batches(watched(), 1000, hold)] == [2]
    assert held == [600, 900, 0, 0, 1]
    assert room.taken == 0


async def test_who_sends_without_end_is_told_to_come_again_once_there_is_no_room():
    with Room(1000).hold() as hold, pytest.raises(Unavailable, match="slow down"):
        await anext(batches(pieces([b"x" * 600] * 2), BATCH_BYTES, hold))


async def test_the_second_of_two_with_one_id_and_revision_is_refused_and_a_higher_revision_is_not():
    lines = [{"article_id": "a", "body": "x"}, {"article_id": "a", "body": "y"}, {"article_id": "a", "revision": 2}]
    lines[2]["body"] = "z"
    items = await items_of(b"\n".join(json.dumps(line).encode() for line in lines))
    assert [item.article is not None for item in items] == [True, False, True]
    assert items[1].faults[0].code == "repeated"
    assert "item 0" in items[1].faults[0].detail
