"""CloudEvents 1.0 over Kafka in binary mode: the attributes travel as ``ce_*`` headers, the value is the event alone.

Source: CloudEvents Kafka Protocol Binding 1.0.2, section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID, uuid5

Headers: TypeAlias = list[tuple[str, bytes]]

RAW_TYPE: Final = "news.article.raw.v1"
ENRICHED_TYPE: Final = "news.article.enriched.v1"
WITHDRAWN_TYPE: Final = "news.article.withdrawn.v1"
NAMESPACE: Final = UUID("6f1c9a5e-3f0b-5d64-9a5e-7d2f4b1c8e30")
"""Root of every uuid5 that factwire derives; changing it changes every id."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The CloudEvents attributes of one record, and the trace it belongs to."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    traceparent: str | None = None
    tracestate: str | None = None

    def headers(self) -> Headers:
        attributes = [
            ("ce_specversion", "1.0"),
            ("ce_id", self.id),
            ("ce_source", self.source),
            ("ce_type", self.type),
            ("ce_subject", self.subject),
            ("ce_time", self.time.isoformat().replace("+00:00", "Z")),
            ("content-type", "application/json"),
        ]
        if self.traceparent:
            attributes.append(("traceparent", self.traceparent))
        if self.tracestate:
            attributes.append(("tracestate", self.tracestate))
        return [(name, value.encode()) for name, value in attributes]


def enriched_event_id(article_id: str, revision: int, enricher: str, rules: str, kb: str) -> UUID:
    """The same article enriched by the same versions has the same id, so that a repeat is recognisable."""
    return uuid5(NAMESPACE, "\x1f".join((article_id, str(revision), enricher, rules, kb)))


def claim_id(article_id: str, revision: int, start: int, end: int, kind: str) -> UUID:
    """Stable id of a claim: where it stands and what it is."""
    return uuid5(NAMESPACE, "\x1f".join((article_id, str(revision), str(start), str(end), kind)))
