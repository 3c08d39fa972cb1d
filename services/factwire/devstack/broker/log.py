"""One partition: its segments on disk, the producers that wrote to it, and the readers that wait for more."""

from __future__ import annotations

import asyncio
import shutil
import struct
from bisect import bisect_right
from dataclasses import replace
from pathlib import Path
from typing import Final

from factwire.devstack.broker import batches
from factwire.devstack.broker.batches import Header
from factwire.devstack.broker.producers import Producers
from factwire.devstack.broker.segments import Segment

SEGMENT_BYTES: Final = 64 * 1024 * 1024
_MARKER_TYPE: Final = struct.Struct(">h")
_MARKER_TYPE_AT: Final = batches.HEADER.size + 7


class PartitionLog:
    """Records of one partition. ``start_offset`` is the first that can be read, ``end_offset`` the next to be given."""

    def __init__(self, folder: Path, *, start_offset: int = 0, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.start_offset = start_offset
        self.producers = Producers()
        self.waiting: set[asyncio.Event] = set()
        self._segment_bytes = segment_bytes
        self._segments = [self._opened(base) for base in sorted(int(p.stem) for p in folder.glob("*.log"))]
        if not self._segments:
            self._segments = [Segment(folder, start_offset)]

    def _opened(self, base: int) -> Segment:
        segment = Segment(self.folder, base)
        position = 0
        for header in segment.replay():
            self._take_in(header, segment, position)
            position += header.size
        return segment

    def _take_in(self, header: Header, segment: Segment, position: int) -> None:
        if not header.control:
            return self.producers.note(header)
        data = segment.read_at(position, header.size)
        return self.producers.end(header, commit=bool(_MARKER_TYPE.unpack_from(data, _MARKER_TYPE_AT)[0]))

    @property
    def end_offset(self) -> int:
        return self._segments[-1].next_offset

    @property
    def stable_offset(self) -> int:
        """Where a `read_committed` reader must stop: the first record of the oldest open transaction."""
        first_open = self.producers.first_open
        return self.end_offset if first_open is None else first_open

    def append(self, data: bytes, header: Header) -> int:
        """Writes a checked batch and returns the offset of its first record; a repeat is not written again."""
        if (copy := self.producers.check(header)) is not None:
            return copy
        placed = self._write(data, header)
        self.producers.note(placed)
        self._wake()
        return placed.base_offset

    def append_marker(self, producer_id: int, epoch: int, *, commit: bool, timestamp: int) -> None:
        """Ends what the producer has open here and fences its older epochs."""
        data = batches.marker(producer_id, epoch, commit=commit, timestamp=timestamp)
        self.producers.end(self._write(data, batches.read_header(data)), commit=commit)
        self._wake()

    def _write(self, data: bytes, header: Header) -> Header:
        base = self.end_offset
        placed = replace(header, base_offset=base, last_offset=base + header.last_offset - header.base_offset)
        if self._segments[-1].size + len(data) > self._segment_bytes and self._segments[-1].size:
            self._segments[-1].sync()
            self._segments.append(Segment(self.folder, base))
        self._segments[-1].append(batches.at_offset(data, base), placed)
        return placed

    def _wake(self) -> None:
        for event in self.waiting:
            event.set()

    def read(self, offset: int, below: int, max_bytes: int) -> bytes:
        """Whole batches from ``offset`` up to offset ``below``, of one segment, at least one batch if there is any."""
        at = max(0, bisect_right(self._segments, offset, key=lambda s: s.base_offset) - 1)
        for segment in self._segments[at : at + 2]:
            if data := segment.read(offset, below, max_bytes):
                return data
        return b""

    def offset_since(self, timestamp: int) -> tuple[int, int] | None:
        """(offset, timestamp) of the first record at or after ``timestamp`` in ms."""
        for segment in self._segments:
            for offset, at, _ in batches.timestamps(segment.since(timestamp)):
                if at >= timestamp and offset >= self.start_offset:
                    return offset, at
        return None

    def delete_before(self, offset: int) -> None:
        """Hides records below ``offset`` and removes the segments that hold nothing else."""
        self.start_offset = max(self.start_offset, offset)
        while len(self._segments) > 1 and self._segments[0].next_offset <= self.start_offset:
            self._segments.pop(0).remove()

    def close(self) -> None:
        for segment in self._segments:
            segment.sync()
            segment.close()

    def remove(self) -> None:
        for segment in self._segments:
            segment.close()
        shutil.rmtree(self.folder)
        self._wake()
