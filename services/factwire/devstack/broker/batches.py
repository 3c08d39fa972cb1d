"""Record batches as bytes: what the header says, the offset a batch gets, and the markers that end transactions.

Layout: https://kafka.apache.org/documentation/#recordbatch. The base offset and the leader epoch lie outside the
checksum, so a batch is given its offset without being read further.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

from factwire.devstack.broker.protocol import Code, Refused

HEADER: Final = struct.Struct(">qiibIhiqqqhii")
_PREFIX: Final = struct.Struct(">qii")
_LENGTH_END: Final = 12
_CRC_START: Final = 21
_MAGIC: Final = 2
_TRANSACTIONAL: Final = 0x10
_CONTROL: Final = 0x20
_MARKER: Final = struct.Struct(">bbbbbhhbhib")

NO_PRODUCER: Final = -1


@dataclass(frozen=True, slots=True)
class Header:
    """The 61 bytes before the records. ``size`` counts the whole batch, ``last_offset`` is absolute."""

    base_offset: int
    size: int
    crc: int
    attributes: int
    last_offset: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    first_sequence: int
    count: int

    @property
    def transactional(self) -> bool:
        return bool(self.attributes & _TRANSACTIONAL)

    @property
    def control(self) -> bool:
        return bool(self.attributes & _CONTROL)

    @property
    def last_sequence(self) -> int:
        return (self.first_sequence + self.last_offset - self.base_offset) & 0x7FFFFFFF


def read_header(data: bytes) -> Header:
    """The header at the start of ``data``; raises `Refused` if that is not the start of a v2 batch."""
    if len(data) < HEADER.size:
        raise Refused(Code.CORRUPT_MESSAGE, "shorter than a batch header")
    base, length, _, magic, crc, attributes, last, _, newest, producer, epoch, sequence, count = HEADER.unpack_from(
        data
    )
    if magic != _MAGIC:
        raise Refused(Code.UNSUPPORTED_FOR_MESSAGE_FORMAT, f"message format {magic}")
    size = length + _LENGTH_END
    if size < HEADER.size or last < 0:
        raise Refused(Code.CORRUPT_MESSAGE, "impossible batch header")
    return Header(base, size, crc, attributes, base + last, newest, producer, epoch, sequence, count)


def is_intact(data: bytes, header: Header) -> bool:
    return len(data) == header.size and calc_crc32c(data[_CRC_START:]) == header.crc


def check_batch(data: bytes) -> Header:
    """The header of a batch as a producer sent it: exactly one batch, checksum right, no control records."""
    header = read_header(data)
    if not is_intact(data, header):
        raise Refused(Code.CORRUPT_MESSAGE, "wrong length or checksum")
    if header.control or header.count != header.last_offset - header.base_offset + 1:
        raise Refused(Code.INVALID_RECORD, "control batch or wrong record count")
    return header


def at_offset(data: bytes, offset: int) -> bytes:
    """The same batch with its first record at ``offset``."""
    return _PREFIX.pack(offset, len(data) - _LENGTH_END, 0) + data[_PREFIX.size :]


def marker(producer_id: int, epoch: int, *, commit: bool, timestamp: int) -> bytes:
    """A control batch with the one record that commits or aborts what ``producer_id`` has open."""
    # length, attributes, timestamp and offset delta, key of 4: version and type, value of 6: version and epoch, headers
    record = _MARKER.pack(32, 0, 0, 0, 8, 0, int(commit), 12, 0, 0, 0)
    checked = (
        struct.pack(">hiqqqhii", _TRANSACTIONAL | _CONTROL, 0, timestamp, timestamp, producer_id, epoch, -1, 1) + record
    )
    crc = calc_crc32c(checked)
    return struct.pack(">qiibI", 0, len(checked) + 9, 0, _MAGIC, crc) + checked


def timestamps(data: bytes) -> Iterator[tuple[int, int, bytes | None]]:
    """(offset, timestamp in ms, key) of every record in ``data``, which holds whole batches."""
    records = MemoryRecords(data)
    while records.has_next():
        for record in records.next_batch():
            yield record.offset, record.timestamp, record.key
