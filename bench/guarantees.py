"""What the guarantees cost: the whole pipeline, raw topic to rows, with them and without, in turn, in one run.

``make bench-delivery``: real Kafka and PostgreSQL in containers, one enricher and one sink as processes. Each round
starts the services, warms them up, then pushes the sample articles under new ids and times until the last one is
stored. Prints articles a second, each kind's median, and their ratio; fails below 70 %.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from confluent_kafka import Consumer, TopicPartition
from tests.support.containers import ApacheKafkaContainer, postgres_container
from tests.support.databases import create_database, migrate
from tests.support.kafka import Sent, committed_offsets, end_offsets, produce
from tests.support.processes import ROOT, service_environment
from tests.support.stack import ENRICHED, RAW, Service, Stack
from tests.support.waiting import wait_until

ARTICLES: Final = int(os.environ.get("BENCH_ARTICLES") or 4000)
ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS") or 3)
"""Of each kind."""
WARM_UP: Final = 400
LEAST_RATIO: Final = 0.70
SAMPLES: Final = sorted((ROOT / "examples" / "articles").glob("*.json"))
UNGUARDED: Final = Path(__file__).with_name("unguarded.py")
KINDS: Final = ("guaranteed", "unguarded")


@dataclass(frozen=True, slots=True)
class Rates:
    """Articles a second: enriched, and stored (both services run at once)."""

    enriched: float
    stored: float


def sample_records(count: int, name: str) -> list[Sent]:
    """The sample articles over and over, each time under an id of its own."""
    bodies = [json.loads(path.read_text("utf-8")) for path in SAMPLES]
    numbered = ((n, {**bodies[n % len(bodies)], "article_id": f"{name}-{n}"}) for n in range(count))
    return [Sent(n, "good", a["article_id"].encode(), json.dumps(a).encode()) for n, a in numbered]


@contextmanager
def services(stack: Stack, kind: str) -> Iterator[None]:
    """Enricher and sink of one kind, ready; ended by SIGTERM. Both kinds go on where the other one stopped."""
    running = [_start(stack, name, kind) for name in ("enricher", "sink")]
    try:
        wait_until(lambda: all(s.ready for s in running), 120, f"{kind}: services ready", stack.logs)
        yield
    finally:
        for service in running:
            if service.process is not None:
                service.process.terminate()
        for service in running:
            service.wait(60)


def _start(stack: Stack, name: str, kind: str) -> Service:
    entry = ["-m", "factwire.cli.main", name] if kind == "guaranteed" else [str(UNGUARDED), name]
    environment = {**service_environment(stack.settings), "PYTHONPATH": str(ROOT / "services")}
    service = Service(name, [sys.executable, *entry], environment, stack.folder / f"{kind}-{name}.log")
    service.start()
    stack.services.append(service)
    return service


def measure(stack: Stack, kind: str, number: int) -> Rates:
    """One round: warm-up, then the articles."""
    with services(stack, kind):
        _push_and_wait(stack, sample_records(WARM_UP, f"warm-{kind}-{number}"))
        rates = _push_and_wait(stack, sample_records(ARTICLES, f"{kind}-{number}"))
    _hand_over(stack)
    return rates


def _push_and_wait(stack: Stack, records: list[Sent]) -> Rates:
    goal = _stored(stack) + len(records)
    started = time.perf_counter()
    produce(stack.kafka, RAW, records)
    ends = end_offsets(stack.kafka, RAW)
    _until(lambda: committed_offsets(stack.kafka, RAW, "factwire-enricher") == ends, "enriched", stack)
    enriched = time.perf_counter() - started
    _until(lambda: _stored(stack) >= goal, "stored", stack)
    return Rates(len(records) / enriched, len(records) / (time.perf_counter() - started))


def _until(condition: Callable[[], bool], what: str, stack: Stack) -> None:
    wait_until(condition, 600, f"every article {what}", stack.logs)


def _stored(stack: Stack) -> int:
    with psycopg.connect(stack.database) as connection:
        row = connection.execute("select count(*) from articles").fetchone()
    return int(row[0]) if row else 0


def _hand_over(stack: Stack) -> None:
    """The kinds keep their offsets in different places; everything is stored, so both are set to the log's end."""
    ends = end_offsets(stack.kafka, ENRICHED)
    with psycopg.connect(stack.database) as connection:
        for part, offset in ends.items():
            connection.execute("update consumer_offsets set next_offset = %s where part = %s", (offset, part))
    group = Consumer({"bootstrap.servers": stack.kafka, "group.id": "factwire-sink"})
    group.commit(offsets=[TopicPartition(ENRICHED, part, offset) for part, offset in ends.items()], asynchronous=False)
    group.close()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that containers and services end too
    with ApacheKafkaContainer() as kafka, postgres_container() as postgres, tempfile.TemporaryDirectory() as folder:
        database = create_database(postgres.get_connection_url(driver=None), "bench")
        migrate(database)
        stack = Stack(kafka.get_bootstrap_server(), database, Path(folder))
        stack.provision()
        try:
            found = _rounds(stack)
        finally:
            stack.stop()
    sys.exit(_report(found))


def _rounds(stack: Stack) -> dict[str, list[Rates]]:
    """A B, B A, A B: what the machine does beside it falls on both."""
    found: dict[str, list[Rates]] = {kind: [] for kind in KINDS}
    for number in range(ROUNDS):
        for kind in KINDS if number % 2 == 0 else reversed(KINDS):
            rates = measure(stack, kind, number)
            found[kind].append(rates)
            load = os.getloadavg()[0]
            print(
                f"{kind:10} {rates.enriched:6.1f} enriched/s {rates.stored:6.1f} stored/s  load {load:.1f}", flush=True
            )
    return found


def _report(found: dict[str, list[Rates]]) -> int:
    medians = {kind: statistics.median(r.stored for r in rates) for kind, rates in found.items()}
    ratio = medians["guaranteed"] / medians["unguarded"]
    print(f"{ARTICLES} articles a round, {ROUNDS} rounds of each kind, {os.cpu_count()} cores; medians:")
    for kind, median in medians.items():
        print(f"{kind:10} {median:6.1f} articles/s from raw topic to rows")
    print(f"with guarantees: {ratio:.0%} of the throughput without (at least {LEAST_RATIO:.0%} promised)")
    return 0 if ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    main()
