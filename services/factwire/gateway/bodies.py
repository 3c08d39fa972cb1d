"""Request bodies as streams: content codings undone piece by piece, within limits that a bomb cannot get round.

No piece is decompressed further than a bounded step before its size is judged, so what a bomb can take is the step.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

import zstandard

from factwire.errors import Unavailable
from factwire.runtime.web.problems import Problem, ProblemType

CODING: Final = ProblemType(
    "unsupported-coding", 415, "The body is compressed in a way we do not read", "Send gzip, zstd, deflate or neither."
)
UNDECODABLE: Final = ProblemType(
    "not-decompressible", 400, "The body does not decompress", "Send it whole, compressed as content-encoding says."
)
TOO_LARGE: Final = ProblemType("too-large", 413, "The request is too large", "Split the batch, or shorten the article.")
BODY_PROBLEMS: Final = (CODING, UNDECODABLE, TOO_LARGE)

STEP: Final = 256 * 1024
"""Most bytes that one step of decompression makes of gzip or deflate."""
MOST_RATIO: Final = 200
"""News in JSON shrinks to a fifth, the most repetitive logs to a fiftieth; a bomb in gzip to a thousandth."""
LINGER: Final = 16
"""How many times its limit a body may have until its connection is cut."""
FREE_OF_RATIO: Final = 1024 * 1024
"""A body that unfolds to less is no bomb, whatever its ratio."""
_DEFLATE_SLICE: Final = 64 * 1024
"""Bytes of gzip or deflate at a time: what a step leaves over is copied."""
_ZSTD_SLICE: Final = 256
"""Bytes of zstd at a time: a block of four bytes may unfold to 128 KiB, and its decoder takes no limit of output."""
_ZSTD_WINDOW: Final = 8 * 1024 * 1024
"""What a decoder must bear, and a sender may ask for at most (RFC 9659)."""


class Decoder(Protocol):
    """Undoes one coding. ``feed`` yields bounded pieces; ``close`` raises :class:`ValueError` if the end is missing."""

    def feed(self, content: bytes) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class Deflated:
    """gzip with any number of members, or one zlib stream: ``deflate`` as HTTP means it (RFC 9110, section 8.4.1)."""

    def __init__(self, window_bits: int, *, members: bool) -> None:
        self._window_bits = window_bits
        self._members = members
        self._stream = zlib.decompressobj(window_bits)
        self._begun = False

    def feed(self, content: bytes) -> Iterator[bytes]:
        for start in range(0, len(content), _DEFLATE_SLICE):
            yield from self._feed(content[start : start + _DEFLATE_SLICE])

    def _feed(self, content: bytes) -> Iterator[bytes]:
        while content:
            if self._stream.eof:
                self._next_member()
            self._begun = True
            while piece := self._stream.decompress(content, STEP):
                yield piece
                content = self._stream.unconsumed_tail
            content = self._stream.unused_data if self._stream.eof else b""

    def close(self) -> None:
        if self._begun and not self._stream.eof:
            raise ValueError("it ends in the middle")

    def _next_member(self) -> None:
        if not self._members:
            raise ValueError("something follows its end")
        self._stream = zlib.decompressobj(self._window_bits)


class Zstandard:
    """zstd with any number of frames."""

    def __init__(self) -> None:
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._stream = self._decompressor.decompressobj()
        self._begun = False

    def feed(self, content: bytes) -> Iterator[bytes]:
        for start in range(0, len(content), _ZSTD_SLICE):
            rest = content[start : start + _ZSTD_SLICE]
            while rest:
                if self._stream.eof:
                    self._stream = self._decompressor.decompressobj()
                self._begun = True
                if piece := self._stream.decompress(rest):
                    yield piece
                rest = self._stream.unused_data if self._stream.eof else b""

    def close(self) -> None:
        if self._begun and not self._stream.eof:
            raise ValueError("it ends in the middle")


class Plain:
    """Nothing to undo."""

    def feed(self, content: bytes) -> Iterator[bytes]:
        yield content

    def close(self) -> None:
        return None


def decoder_of(content_encoding: str) -> Decoder:
    """Raises :class:`Problem` for a coding, or a pile of codings, that is not read."""
    match content_encoding.strip().lower():
        case "" | "identity":
            return Plain()
        case "gzip" | "x-gzip":
            return Deflated(31, members=True)
        case "deflate":
            return Deflated(15, members=False)
        case "zstd":
            return Zstandard()
        case other:
            detail = f"content-encoding is {other}"
            raise Problem(CODING, detail, headers={"accept-encoding": "gzip, zstd, deflate, identity"})


async def decoded(stream: AsyncIterator[bytes], content_encoding: str) -> AsyncIterator[bytes]:
    """The body in bounded pieces. Raises :class:`Problem` for a body that is cut off, corrupt or a bomb."""
    decoder = decoder_of(content_encoding)
    taken = made = 0
    try:
        async for content in stream:
            taken += len(content)
            for piece in decoder.feed(content):
                made += len(piece)
                if made > FREE_OF_RATIO and made > MOST_RATIO * taken:
                    raise Problem(TOO_LARGE, f"it unfolds to more than {MOST_RATIO} times its size", headers=_CLOSE)
                yield piece
        decoder.close()
    except (zlib.error, zstandard.ZstdError, ValueError) as fault:
        raise Problem(UNDECODABLE, f"{content_encoding}: {fault}", headers=_CLOSE) from fault


async def read_within(stream: AsyncIterator[bytes], limit: int, hold: Hold) -> bytes:
    """The whole body. Of one with more than ``limit`` bytes nothing is kept, but the rest of it is let pass, up to
    :data:`LINGER` times the limit: who is cut off in the middle of sending does not get to read why."""
    parts: list[bytes] = []
    size = 0
    async for part in stream:
        size += len(part)
        if size > LINGER * limit:
            raise Problem(TOO_LARGE, f"more than {limit} bytes", headers=_CLOSE)
        if size > limit:
            parts.clear()
            hold.release()
        else:
            hold.add(len(part))
            parts.append(part)
    if size > limit:
        raise Problem(TOO_LARGE, f"more than {limit} bytes")
    return b"".join(parts)


@dataclass
class Room:
    """How many bytes of bodies may be in hand at once, from being read until the broker has them."""

    limit: int
    taken: int = 0

    @contextmanager
    def hold(self) -> Iterator[Hold]:
        held = Hold(self)
        try:
            yield held
        finally:
            held.release()


@dataclass
class Hold:
    """One request's share of the room."""

    room: Room
    size: int = field(default=0, init=False)

    def add(self, size: int) -> None:
        """Raises :class:`Unavailable` where there is no more room: the caller is asked to come again."""
        if self.room.taken + size > self.room.limit:
            raise Unavailable(f"{self.room.taken} bytes are waiting for the broker already; slow down")
        self.room.taken += size
        self.size += size

    def resize(self, size: int) -> None:
        """Raises as :meth:`add` does."""
        self.add(size - self.size)

    def release(self) -> None:
        self.resize(0)


_CLOSE: Final = {"connection": "close"}
"""After a refusal in the middle of a body the rest of it is not read."""
