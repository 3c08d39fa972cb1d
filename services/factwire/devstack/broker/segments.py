"""One segment: an append-only file of record batches, and where each batch lies in it.

The file is Kafka's own: batches end to end. The index is three integers a batch, rebuilt from the headers at the start.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path

from factwire.devstack.broker.batches import HEADER, Header, is_intact, read_header
from factwire.devstack.broker.protocol import Refused


class Segment:
    """Batches from ``base_offset`` on. Positions and sizes are bytes."""

    def __init__(self, folder: Path, base_offset: int) -> None:
        self.base_offset = base_offset
        self.path = folder / f"{base_offset:020d}.log"
        self.size = 0
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self._last_offsets = array("q")
        self._positions = array("q")
        self._newest = array("q")

    @property
    def next_offset(self) -> int:
        return self._last_offsets[-1] + 1 if self._last_offsets else self.base_offset

    def replay(self) -> Iterator[Header]:
        """Indexes what the file holds, batch by batch; a torn or broken last batch is cut off."""
        length = os.fstat(self._file).st_size
        while (header := self._header_at(self.size, length)) is not None:
            self._index(header)
            yield header
        if self.size < length:
            os.ftruncate(self._file, self.size)

    def _header_at(self, position: int, length: int) -> Header | None:
        try:
            header = read_header(self.read_at(position, HEADER.size))
        except Refused:
            return None
        end = position + header.size
        if end > length or header.base_offset < self.next_offset:
            return None
        # Appends are in order, so only the last batch can be half written: checking each would read everything.
        if end == length and not is_intact(self.read_at(position, header.size), header):
            return None
        return header

    def _index(self, header: Header) -> None:
        self._last_offsets.append(header.last_offset)
        self._positions.append(self.size)
        self._newest.append(header.max_timestamp)
        self.size += header.size

    def append(self, data: bytes, header: Header) -> None:
        """Writes a batch whose offsets are final. The bytes are with the operating system when this returns."""
        written = os.write(self._file, data)
        if written != len(data):
            os.ftruncate(self._file, self.size)
            raise OSError(f"{self.path}: only {written} of {len(data)} bytes were written; is the disk full?")
        self._index(header)

    def read(self, offset: int, below: int, max_bytes: int) -> bytes:
        """Whole batches from the one with ``offset`` up to offset ``below``; ``max_bytes`` bounds all but the first."""
        first = bisect_left(self._last_offsets, offset)
        stop = bisect_left(self._last_offsets, below)
        if first >= stop:
            return b""
        start = self._positions[first]
        fitting = bisect_right(self._positions, start + max_bytes) - 1
        last = max(first + 1, min(stop, fitting if start + max_bytes < self.size else len(self._positions)))
        return self.read_at(start, self._position(last) - start)

    def read_at(self, position: int, size: int) -> bytes:
        return os.pread(self._file, size, position)

    def _position(self, number: int) -> int:
        return self._positions[number] if number < len(self._positions) else self.size

    def since(self, timestamp: int) -> bytes:
        """The first batch with a record at or after ``timestamp`` (ms), or nothing."""
        for number, newest in enumerate(self._newest):
            if newest >= timestamp:
                start = self._positions[number]
                return self.read_at(start, self._position(number + 1) - start)
        return b""

    def sync(self) -> None:
        os.fsync(self._file)

    def close(self) -> None:
        os.close(self._file)

    def remove(self) -> None:
        self.close()
        self.path.unlink()
