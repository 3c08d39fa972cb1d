"""Produce, fetch, list offsets, delete records: the requests about records."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from factwire.devstack.broker.batches import check_batch
from factwire.devstack.broker.log import PartitionLog
from factwire.devstack.broker.protocol import Call, Code, Fields, Refused

if TYPE_CHECKING:
    from factwire.devstack.broker.state import State

Handler = Callable[["State", Call], Awaitable[Fields | None]]
"""Answers one call; None where the client wants no answer."""

_LATEST: Final = -1
_EARLIEST: Final = -2
_MAX_ANSWER_BYTES: Final = 32 * 1024 * 1024


async def produce(broker: State, call: Call) -> Fields | None:
    acks = call.fields["required_acks"]
    answer = {"topics": by_partition(call, lambda topic, part: _append(broker, call, topic, part))}
    return None if acks == 0 else answer


def _append(broker: State, call: Call, topic: str, part: Fields) -> Fields:
    data, txn_id = part["messages"] or b"", call.fields["transactional_id"]
    if call.fields["required_acks"] not in (-1, 0, 1):
        raise Refused(Code.INVALID_REQUIRED_ACKS)
    log = broker.log(topic, part["partition"])
    header = check_batch(data)
    broker.topics.admit(topic, data, header)
    if header.transactional:
        broker.transactions.check_write(txn_id, header.producer_id, header.producer_epoch, (topic, part["partition"]))
    return {"offset": log.append(data, header), "timestamp": -1, "log_start_offset": log.start_offset}


async def fetch(broker: State, call: Call) -> Fields:
    """Answers at once if there is enough or something to say, else after at most the wait that was asked for."""
    deadline = broker.now() + call.fields["max_wait_time"] / 1000
    with _woken_by(_logs(broker, call)) as changed:
        while True:
            changed.clear()
            topics = _read_all(broker, call)
            left = deadline - broker.now()
            if left <= 0 or _is_enough(topics, call.fields["min_bytes"]):
                return {"error_code": 0, "session_id": 0, "topics": topics}
            await _wait(changed, left)


@contextmanager
def _woken_by(logs: Iterable[PartitionLog]) -> Iterator[asyncio.Event]:
    event, watched = asyncio.Event(), list(logs)
    for log in watched:
        log.waiting.add(event)
    try:
        yield event
    finally:
        for log in watched:
            log.waiting.discard(event)


def _logs(broker: State, call: Call) -> Iterator[PartitionLog]:
    for topic in call.fields["topics"]:
        for part in topic["partitions"]:
            if broker.topics.has(topic["topic"], part["partition"]):
                yield broker.topics.log(topic["topic"], part["partition"])


async def _wait(changed: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(changed.wait(), seconds)
    except TimeoutError:
        return


def _is_enough(topics: list[Fields], wanted: int) -> bool:
    parts = [part for topic in topics for part in topic["partitions"]]
    return any(p["error_code"] for p in parts) or sum(len(p["message_set"]) for p in parts) >= max(1, wanted)


def _read_all(broker: State, call: Call) -> list[Fields]:
    left = min(call.fields["max_bytes"], _MAX_ANSWER_BYTES)

    def read(topic: str, part: Fields) -> Fields:
        nonlocal left
        found = _read(broker, call, topic, part, left)
        left -= len(found["message_set"])
        return found

    return by_partition(call, read, otherwise=_NOTHING_READ)


def _read(broker: State, call: Call, topic: str, part: Fields, budget: int) -> Fields:
    log = broker.log(topic, part["partition"])
    offset = part["fetch_offset"] if "fetch_offset" in part else part["offset"]
    if not log.start_offset <= offset <= log.end_offset:
        raise Refused(Code.OFFSET_OUT_OF_RANGE, f"{offset}")
    committed_only = bool(call.fields["isolation_level"])
    below = log.stable_offset if committed_only else log.end_offset
    data = log.read(offset, below, min(part["max_bytes"], budget)) if budget > 0 else b""
    aborted = log.producers.aborted(offset, below) if committed_only and data else []
    return {
        "highwater_offset": log.end_offset,
        "last_stable_offset": log.stable_offset,
        "log_start_offset": log.start_offset,
        "aborted_transactions": [{"producer_id": a.producer_id, "first_offset": a.first_offset} for a in aborted],
        "preferred_read_replica": -1,
        "message_set": data,
    }


_NOTHING_READ: Final[Fields] = {
    "highwater_offset": -1,
    "last_stable_offset": -1,
    "log_start_offset": -1,
    "aborted_transactions": [],
    "preferred_read_replica": -1,
    "message_set": b"",
}


async def list_offsets(broker: State, call: Call) -> Fields:
    return {
        "topics": by_partition(
            call, lambda topic, part: _offset_at(broker, call, topic, part), otherwise={"timestamp": -1, "offset": -1}
        )
    }


def _offset_at(broker: State, call: Call, topic: str, part: Fields) -> Fields:
    log, when = broker.log(topic, part["partition"]), part["timestamp"]
    if when == _EARLIEST:
        return {"timestamp": -1, "offset": log.start_offset}
    if when == _LATEST:
        stable = bool(call.fields.get("isolation_level"))
        return {"timestamp": -1, "offset": log.stable_offset if stable else log.end_offset}
    offset, timestamp = log.offset_since(when) or (-1, -1)
    return {"timestamp": timestamp, "offset": offset}


async def delete_records(broker: State, call: Call) -> Fields:
    def delete(topic: str, part: Fields) -> Fields:
        return {"low_watermark": broker.topics.delete_before(topic, part["partition_index"], part["offset"])}

    return {"topics": by_partition(call, delete, otherwise={"low_watermark": -1})}


def by_partition(
    call: Call, do: Callable[[str, Fields], Fields], *, otherwise: Fields | None = None, topics: Any = None
) -> list[Fields]:
    """Does something for each partition asked about; a `Refused` becomes the error code of that one alone."""
    blank = otherwise or {"offset": -1, "timestamp": -1, "log_start_offset": -1}
    return [_one_topic(topic, do, blank) for topic in (call.fields["topics"] if topics is None else topics)]


def _one_topic(topic: Fields, do: Callable[[str, Fields], Fields], blank: Fields) -> Fields:
    name = topic.get("topic", topic.get("name"))
    parts = [_one_partition(str(name), part, do, blank) for part in topic["partitions"]]
    return {"topic": name, "topics": name, "name": name, "partitions": parts, "partition_errors": parts}


def _one_partition(topic: str, part: Any, do: Callable[[str, Fields], Fields], blank: Fields) -> Fields:
    asked = part if isinstance(part, dict) else {"partition": part}
    number = asked.get("partition", asked.get("partition_index"))
    try:
        return {"partition": number, "partition_index": number, "error_code": 0, **do(topic, asked)}
    except Refused as refused:
        return {"partition": number, "partition_index": number, **blank, "error_code": int(refused.code)}
