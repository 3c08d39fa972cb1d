from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from factwire.runtime.tracing import (
    is_tracing,
    new_traceparent,
    processed,
    read_traceparent,
    record_attributes,
    sending,
)


def test_a_new_trace_can_be_read_back() -> None:
    header = new_traceparent()
    trace = read_traceparent(header.encode())
    assert trace is not None
    assert trace.header == header


@given(st.binary())
def test_no_header_spoils_a_record(header: bytes) -> None:
    found = read_traceparent(header)
    assert found is None or found.header.encode() == header


@pytest.mark.parametrize("bad", [None, "", b"\xff", "00-short-0-1"])
def test_a_malformed_header_is_no_trace(bad: bytes | str | None) -> None:
    assert read_traceparent(bad) is None


def test_without_somewhere_to_send_spans_the_callers_trace_goes_on() -> None:
    caller = read_traceparent(new_traceparent())
    assert caller is not None
    assert not is_tracing()
    with sending("t", caller) as onward:
        assert onward == caller.header


def test_without_a_caller_a_trace_begins() -> None:
    with sending("t", None) as onward:
        assert read_traceparent(onward) is not None


def test_a_send_stands_under_its_caller_and_what_is_processed_under_the_send(spans: InMemorySpanExporter) -> None:
    caller = read_traceparent(new_traceparent())
    assert caller is not None
    with sending("t", caller, count=2) as onward:
        trace = read_traceparent(onward)
    assert trace is not None
    processed(trace, record_attributes("t", 1, 7, "a", tombstone=False), 0.5)
    sent, done = spans.get_finished_spans()
    assert (sent.name, done.name) == ("send t", "process t")
    assert f"{sent.context.trace_id:032x}" == f"{done.context.trace_id:032x}" == caller.trace_id
    assert f"{sent.parent.span_id:016x}" == caller.span_id
    assert done.parent.span_id == sent.context.span_id
    assert done.end_time - done.start_time == 500_000_000
    assert done.attributes["messaging.kafka.offset"] == 7
    assert sent.attributes["messaging.batch.message_count"] == 2


def test_a_dead_letter_is_an_error_with_its_reason(spans: InMemorySpanExporter) -> None:
    trace = read_traceparent(new_traceparent())
    assert trace is not None
    processed(trace, record_attributes("t", 0, 0, "a", tombstone=False), 0.0, fault="not JSON")
    [span] = spans.get_finished_spans()
    assert not span.status.is_ok
    assert span.status.description == "not JSON"
