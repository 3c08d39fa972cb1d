"""Articles through real Kafka and Postgres, ours and the peers', one contender after the other on the same articles.

Each contender is a set of processes. It starts, warms up, gets its articles at once, and is timed from the first push
until the last one has come out; then it is ended. CPU seconds and peak memory are the processes' own, of the whole
family.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from confluent_kafka.admin import AdminClient, NewTopic
from tests.support.kafka import Sent, committed_offsets, produce
from tests.support.processes import ROOT
from tests.support.stack import RAW, Service
from tests.support.waiting import wait_until

from bench.articles import distinct, numbered, stories
from bench.processes import Running, all_running, running
from bench.progress import say
from bench.servers import Servers

PEERS: Final = Path(__file__).with_name("peers")
PEER_PYTHON: Final = ROOT / ".venv-peers" / "bin" / "python"
CANNED: Final = Path(__file__).with_name("canned.py")
WARM_UP: Final = 300
DEADLINE: Final = 180
"""Seconds that one contender has for its articles."""
LOOK_EVERY: Final = 0.2
Launch = Callable[[Servers], Sequence[Running]]
Made = Callable[[int, str], Iterator[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Contender:
    """``launch`` starts its processes; its articles go to ``topic``; ``out`` counts what has come out so far.

    ``made`` makes the articles from a count and a name for their ids.
    """

    name: str
    launch: Launch
    topic: str
    out: Callable[[Servers], int]
    articles: int
    warm_up: int = WARM_UP
    made: Made = distinct

    def sized(self, size: float) -> Contender:
        """The same with ``size`` times as many articles, to try a benchmark out."""
        return Contender(
            self.name,
            self.launch,
            self.topic,
            self.out,
            max(8, int(self.articles * size)),
            max(4, int(self.warm_up * min(size, 1))),
            self.made,
        )


@dataclass(frozen=True, slots=True)
class Run:
    """``database``: CPU seconds of Postgres per 1,000 articles; ``memory``: MB of each process at its peak, by name."""

    articles_per_second: float
    cpu_seconds_per_thousand: float
    database: float
    memory: Mapping[str, float] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        return {
            "articles_per_second": round(self.articles_per_second, 1),
            "cpu_seconds_per_1000": round(self.cpu_seconds_per_thousand, 2),
            "database_cpu_seconds_per_1000": round(self.database, 2),
            "peak_mb": {name: round(size) for name, size in self.memory.items()},
        }


@dataclass
class Runs:
    """What has been measured so far, by name; one that fails is told and leaves the others their turn."""

    found: dict[str, Run] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def add(self, name: str, measured: Callable[[], Run]) -> None:
        try:
            self.found[name] = measured()
        except Exception as fault:  # noqa: BLE001 - told at the end, with exit code 1
            say(f"{name} failed: {fault!r}")
            self.failed.append(f"{name}: {(str(fault).splitlines() or [''])[0]}")

    def figures(self) -> dict[str, Any]:
        return {name: run.figures() for name, run in self.found.items()}

    def ratios(self, between: Mapping[str, tuple[str, str]]) -> dict[str, float]:
        """Of articles a second, where both have been measured."""
        return {
            name: self.found[mine].articles_per_second / self.found[theirs].articles_per_second
            for name, (mine, theirs) in between.items()
            if mine in self.found and theirs in self.found
        }


@dataclass
class Meter:
    """Seconds and CPU seconds from its making on, of the contender and of the database."""

    stack: Servers
    launched: Sequence[Running]

    def __post_init__(self) -> None:
        self._spent, self._database = self._own(), self.stack.database_cpu_seconds()
        self._began = time.perf_counter()

    def read(self, articles: int) -> Run:
        """What ``articles`` have taken since then."""
        seconds = time.perf_counter() - self._began
        spent, database = self._own() - self._spent, self.stack.database_cpu_seconds() - self._database
        memory = {one.name: one.peak_megabytes() for one in self.launched}
        return Run(articles / seconds, spent * 1000 / articles, database * 1000 / articles, memory)

    def _own(self) -> float:
        return sum(one.cpu_seconds() for one in self.launched)


def services(stack: Servers, *started: Service) -> list[Running]:
    """Started services, once each has its partitions; ended if one of them never has."""
    launched = [running(service) for service in started]
    try:
        wait_until(lambda: all(service.ready for service in started), 120, "services ready", stack.logs)
    except BaseException:
        for one in launched:
            one.end()
        raise
    return launched


def ours(workers: int = 1, **settings: str) -> Launch:
    return lambda stack: services(
        stack, stack.start("enricher", enricher_workers=str(workers), **settings), stack.start("sink")
    )


def plumbing(stack: Servers) -> list[Running]:
    """Enrichment off, duplicates too: they are part of it."""
    return services(stack, stack.start("enricher", script=CANNED, duplicate_days="0"), stack.start("sink"))


def peer(program: str, facts: str, topic: str) -> Launch:
    """``facts``: ``none``, or the file of names its dictionary holds. It works on topics and in groups of its own."""

    def launch(stack: Servers) -> list[Running]:
        make_topics(stack, f"{topic}.raw", f"{topic}.enriched")
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("FACTWIRE_")},
            "PEER_KAFKA": stack.kafka,
            "PEER_DATABASE": stack.database,
            "PEER_FACTS": facts,
            "PEER_TOPIC": topic,
            "PYTHONUNBUFFERED": "1",
        }
        log = stack.folder / f"{topic}.log"
        service = Service(program, [str(PEER_PYTHON), str(PEERS / f"{program}.py")], environment, log)
        service.start()
        stack.services.append(service)
        return [running(service)]

    return launch


def measure(stack: Servers, contender: Contender) -> Run:
    say(f"{contender.name}: {contender.articles} articles")
    with all_running(contender.launch(stack)) as launched:
        _through(stack, contender, _made(contender, contender.warm_up, "warm"))
        records = _made(contender, contender.articles, "run")
        meter = Meter(stack, launched)
        _through(stack, contender, records)
        run = meter.read(contender.articles)
    say(f"{contender.name}: {run.figures()}")
    return run


def _made(contender: Contender, count: int, name: str) -> list[Sent]:
    return to_send(contender.made(count, f"{contender.name}-{name}-{time.time_ns()}"))


def _through(stack: Servers, contender: Contender, records: Sequence[Sent]) -> None:
    """Pushes them and waits until all have come out."""
    goal = contender.out(stack) + len(records)
    produce(stack.kafka, contender.topic, records)
    wait_for(stack, contender.out, goal, contender.name)


def to_send(articles: Iterator[dict[str, Any]]) -> list[Sent]:
    return [Sent(n, "good", a["article_id"].encode(), json.dumps(a).encode()) for n, a in enumerate(articles)]


def wait_for(stack: Servers, out: Callable[[Servers], int], goal: int, who: str) -> int:
    """How many have come out, once it is ``goal`` at least."""
    until = time.perf_counter() + DEADLINE
    while (found := out(stack)) < goal:
        if time.perf_counter() > until:
            raise TimeoutError(f"{who}: {found} of {goal} came out in {DEADLINE} s\n{stack.logs()}")
        time.sleep(LOOK_EVERY)
    return found


def rows_of(table: str) -> Callable[[Servers], int]:
    return lambda stack: stack.rows(table)


def enriched(stack: Servers) -> int:
    """Raw articles that the enricher's group has done with."""
    return sum(max(0, offset) for offset in committed_offsets(stack.kafka, RAW, "factwire-enricher").values())


