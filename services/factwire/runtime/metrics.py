"""Every metric once, with its meaning. Labels are closed sets: never a source, an entity or an article.

``docs/reference/metrics.md`` is rendered from here; alerts and the dashboard in ``deploy/monitoring/`` name no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, Info, generate_latest

_FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SLOW: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)

BUILD: Final = Info("factwire_build", "Version of the code; rules and knowledge base: each event names its own")

INGESTED: Final = Counter("factwire_articles_ingested_total", "Raw articles accepted, by how they came", ["channel"])
REJECTED: Final = Counter("factwire_articles_rejected_total", "Raw articles refused at the door", ["channel"])
CONSUMED: Final = Counter("factwire_records_consumed_total", "Records read and dealt with", ["topic"])
PRODUCED: Final = Counter("factwire_records_produced_total", "Records written and acknowledged", ["topic"])
ENRICHED: Final = Counter(
    "factwire_articles_enriched_total", "Articles through the enricher: usable, withdrawn, tombstone, dead", ["outcome"]
)
ENTITIES: Final = Counter("factwire_entities_found_total", "Entities in enriched articles", ["type"])
CLAIMS: Final = Counter("factwire_claims_extracted_total", "Numeric claims in enriched articles", ["kind"])
STORED: Final = Counter(
    "factwire_articles_stored_total", "Articles through the sink: won, stale (a lower revision), dead", ["outcome"]
)
DEAD_LETTERS: Final = Counter(
    "factwire_dead_letters_total", "Records sent to a dead-letter topic, by where they failed", ["service", "reason"]
)

BATCH_SECONDS: Final = Histogram(
    "factwire_batch_seconds", "From a batch read to its offsets committed", ["service"], buckets=_FAST
)
BATCH_RECORDS: Final = Histogram(
    "factwire_batch_records", "Records in a batch", ["service"], buckets=(1, 5, 10, 25, 50, 100, 200, 500)
)
TRANSACTION_SECONDS: Final = Histogram(
    "factwire_transaction_seconds", "A Kafka or database transaction", ["service"], buckets=_FAST
)
STAGE_SECONDS: Final = Histogram(
    "factwire_stage_seconds", "One step of a batch before its transaction: enrich, rows", ["stage"], buckets=_FAST
)
RECORD_AGE_SECONDS: Final = Histogram(
    "factwire_record_age_seconds", "From a record's time stamp until it was dealt with", ["service"], buckets=_SLOW
)
END_TO_END_SECONDS: Final = Histogram(
    "factwire_end_to_end_seconds", "From an article's arrival at the gateway until it was stored", buckets=_SLOW
)

WEBHOOK_CALLS: Final = Counter(
    "factwire_webhook_calls_total", "Calls of webhooks: taken, again (failed), dead (given up), overtaken", ["outcome"]
)

FEED_POLLS: Final = Counter(
    "factwire_feed_polls_total",
    "Visits to feeds: news, unchanged, failed, gone, fenced (another took over), fault (of ours)",
    ["outcome"],
)
FEEDS: Final = Gauge("factwire_feeds", "Feeds by condition: active, failing, paused, gone", ["condition"])

LAG: Final = Gauge(
    "factwire_consumer_lag_records", "Records of the assigned partitions not yet dealt with", ["topic", "partition"]
)
ASSIGNED: Final = Gauge("factwire_assigned_partitions", "Partitions held and prepared", ["service"])
OLDEST_PENDING: Final = Gauge(
    "factwire_oldest_pending_age_seconds", "Age of the oldest record read but not dealt with; 0: all done", ["service"]
)
REBALANCES: Final = Counter("factwire_rebalances_total", "Times the assignment changed", ["service"])
FENCED: Final = Counter("factwire_partitions_fenced_total", "Partitions lost to another instance", ["service"])
LOST_TO_RETENTION: Final = Counter(
    "factwire_records_deleted_unread_total", "Records that the broker deleted before they were read", ["topic"]
)
ABORTED: Final = Counter("factwire_transactions_aborted_total", "Transactions given up and repeated", ["service"])
PAUSES: Final = Counter("factwire_database_pauses_total", "Times the database was away and consuming paused")
PAUSED: Final = Gauge("factwire_database_paused", "1 while consuming waits for the database")
SPOOL_BYTES: Final = Gauge("factwire_gateway_spool_bytes", "On the gateway's disk, waiting for the broker")
SPOOL_AGE: Final = Gauge(
    "factwire_gateway_spool_age_seconds", "Age of the oldest record on the gateway's disk; 0: none waits"
)
WORKER_RESTARTS: Final = Counter("factwire_worker_restarts_total", "Enrichment workers replaced", ["reason"])
LOOP_AGE: Final = Gauge("factwire_loop_age_seconds", "Since the loop last turned; /livez fails on it", ["service"])
READY: Final = Gauge("factwire_ready", "1 while everything a service needs is there, as /readyz says", ["service"])
HTTP_SECONDS: Final = Histogram(
    "factwire_http_request_seconds", "HTTP requests", ["service", "route", "status"], buckets=_FAST
)

DEAD_REASONS: Final[Mapping[str, str]] = {
    "headers": "a header that must be read is null, not UTF-8, repeated, or of another event",
    "key": "the key is absent, not UTF-8, or not the article's id",
    "decode": "the value is empty, not JSON, or holds what no database can store",
    "schema": "a field is missing, of the wrong type or out of range",
    "size": "the text, or what was made of it, is too long",
    "mapping": "the enriched article could not be put into an event",
    "extraction": "a rule failed on this article: a fault of ours",
    "enrich": "the worker died or hung on this article, twice, or failed in another way: a fault of ours",
    "store": "the database refused the rows",
}
"""Where a record can fail, which is the ``stage`` of its dead letter, and what that means."""


def count_from_zero(service: str, topic: str) -> None:
    """Makes the series that alerts watch: a counter that first appears at 1 has, to Prometheus, never risen."""
    for of_service in (REBALANCES, FENCED, ABORTED):
        of_service.labels(service)
    for of_topic in (CONSUMED, LOST_TO_RETENTION):
        of_topic.labels(topic)
    for reason in DEAD_REASONS:
        DEAD_LETTERS.labels(service, reason)
    for how in ("died", "hung"):
        WORKER_RESTARTS.labels(how)


def exposition() -> tuple[bytes, str]:
    """What Prometheus reads, and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
