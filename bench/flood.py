"""The whole way under load: every contender in turn, then ours at a steady rate, on one Kafka and one Postgres."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from tests.support.containers import ApacheKafkaContainer, postgres_container
from tests.support.databases import create_database, migrate
from tests.support.kafka import Sent, produce
from tests.support.stack import RAW, Stack, wait_until

from bench.articles import numbered, stories
from bench.beside import known_names
from bench.streams import Run, contenders, make_peer_topics, measure, ours, rows

STEADY: Final = (50, 100)
STEADY_SECONDS: Final = 20
NAMES_FOR_PEERS: Final = 20_000
RATIOS: Final = {
    "no enrichment: to FastStream + ORM": ("factwire, enrichment off", "FastStream + ORM, no enrichment"),
    "no enrichment: to Quix Streams": ("factwire, enrichment off", "Quix Streams, no enrichment"),
    "enriched: to FastStream + ORM with quantulum3": ("factwire, 1 workers", "FastStream + ORM, quantulum3"),
    "enriched: to Quix Streams with quantulum3": ("factwire, 1 workers", "Quix Streams, quantulum3"),
}


def flood() -> dict[str, Any]:
    """``streams`` and ``steady`` by name, and the ``ratios`` of articles a second."""
    with _stack() as stack:
        names = stack.folder / "names.json"
        names.write_text(json.dumps(known_names(NAMES_FOR_PEERS)))
        runs: dict[str, Run] = {}
        for contender in contenders(str(names)):
            runs[contender.name] = measure(stack, contender)
            print(contender.name, runs[contender.name].figures(), file=sys.stderr, flush=True)
        steady = {f"{rate} articles/s": _ages(stack, rate) for rate in STEADY}
    return {
        "streams": {name: run.figures() for name, run in runs.items()},
        "steady": steady,
        "ratios": {
            name: runs[mine].articles_per_second / runs[theirs].articles_per_second
            for name, (mine, theirs) in RATIOS.items()
        },
    }


@contextmanager
def _stack() -> Iterator[Stack]:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that containers and services end too
    with ApacheKafkaContainer() as kafka, postgres_container() as postgres, tempfile.TemporaryDirectory() as folder:
        database = create_database(postgres.get_connection_url(driver=None), "bench")
        migrate(database)
        stack = Stack(kafka.get_bootstrap_server(), database, Path(folder))
        stack.provision()
        make_peer_topics(stack)
        try:
            yield stack
        finally:
            stack.stop()


def _ages(stack: Stack, rate: int) -> dict[str, float]:
    """Seconds from the push to the row, while ``rate`` articles a second come in."""
    services = ours(1)(stack)
    try:
        wait_until(lambda: all(service.ready for service in services), 60, "services ready", stack.logs)
        before, count, name = rows(stack, "articles"), rate * STEADY_SECONDS, f"steady-{rate}-{time.time_ns()}"
        produce(stack.kafka, RAW, _stamped(count, name), pause=_paced(rate))
        wait_until(lambda: rows(stack, "articles") >= before + count, 120, "all rows", stack.logs)
        return _quantiles(stack, name)
    finally:
        for service in services:
            service.signal(signal.SIGTERM)
            service.wait(60)


def _stamped(count: int, name: str) -> Iterator[Sent]:
    """Each article says when it was pushed."""
    for number, article in enumerate(numbered(stories(), count, name)):
        article["received_at"] = datetime.now(UTC).isoformat()
        yield Sent(number, "good", article["article_id"].encode(), json.dumps(article).encode())


def _paced(rate: int) -> Any:
    """An open loop: a slow answer does not slow the producer down."""
    started = time.perf_counter()
    return lambda number: started + number / rate - time.perf_counter()


def _quantiles(stack: Stack, name: str) -> dict[str, float]:
    age = "extract(epoch from stored_at - received_at)::float8"
    question = (
        f"select percentile_cont(0.5) within group (order by {age}),"
        f" percentile_cont(0.99) within group (order by {age}) from articles where article_id like %s"
    )
    with psycopg.connect(stack.database) as connection:
        found = connection.execute(question, (f"{name}-%",)).fetchone()  # type: ignore[arg-type]  # no outside words
    assert found is not None
    return {"p50": float(found[0]), "p99": float(found[1])}
