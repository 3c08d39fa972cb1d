"""Records on the gateway's own disk while the broker is away: files that are only appended to, and drained in order.

A record is ``length, CRC-32, envelope length`` (big-endian, 32 bits each), then its envelope in JSON and its value. An
append is on the disk (fsync) before it returns. What a kill leaves half-written stands at the end of the newest file
and was never answered for: it is cut off at the next start. A fault anywhere else is damage, and is set aside by name.
"""

from __future__ import annotations

import fcntl
import os
import struct
import zlib
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Final

import orjson

from factwire.errors import ConfigurationError, Unavailable
from factwire.runtime.folders import sync_folder
from factwire.runtime.logs import get_logger
from factwire.streaming.records import Outgoing

_FRAME: Final = struct.Struct(">III")
_CURSOR: Final = struct.Struct(">QQ")
SEGMENT_BYTES: Final = 16 * 1024 * 1024
log = get_logger(__name__)


class SpoolFull(Unavailable):
    """There is no room left on the disk that the gateway may use."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record ends: everything before it is done once the broker has the record."""

    segment: int
    offset: int


@dataclass(frozen=True, slots=True)
class Spooled:
    """A record that waits, since when (seconds since 1970), and where it ends."""

    record: Outgoing
    since: float
    end: Place


class Spool:
    """One process's spool in ``folder``; its methods block on the disk and are called from one thread at a time."""

    def __init__(self, folder: Path, max_bytes: int, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder: Final = folder
        self.max_bytes: Final = max_bytes
        self.bytes = 0
        """On the disk; a file goes when the last of its records is done."""
        self.waiting = 0
        """Records not yet done."""
        self.oldest: float | None = None
        """Since when the first of them waits, in seconds since 1970, as of the last look."""
        self._segment_bytes = segment_bytes
        self._segments: deque[int] = deque()
        self._done = Place(0, 0)
        self._file: FileIO | None = None
        self._lock: int | None = None

    def open(self) -> None:
        """Takes the folder and what an earlier process left in it. Raises :class:`ConfigurationError`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise ConfigurationError(
                f"FACTWIRE_GATEWAY_SPOOL_DIR: {self.folder} cannot be used ({fault.strerror}); each gateway needs a"
                " folder of its own that it may write to"
            ) from fault
        self._segments.extend(sorted(int(path.stem) for path in self.folder.glob("*.spool")))
        self._done = self._read_cursor()
        self._drop_done_segments()
        self._recover()

    def close(self) -> None:
        self._leave_segment()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def append(self, records: Sequence[Outgoing], now: float) -> None:
        """All of them, on the disk when this returns. Raises :class:`SpoolFull`, and then has none of them."""
        content = b"".join(_frame(record, now) for record in records)
        if self.bytes + len(content) > self.max_bytes:
            raise SpoolFull(f"the {self.max_bytes} bytes that the spool may take are used up")
        try:
            self._write(content)
        except OSError as fault:
            raise SpoolFull(f"the spool cannot be written: {fault.strerror}") from fault
        self.bytes += len(content)
        self.oldest = now if self.oldest is None else self.oldest
        self.waiting += len(records)

    def head(self, most_records: int, most_bytes: int) -> list[Spooled]:
        """The records that waited longest, in order; at least one if any waits."""
        found: list[Spooled] = []
        size = 0
        for spooled in self._pending():
            if found and (len(found) >= most_records or size >= most_bytes):
                break
            found.append(spooled)
            size += len(spooled.record.value or b"")
        self.oldest = found[0].since if found else None
        return found

    def done(self, records: Sequence[Spooled]) -> None:
        """The broker has them. The note of it is not forced to the disk: after a crash a few are sent again.

        Raises OSError where the disk takes no note; they are done all the same, and their file goes another time.
        """
        self._done = records[-1].end
        self.waiting -= len(records)
        if self.waiting == 0:
            self._leave_segment()
            self._done, self.oldest = Place(self._done.segment + 1, 0), None
        self._write_cursor()
        self._drop_done_segments()

    def set_aside(self, record: Outgoing, now: float) -> Path:
        """Keeps a record that no broker will ever take, in a file that a person can look at."""
        path = self.folder / "refused.records"
        with path.open("ab") as file:
            file.write(_frame(record, now))
            file.flush()
            os.fsync(file.fileno())
        return path

    # -- files

    def _path(self, segment: int) -> Path:
        return self.folder / f"{segment:016d}.spool"

    def _write(self, content: bytes) -> None:
        """Straight to the file, without a buffer that would come back to what failed. Raises OSError."""
        file = self._writable()
        start, left = file.tell(), memoryview(content)
        try:
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError:
            self._file = None
            with file:
                file.truncate(start)
            raise

    def _writable(self) -> FileIO:
        if self._file is not None and self._file.tell() >= self._segment_bytes:
            self._leave_segment()
        if self._file is None:
            segment = max(self._done.segment, (self._segments[-1] + 1) if self._segments else 0)
            self._file = FileIO(self._path(segment), "x")
            self._segments.append(segment)
            sync_folder(self.folder)
        return self._file

    def _leave_segment(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _pending(self) -> Iterator[Spooled]:
        for segment in [one for one in self._segments if one >= self._done.segment]:
            offset = self._done.offset if segment == self._done.segment else 0
            with self._path(segment).open("rb") as file:
                file.seek(offset)
                yield from _read(file, segment)

    def _recover(self) -> None:
        for segment in self._segments:
            path = self._path(segment)
            with path.open("rb") as file:
                file.seek(self._done.offset if segment == self._done.segment else 0)
                good = file.tell()
                for spooled in _read(file, segment):
                    self.waiting += 1
                    self.oldest = spooled.since if self.oldest is None else self.oldest
                    good = spooled.end.offset
            self._cut(path, good, newest=segment == self._segments[-1])
            self.bytes += good
        if self.waiting:
            log.warning("spool: records of an earlier run wait for the broker", records=self.waiting, bytes=self.bytes)

    def _cut(self, path: Path, good: int, *, newest: bool) -> None:
        size = path.stat().st_size
        if good >= size:
            return
        if not newest:
            damaged = path.with_suffix(".damaged")
            damaged.write_bytes(path.read_bytes()[good:])
            log.critical("spool: a file is damaged; the rest of it is set aside", file=str(damaged), bytes=size - good)
        else:
            log.warning("spool: a half-written end was cut off; nobody was told it is kept", bytes=size - good)
        os.truncate(path, good)

    def _drop_done_segments(self) -> None:
        while self._segments and self._segments[0] < self._done.segment:
            path = self._path(self._segments.popleft())
            self.bytes = max(0, self.bytes - path.stat().st_size)
            path.unlink()

    def _read_cursor(self) -> Place:
        path = self.folder / "cursor"
        content = path.read_bytes() if path.exists() else b""
        return Place(*_CURSOR.unpack(content)) if len(content) == _CURSOR.size else Place(0, 0)

    def _write_cursor(self) -> None:
        path = self.folder / "cursor.new"
        path.write_bytes(_CURSOR.pack(self._done.segment, self._done.offset))
        path.replace(self.folder / "cursor")


def _frame(record: Outgoing, now: float) -> bytes:
    envelope = orjson.dumps(
        {
            "topic": record.topic,
            "key": _text(record.key),
            "headers": [[name, _text(value)] for name, value in record.headers],
            "valued": record.value is not None,
            "since": now,
        }
    )
    content = envelope + (record.value or b"")
    return _FRAME.pack(len(content), zlib.crc32(content), len(envelope)) + content


def _read(file: BufferedReader, segment: int) -> Iterator[Spooled]:
    """The records from here on, until the end or the first that is not whole."""
    while len(head := file.read(_FRAME.size)) == _FRAME.size:
        size, checksum, envelope_size = _FRAME.unpack(head)
        content = file.read(size)
        if len(content) < size or envelope_size > size or zlib.crc32(content) != checksum:
            return
        envelope = orjson.loads(content[:envelope_size])
        headers = tuple((name, _bytes(value)) for name, value in envelope["headers"])
        value = content[envelope_size:] if envelope["valued"] else None
        record = Outgoing(envelope["topic"], _bytes(envelope["key"]), value, headers)
        yield Spooled(record, envelope["since"], Place(segment, file.tell()))


def _text(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else b64decode(value)