def repeated(count: int, name: str) -> Iterator[dict[str, Any]]:
    """The same stories over and over: for an enricher that answers from memory."""
    return numbered(stories(), count, name)


def make_topics(stack: Servers, *names: str) -> None:
    admin = AdminClient({"bootstrap.servers": stack.kafka, "log_level": 0})
    for made in admin.create_topics([NewTopic(name, stack.partitions, 1) for name in names]).values():
        made.result(30)


def contenders(names: str, workers: Sequence[int] = (1, 2, 4)) -> list[Contender]:
    """Everybody, in the order of the table. ``names``: a file with the dictionary for those that enrich."""
    stored = rows_of("articles")
    return [
        *(Contender(f"factwire, {_workers(n)}", ours(n), RAW, stored, 1500) for n in workers),
        Contender("factwire, 1 worker, duplicates not looked for", ours(1, duplicate_days="0"), RAW, stored, 1500),
        Contender("factwire, enrichment off", plumbing, RAW, stored, 4000, made=repeated),
        _peer("FastStream + ORM, no enrichment", "orm", "none", 2000),
        _peer("Quix Streams, no enrichment", "quix", "none", 20_000),
        _peer("FastStream + ORM, quantulum3", "orm", names, 100, 8),
        _peer("Quix Streams, quantulum3", "quix", names, 100, 8),
    ]


def _workers(count: int) -> str:
    return "1 worker" if count == 1 else f"{count} workers"


def _peer(name: str, program: str, facts: str, articles: int, warm_up: int = WARM_UP) -> Contender:
    topic = f"{program}.{'plain' if facts == 'none' else 'facts'}"
    launch = peer(program, facts, topic)
    return Contender(name, launch, f"{topic}.raw", rows_of(f"{program}_articles"), articles, warm_up)
