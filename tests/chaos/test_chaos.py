"""Articles flow while everything is killed, frozen, restarted and cut off; at the end nothing is missing or double.

The seed of load and plan is printed and can be given: ``CHAOS_SEED=7 make chaos``. Without more it is the short
form that CI runs; ``CHAOS_ARTICLES=20000 CHAOS_FAULTS=18`` is the long one.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.chaos.faults import Injector, draw_plan
from tests.support.containers import ApacheKafkaContainer, postgres_container
from tests.support.databases import create_database, migrate
from tests.support.invariants import violations
from tests.support.kafka import ConcurrentReader, Sent, produce, read_all
from tests.support.load import make_load
from tests.support.ports import free_port
from tests.support.stack import DEAD_RAW, ENRICHED, RAW, Stack
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.docker, pytest.mark.chaos]
BROKEN = Path(__file__).with_name("broken_enricher.py")


@dataclass(frozen=True)
class Form:
    """How much of it."""

    seed: int
    articles: int
    faults: int
    gap: tuple[float, float]
    seconds_to_settle: float


FORM = Form(
    seed=int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(1_000_000)),
    articles=int(os.environ.get("CHAOS_ARTICLES") or 2000),
    faults=int(os.environ.get("CHAOS_FAULTS") or 5),
    gap=(2.0, 6.0),
    seconds_to_settle=float(os.environ.get("CHAOS_SETTLE") or 240),
)


@dataclass(frozen=True)
class Ground:
    """A Kafka and a Postgres of this module's own: they are killed and keep their ports."""

    kafka: ApacheKafkaContainer
    broker: str
    database: str
    server: str


@pytest.fixture
def ground() -> Iterator[Ground]:
    kafka = ApacheKafkaContainer()
    postgres = postgres_container()
    with kafka.with_bind_ports(kafka.port, free_port()), postgres.with_bind_ports(5432, free_port()):
        url = create_database(postgres.get_connection_url(driver=None), "chaos")
        migrate(url)
        yield Ground(kafka, kafka.get_wrapped_container().id, url, postgres.get_wrapped_container().id)


@pytest.fixture
def stack(ground: Ground, tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(ground.kafka.get_bootstrap_server(), ground.database, tmp_path, partitions=4)
    stack.provision()
    yield stack
    stack.stop()


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def start_services(stack: Stack, script: Path | None = None) -> None:
    patient = {"session_timeout": "10", "dead_letter_run": "100000", "startup_timeout": "300"}
    for workers in ("1", "0"):
        stack.start("enricher", script=script, enricher_workers=workers, **patient)
    for _ in range(2):
        stack.start("sink", **patient)
    for service in stack.services:
        wait_until(lambda s=service: s.ready, 90, f"{service.name} ready", stack.logs)  # type: ignore[misc]


def feed(stack: Stack, sent: list[Sent], seconds: float) -> threading.Thread:
    """Produces in a thread, spread over the time of the faults."""
    step = max(1, len(sent) // 50)
    pause = seconds / 50
    thread = threading.Thread(
        target=produce, args=(stack.kafka, RAW, sent, lambda n: pause if n and n % step == 0 else 0.0), daemon=True
    )
    thread.start()
    return thread


@pytest.mark.timeout(0)
def test_nothing_lost_nothing_twice(ground: Ground, stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    plan = draw_plan(FORM.seed, FORM.faults, FORM.gap)
    sent = make_load(FORM.seed, FORM.articles)
    with capsys.disabled():
        say(f"\nCHAOS_SEED={FORM.seed}: {len(sent)} records, {len(plan)} faults")
        start_services(stack)
        began = time.monotonic()
        with ConcurrentReader(stack.kafka, [ENRICHED, DEAD_RAW]) as meanwhile:
            feeding = feed(stack, sent, sum(f.after + f.seconds for f in plan))
            Injector(stack, {"broker": ground.broker, "database": ground.server}).run(plan, say)
            feeding.join(300)
            wait_until(stack.enriched_all, FORM.seconds_to_settle, "enriching", stack.logs)
            enriched, dead = read_all(stack.kafka, ENRICHED), read_all(stack.kafka, DEAD_RAW)
            last = {m.partition: m.offset for m in enriched}
            wait_until(lambda: stack.stored_through(last), FORM.seconds_to_settle, "storing", stack.logs)
            wait_until(lambda: len(meanwhile.seen) >= len(enriched) + len(dead), 60, "the reader", stack.logs)
        say(f"settled after {time.monotonic() - began:.0f} s: {len(enriched)} enriched, {len(dead)} dead letters")
    wrong = violations(read_all(stack.kafka, RAW), enriched, dead, meanwhile.seen, sent, stack.database)
    assert wrong == [], f"seed {FORM.seed}: {wrong}\n{stack.logs()}"


@pytest.mark.timeout(240)
def test_a_build_with_auto_commit_is_found_out(stack: Stack) -> None:
    """The suite can fail: an enricher on FastStream's defaults, without transactions, loses or repeats."""
    sent = make_load(1, 700, poison=0)
    broken = stack.start("enricher", script=BROKEN, enricher_workers="0")
    wait_until(lambda: broken.ready, 90, "ready", stack.logs)
    produce(stack.kafka, RAW, sent)
    for _ in range(3):
        time.sleep(1.5)
        broken.kill()
        broken.start()
        wait_until(lambda: broken.ready, 90, "ready", stack.logs)
    wait_until(stack.enriched_all, 120, "enriching", stack.logs)
    enriched = read_all(stack.kafka, ENRICHED)
    wrong = violations(read_all(stack.kafka, RAW), enriched, [], enriched, sent, None)
    assert any("lost" in w or "duplicated" in w for w in wrong)
