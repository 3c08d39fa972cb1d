"""Record batches and logs for the tests of the development broker."""

from __future__ import annotations

from pathlib import Path

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from factwire.devstack.broker.batches import check_batch
from factwire.devstack.broker.log import PartitionLog


def batch(
    *values: bytes,
    producer_id: int = -1,
    epoch: int = -1,
    sequence: int = -1,
    transactional: bool = False,
    timestamp: int = 1_700_000_000_000,
    key: bytes | None = None,
) -> bytes:
    """A batch as a producer would send it."""
    builder = DefaultRecordBatchBuilder(
        2,
        0,
        int(transactional),
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
        batch_size=1 << 20,
    )
    for number, value in enumerate(values):
        builder.append(number, timestamp, key, value, [])
    return bytes(builder.build())


def append(log: PartitionLog, data: bytes) -> int:
    return log.append(data, check_batch(data))


def values(data: bytes) -> list[tuple[int, bytes]]:
    """(offset, value) of every record, markers left out."""
    found, records = [], MemoryRecords(data)
    while records.has_next():
        one = records.next_batch()
        if not one.is_control_batch:
            found += [(record.offset, record.value) for record in one]
    return found


def everything(log: PartitionLog) -> list[tuple[int, bytes]]:
    """All records from the start to the end of the log."""
    found: list[tuple[int, bytes]] = []
    offset = log.start_offset
    while data := log.read(offset, log.end_offset, 1 << 20):
        found += [one for one in values(data) if one[0] >= offset]
        offset = next_offset(data)
    return found


def next_offset(data: bytes) -> int:
    records, offset = MemoryRecords(data), 0
    while records.has_next():
        offset = records.next_batch().next_offset
    return offset


def reopened(log: PartitionLog, **options: int) -> PartitionLog:
    """The log as a broker finds it that starts after a kill: the old one is not closed."""
    return PartitionLog(Path(log.folder), **options)
