"""One article a line, of any number: read as they arrive, in batches, and answered for one by one in bounded memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from factwire.gateway.bodies import Hold
from factwire.gateway.handler import TOO_LARGE
from factwire.gateway.intake import Item, Repeats, read_line
from factwire.runtime.web.problems import Fault

BATCH_ITEMS: Final = 500
BATCH_BYTES: Final = 2 * 1024 * 1024


async def batches(stream: AsyncIterator[bytes], max_line_bytes: int, hold: Hold) -> AsyncIterator[list[Item]]:
    """The items of a body. ``hold`` counts a batch until the next one is asked for, and a line before it has ended."""
    cutter, seen = Cutter(max_line_bytes), Repeats()
    batch: list[Item] = []
    size = 0
    async for content in _ended(stream):
        for line in cutter.cut(content):
            batch.append(seen.refuse(line.item(max_line_bytes)))
            size += line.size
            if len(batch) >= BATCH_ITEMS or size >= BATCH_BYTES:
                hold.resize(size + cutter.kept)
                yield batch
                batch, size = [], 0
        hold.resize(size + cutter.kept)
    if batch:
        yield batch


async def _ended(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The last line need not end with ``\\n``."""
    async for content in stream:
        yield content
    yield b"\n"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, in its place among such lines; ``content`` None: too long to be kept."""

    index: int
    content: bytes | None

    @property
    def size(self) -> int:
        return len(self.content or b"")

    def item(self, max_line_bytes: int) -> Item:
        if self.content is None:
            fault = Fault(pointer="", detail=f"the line has more than {max_line_bytes} bytes", code=TOO_LARGE)
            return Item(self.index, faults=(fault,))
        return read_line(self.index, self.content)


@dataclass
class Cutter:
    """Cuts pieces into lines; one that is too long is passed over without being held.

    ``_begun`` is the beginning of a line whose end has not come yet.
    """

    max_line_bytes: int
    _begun: list[bytes] = field(default_factory=list)
    _size: int = 0
    _index: int = 0

    @property
    def kept(self) -> int:
        """Bytes held of the line that has begun."""
        return self._size if self._begun else 0

    def cut(self, content: bytes) -> list[Line]:
        *ended, rest = content.split(b"\n")
        found = [line for part in ended if (line := self._end(part)) is not None]
        self._keep(rest)
        return found

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self.max_line_bytes:
            self._begun.clear()
        elif part:
            self._begun.append(part)

    def _end(self, part: bytes) -> Line | None:
        self._keep(part)
        content = None if self._size > self.max_line_bytes else b"".join(self._begun)
        self._begun, self._size = [], 0
        if content is not None and not content.strip():
            return None
        self._index += 1
        return Line(self._index - 1, content)
