"""Traces that follow an article through Kafka headers (W3C ``traceparent``); nothing happens without the extra.

With ``factwire[otel]`` installed and ``OTEL_EXPORTER_OTLP_ENDPOINT`` set, each article handled is a span in the trace
that its record names. Attribute names: OpenTelemetry semantic conventions for messaging (status: development).
"""

from __future__ import annotations

import os
import re
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
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"factwire-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True


@contextmanager
def span(name: str, parent: Trace | None = None, attributes: Mapping[str, Any] | None = None) -> Iterator[str | None]:
    """A span within ``parent``; yields the ``traceparent`` to hand on."""
    if find_spec("opentelemetry") is None:
        yield parent.header if parent else None
        return
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {"traceparent": parent.header} if parent else {}
    context = TraceContextTextMapPropagator().extract(carrier)
    with trace.get_tracer("factwire").start_as_current_span(name, context=context, attributes=dict(attributes or {})):
        onward: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(onward)
        yield onward.get("traceparent") or (parent.header if parent else None)


def messaging_attributes(topic: str, partition: int, offset: int) -> dict[str, Any]:
    """Where a record stood, in OpenTelemetry's words."""
    return {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(partition),
        "messaging.kafka.offset": offset,
    }
