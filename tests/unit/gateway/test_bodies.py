import gzip
import random
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import Unavailable
from factwire.gateway.bodies import FREE_OF_RATIO, Room, decoded, read_within
from factwire.runtime.web.problems import Problem

RNG = random.Random(1)
TEXT = " ".join(str(RNG.random()) for _ in range(50_000)).encode()
CODINGS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "identity": bytes,
}


async def pieces(content: bytes, sizes: Iterable[int]) -> AsyncIterator[bytes]:
    rest = memoryview(content)
    for size in sizes:
        yield bytes(rest[:size])
        rest = rest[size:]
    yield bytes(rest)


async def unfold(content: bytes, coding: str, sizes: Iterable[int] = ()) -> bytes:
    return b"".join([piece async for piece in decoded(pieces(content, sizes), coding)])


@contextmanager
def suppress_refusal() -> Iterator[None]:
    """Lets pass that a body is refused for what it is, and nothing else."""
    try:
        yield
    except Problem as problem:
        if problem.type.code != "not-decompressible":
            raise


async def size_until_refused(content: bytes, coding: str, made: list[int]) -> None:
    async for piece in decoded(pieces(content, ()), coding):
        made[0] += len(piece)


@pytest.mark.parametrize("coding", CODINGS)
async def test_every_coding_unfolds_to_what_was_sent(coding):
    assert await unfold(CODINGS[coding](TEXT), coding, [1, 2, 3, 5000]) == TEXT


@given(content=st.binary(max_size=2000), coding=st.sampled_from(sorted(CODINGS)), sizes=st.lists(st.integers(0, 99)))
async def test_it_does_not_matter_where_the_pieces_are_cut(content, coding, sizes):
    assert await unfold(CODINGS[coding](content), coding, sizes) == content


@given(content=st.binary(max_size=500), coding=st.sampled_from(["gzip", "deflate", "zstd"]))
async def test_any_bytes_unfold_or_are_refused_by_name(content, coding):
    with suppress_refusal():
        await unfold(content, coding)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_several_members_are_one_body(coding):
    assert await unfold(CODINGS[coding](b"one ") + CODINGS[coding](b"two"), coding, [7]) == b"one two"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
async def test_a_body_that_is_cut_off_is_refused(coding):
    whole = CODINGS[coding](TEXT)
    for cut in (whole[:-1], whole[: len(whole) // 2], whole[:5]):
        with pytest.raises(Problem, match="ends in the middle") as refused:
            await unfold(cut, coding)
        assert refused.value.type.code == "not-decompressible"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
async def test_what_follows_the_end_is_refused(coding):
    with pytest.raises(Problem) as refused:
        await unfold(CODINGS[coding](b"x") + b"and something else", coding)
    assert refused.value.type.code == "not-decompressible"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
async def test_a_bomb_is_stopped_a_step_after_its_limit(coding):
    bomb = CODINGS[coding](bytes(200 * 1024 * 1024))
    made = [0]
    with pytest.raises(Problem, match="unfolds to more than") as refused:
        await size_until_refused(bomb, coding, made)
    assert refused.value.type.status == 413
    assert made[0] < max(FREE_OF_RATIO, 200 * len(bomb)) + 8 * 1024 * 1024 + 1


async def test_a_window_that_would_take_the_memory_is_refused():
    parameters = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    body = compressor.compress(TEXT) + compressor.flush()
    with pytest.raises(Problem) as refused:
        await unfold(body, "zstd")
    assert refused.value.type.code == "not-decompressible"


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "compress"])
async def test_other_codings_are_refused_with_those_that_are_read(coding):
    with pytest.raises(Problem) as refused:
        await unfold(b"x", coding)
    assert (refused.value.type.status, refused.value.headers["accept-encoding"]) == (
        415,
        "gzip, zstd, deflate, identity",
    )


async def test_the_limit_counts_what_a_body_unfolds_to():
    room = Room(10_000_000)
    with room.hold() as hold, pytest.raises(Problem, match="more than 1000 bytes"):
        await read_within(decoded(pieces(gzip.compress(bytes(2000)), ()), "gzip"), 1000, hold)
    assert room.taken == 0


async def test_where_too_much_is_in_hand_the_next_is_asked_to_come_again():
    room = Room(1500)
    with room.hold() as first:
        first.add(1000)
        with room.hold() as second, pytest.raises(Unavailable, match="slow down"):
            second.add(501)
    with room.hold() as later:
        later.add(1500)
    assert room.taken == 0
