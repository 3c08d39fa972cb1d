"""Traces that follow an article through Kafka headers (W3C ``traceparent``); nothing happens without the extra.

With ``factwire[otel]`` installed and ``OTEL_EXPORTER_OTLP_ENDPOINT`` set, the gateway's request is the first span; each
service that deals with the article's records adds its own under it, because all of them carry the same header. Names
and attributes: OpenTelemetry semantic conventions for messaging (status: development), all of them in this module.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

TRACEPARENT: Final = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Trace:
    """A ``traceparent`` that was well formed."""

    trace_id: str
    span_id: str
    header: str


class _Tracing:
    """The process's tracer, None until there is somewhere to send spans: then a span costs one look at this."""

    tracer: Any = None


def read_traceparent(header: bytes | str | None) -> Trace | None:
    """The trace that a header names; None if there is none or it is malformed (a bad trace never spoils a record)."""
    text = header.decode("ascii", "replace") if isinstance(header, bytes) else header or ""
    found = TRACEPARENT.fullmatch(text)
    return Trace(found["trace"], found["span"], text) if found else None


def new_traceparent() -> str:
    """The start of a trace, sampled."""
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01"


def configure_tracing(service: str) -> bool:
    """Starts the exporter if the extra is installed and an endpoint is set; True if spans will be sent."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or find_spec("opentelemetry.sdk") is None:
        return False
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"factwire-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace_with(provider)
    return True


def trace_with(provider: Any) -> None:
    """Sends this process's spans to an OpenTelemetry ``TracerProvider``; None ends that."""
    _Tracing.tracer = provider.get_tracer("factwire") if provider else None


def is_tracing() -> bool:
    """Whether spans go anywhere."""
    return _Tracing.tracer is not None


@contextmanager
def sending(topic: str, parent: Trace | None, count: int = 1) -> Iterator[str]:
    """A span round writing ``count`` records; yields the ``traceparent`` that they carry, whether it is sent or not."""
    if _Tracing.tracer is None:
        yield parent.header if parent else new_traceparent()
        return
    from opentelemetry.trace import SpanKind

    with _Tracing.tracer.start_as_current_span(
        f"send {topic}", context=_context(parent), kind=SpanKind.PRODUCER, attributes=_sent(topic, count)
    ) as span:
        yield _header(span)


def processed(parent: Trace, attributes: Mapping[str, Any], seconds: float, fault: str | None = None) -> None:
    """A span for a record that was dealt with just now, ``seconds`` after it was taken up; ``fault``: why it died."""
    if _Tracing.tracer is None:
        return
    from opentelemetry.trace import SpanKind, StatusCode

    now = time.time_ns()
    span = _Tracing.tracer.start_span(
        f"process {attributes['messaging.destination.name']}",
        context=_context(parent),
        kind=SpanKind.CONSUMER,
        attributes=attributes,
        start_time=now - int(seconds * 1e9),
    )
    if fault is not None:
        span.set_status(StatusCode.ERROR, fault)
    span.end(now)


def record_attributes(topic: str, partition: int, offset: int, key: str, *, tombstone: bool) -> dict[str, Any]:
    """Where a record stood, in OpenTelemetry's words."""
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(partition),
        "messaging.kafka.offset": offset,
        "messaging.kafka.message.key": key,
        "messaging.kafka.message.tombstone": tombstone,
    }


def _sent(topic: str, count: int) -> dict[str, Any]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": topic,
        "messaging.batch.message_count": count,
    }


def _context(parent: Trace | None) -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent.header} if parent else {})


def _header(span: Any) -> str:
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
