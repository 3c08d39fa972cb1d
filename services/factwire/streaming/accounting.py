"""What a committed batch leaves behind: metrics, a span for each traced article, a line for each dead letter."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from factwire.runtime import metrics
from factwire.runtime.logs import get_logger
from factwire.runtime.tracing import messaging_attributes, read_traceparent, span
from factwire.streaming.records import DeadLetter, Record

log = get_logger(__name__)


def account(service: str, records: Sequence[Record], dead: Iterable[DeadLetter]) -> None:
    """To be called once the records are committed."""
    metrics.BATCH_RECORDS.labels(service).observe(len(records))
    now = time.time()
    for record in records:
        metrics.CONSUMED.labels(record.partition.topic).inc()
        metrics.END_TO_END_SECONDS.labels(service).observe(max(0.0, now - record.timestamp / 1000))
        _trace(record)
    for letter in dead:
        _report(service, letter)


def _trace(record: Record) -> None:
    place = record.partition
    if trace := read_traceparent(record.header("traceparent")):
        with span(f"process {place.topic}", trace, messaging_attributes(place.topic, place.number, record.offset)):
            return


def _report(service: str, letter: DeadLetter) -> None:
    metrics.DEAD_LETTERS.labels(service, letter.reason.stage).inc()
    trace = read_traceparent(letter.record.header("traceparent"))
    log.warning(
        "dead letter",
        partition=str(letter.record.partition),
        offset=letter.record.offset,
        article_id=(letter.record.key or b"")[:200].decode("utf-8", "backslashreplace"),
        trace_id=trace.trace_id if trace else None,
        stage=letter.reason.stage,
        reason=letter.reason.message[:500],
    )
