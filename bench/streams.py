"""Articles through real Kafka and Postgres, ours and the peers', one contender after the other on the same articles.

Each contender is a set of processes. It starts, warms up, gets its articles at once, and is timed from the first push
until the last one is a row; then it is ended. CPU seconds and peak memory are the processes' own, of the whole family.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
from confluent_kafka.admin import AdminClient, NewTopic
from tests.support.kafka import Sent, produce
from tests.support.processes import ROOT
from tests.support.stack import RAW, Service, Stack, wait_until

from bench.articles import numbered, stories

PEERS: Final = Path(__file__).with_name("peers")
PEER_PYTHON: Final = ROOT / ".venv-peers" / "bin" / "python"
CANNED: Final = Path(__file__).with_name("canned.py")
WARM_UP: Final = 200
DEADLINE: Final = 300


@dataclass(frozen=True, slots=True)
class Contender:
    """``launch`` starts its processes; its articles go to ``topic`` and end as rows of ``table``."""

    name: str
    launch: Callable[[Stack], Sequence[Service]]
    topic: str
    table: str
    articles: int
    warm_up: int = WARM_UP


@dataclass(frozen=True, slots=True)
class Run:
    """``memory``: MB of the largest process at its peak, by name."""

    articles_per_second: float
    cpu_seconds_per_thousand: float
    memory: Mapping[str, float] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        return {
            "articles_per_second": round(self.articles_per_second, 1),
            "cpu_seconds_per_1000": round(self.cpu_seconds_per_thousand, 2),
            "peak_mb": {name: round(size) for name, size in self.memory.items()},
        }


def ours(workers: int = 1) -> Callable[[Stack], list[Service]]:
    return lambda stack: [stack.start("enricher", enricher_workers=str(workers)), stack.start("sink")]


def plumbing(stack: Stack) -> list[Service]:
    return [stack.start("enricher", script=CANNED), stack.start("sink")]


def peer(program: str, facts: str) -> Callable[[Stack], list[Service]]:
    """``facts``: ``none``, or the file of names its dictionary holds."""

    def launch(stack: Stack) -> list[Service]:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("FACTWIRE_")},
            "PEER_KAFKA": stack.kafka,
            "PEER_DATABASE": stack.database,
            "PEER_FACTS": facts,
            "PYTHONUNBUFFERED": "1",
        }
        log = stack.folder / f"{program}-{len(stack.services)}.log"
        service = Service(program, [str(PEER_PYTHON), str(PEERS / f"{program}.py")], environment, log)
        service.start()
        stack.services.append(service)
        return [service]

    return launch


def measure(stack: Stack, contender: Contender) -> Run:
    with _running(stack, contender) as services:
        _through(stack, contender, contender.warm_up, "warm")
        before = _cpu_seconds(services)
        seconds = _through(stack, contender, contender.articles, "run")
        spent = _cpu_seconds(services) - before
        memory = {service.name: _peak_megabytes(service) for service in services}
    return Run(contender.articles / seconds, spent * 1000 / contender.articles, memory)


@contextmanager
def _running(stack: Stack, contender: Contender) -> Iterator[Sequence[Service]]:
    services = contender.launch(stack)
    try:
        yield services
    finally:
        for service in services:
            service.signal(signal.SIGTERM)
        for service in services:
            _end(service)


def _end(service: Service) -> None:
    try:
        service.wait(30)
    except subprocess.TimeoutExpired:
        service.kill()


def _through(stack: Stack, contender: Contender, count: int, name: str) -> float:
    """Seconds from the first push to the last row."""
    goal = rows(stack, contender.table) + count
    unique = f"{contender.name}-{name}-{time.time_ns()}"
    records = [
        Sent(n, "good", article["article_id"].encode(), json.dumps(article).encode())
        for n, article in enumerate(numbered(stories(), count, unique))
    ]
    started = time.perf_counter()
    produce(stack.kafka, contender.topic, records)
    wait_until(lambda: rows(stack, contender.table) >= goal, DEADLINE, f"{contender.name}: all rows", stack.logs)
    return time.perf_counter() - started


def rows(stack: Stack, table: str) -> int:
    """0 while the contender has not made its table."""
    with psycopg.connect(stack.database) as connection:
        known = connection.execute("select to_regclass(%s)", (table,)).fetchone()
        if known is None or known[0] is None:
            return 0
        found = connection.execute(f"select count(*) from {table}").fetchone()  # type: ignore[arg-type]  # our own names
    return int(found[0]) if found else 0


def make_peer_topics(stack: Stack) -> None:
    admin = AdminClient({"bootstrap.servers": stack.kafka})
    for made in admin.create_topics([NewTopic(f"peer.{name}", 3, 1) for name in ("raw", "enriched")]).values():
        made.result(30)


def _family(service: Service) -> list[psutil.Process]:
    assert service.process is not None
    first = psutil.Process(service.process.pid)
    return [first, *first.children(recursive=True)]


def _cpu_seconds(services: Sequence[Service]) -> float:
    times = [process.cpu_times() for service in services for process in _family(service)]
    return sum(spent.user + spent.system for spent in times)


def _peak_megabytes(service: Service) -> float:
    """The sum over its processes of the most each has held (VmHWM)."""
    total = 0
    for process in _family(service):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                total += int(line.split()[1])
    return total / 1024


def contenders(names: str, cores: Sequence[int] = (1, 2, 4)) -> list[Contender]:
    """Everybody, in the order of the table. ``names``: a file with the dictionary for those that enrich."""
    return [
        *(Contender(f"factwire, {n} workers", ours(n), RAW, "articles", 1500) for n in cores),
        Contender("factwire, enrichment off", plumbing, RAW, "articles", 4000),
        Contender("FastStream + ORM, no enrichment", peer("orm", "none"), "peer.raw", "orm_articles", 2000),
        Contender("Quix Streams, no enrichment", peer("quix", "none"), "peer.raw", "quix_articles", 6000),
        Contender("FastStream + ORM, quantulum3", peer("orm", names), "peer.raw", "orm_articles", 100, 8),
        Contender("Quix Streams, quantulum3", peer("quix", names), "peer.raw", "quix_articles", 100, 8),
    ]


if __name__ == "__main__":
    sys.exit("run: make bench")
