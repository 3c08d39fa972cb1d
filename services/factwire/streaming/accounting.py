"""What a committed batch leaves behind: metrics, a span for each traced article, a line for each dead letter."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence

from factwire.runtime import metrics
from factwire.runtime.logs import get_logger
from factwire.runtime.tracing import is_tracing, processed, read_traceparent, record_attributes
from factwire.streaming.records import DeadLetter, Reason, Record

log = get_logger(__name__)


def account(service: str, records: Sequence[Record], dead: Collection[DeadLetter], seconds: float) -> None:
    """To be called once the records are committed, ``seconds`` after the batch was taken up."""
    metrics.BATCH_RECORDS.labels(service).observe(len(records))
    metrics.BATCH_SECONDS.labels(service).observe(seconds)
    now = time.time()
    for record in records:
        metrics.CONSUMED.labels(record.partition.topic).inc()
        metrics.RECORD_AGE_SECONDS.labels(service).observe(max(0.0, now - record.timestamp / 1000))
    _follow(records, dead, seconds)
    for letter in dead:
        metrics.DEAD_LETTERS.labels(service, letter.reason.stage).inc()
        _log(letter)


def _log(letter: DeadLetter) -> None:
    """One line; with the traceback, as an error, where the fault is ours."""
    said = {**_named(letter.record), "stage": letter.reason.stage, "reason": _words(letter.reason)}
    if letter.reason.traceback:
        log.error("dead letter", **said, exception=letter.reason.traceback)
    else:
        log.warning("dead letter", **said)


def _follow(records: Sequence[Record], dead: Collection[DeadLetter], seconds: float) -> None:
    """Article by article, for those who look: spans while tracing is on, log lines at the level DEBUG."""
    reasons = {(letter.record.partition, letter.record.offset): letter.reason for letter in dead}
    if is_tracing():
        for record in records:
            _trace(record, seconds, reasons.get((record.partition, record.offset)))
    if log.is_enabled_for(logging.DEBUG):
        for record in records:
            if (record.partition, record.offset) not in reasons:
                log.debug("article done", **_named(record))


def _trace(record: Record, seconds: float, reason: Reason | None) -> None:
    if trace := read_traceparent(record.header("traceparent")):
        place = record.partition
        attributes = record_attributes(
            place.topic, place.number, record.offset, _key(record), tombstone=record.value is None
        )
        processed(trace, attributes, seconds, fault=_words(reason) if reason else None)


def _named(record: Record) -> dict[str, object]:
    """What a log line says of a record."""
    trace = read_traceparent(record.header("traceparent"))
    return {
        "partition": str(record.partition),
        "offset": record.offset,
        "article_id": _key(record),
        "trace_id": trace.trace_id if trace else None,
    }


def _key(record: Record) -> str:
    return (record.key or b"")[:200].decode("utf-8", "backslashreplace")


def _words(reason: Reason) -> str:
    return reason.message[:500]
