from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.runtime.tracing import new_traceparent, read_traceparent, span


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


def test_a_span_hands_the_trace_on() -> None:
    parent = read_traceparent(new_traceparent())
    assert parent is not None
    with span("process", parent) as onward:
        assert onward is not None
        assert parent.trace_id in onward
