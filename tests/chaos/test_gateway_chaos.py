"""Producers push while the gateway is killed with -9 and the broker is gone: what was answered with 202 is there.

Without more it is the short form; ``CHAOS_BROKER_SECONDS=60 CHAOS_PUSH_SECONDS=120 make chaos`` is the long one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.support.containers import ApacheKafkaContainer, postgres_container
from tests.support.databases import create_database, migrate
from tests.support.kafka import read_all
from tests.support.ports import free_port
from tests.support.stack import ENRICHED, RAW, Service, Stack
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.docker, pytest.mark.chaos]
BROKER_SECONDS = float(os.environ.get("CHAOS_BROKER_SECONDS") or 15)
PUSH_SECONDS = float(os.environ.get("CHAOS_PUSH_SECONDS") or 35)
PRODUCERS = 3
BATCH = 5


@dataclass
class Producer:
    """Pushes revision after revision of its articles, one a line, and sends again until it is answered."""

    number: int
    address: str
    until: float
    answered: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Article and revision by event id, of everything that was answered with 202."""
    spooled: int = 0
    faults: list[str] = field(default_factory=list)

    def run(self) -> None:
        turn = 0
        with httpx.Client(base_url=self.address, timeout=30) as client:
            while time.monotonic() < self.until:
                self._push(client, turn)
                turn += 1

    def _push(self, client: httpx.Client, turn: int) -> None:
        """The articles change every tenth turn; until then each turn is the next revision of the same ones."""
        names = [f"p{self.number}-{turn // 10}-{n}" for n in range(BATCH)]
        lines = "\n".join(
            json.dumps(
                {"article_id": name, "revision": turn % 10 + 1, "body": f"Acme sold {turn + 2} ships to {name}."}
            )
            for name in names
        )
        headers = {"content-type": "application/x-ndjson", "idempotency-key": f"{self.number}-{turn}"}
        while True:
            try:
                answer = client.post("/v1/articles", content=lines, headers=headers)
            except httpx.TransportError:
                time.sleep(0.2)
                continue
            if answer.status_code == 202:
                break
            if answer.status_code not in {409, 503}:
                self.faults.append(f"{answer.status_code} {answer.text}")
                return
            time.sleep(0.5)
        for result in answer.json()["results"]:
            self.answered[result["event_id"]] = (result["article_id"], result["revision"])
            self.spooled += result.get("spooled", False)


@pytest.fixture
def kafka() -> Iterator[ApacheKafkaContainer]:
    container = ApacheKafkaContainer()
    with container.with_bind_ports(container.port, free_port()):
        yield container


@pytest.fixture
def stack(kafka: ApacheKafkaContainer, tmp_path: Path) -> Iterator[Stack]:
    with postgres_container() as postgres:
        url = create_database(postgres.get_connection_url(driver=None), "gateway_chaos")
        migrate(url)
        stack = Stack(kafka.get_bootstrap_server(), url, tmp_path)
        stack.provision()
        yield stack
        stack.stop()


@pytest.mark.timeout(0)
def test_what_was_answered_with_202_is_in_the_raw_topic_and_in_postgres(
    kafka: ApacheKafkaContainer, stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    gateway = stack.start("gateway", http_port=str(port), gateway_spool_dir=str(tmp_path / "spool"))
    stack.start("enricher", enricher_workers="0", startup_timeout="300")
    stack.start("sink", startup_timeout="300")
    wait_until(lambda: '"ok"' in page(f"{address}/readyz"), 60, "the gateway", stack.logs)

    producers = [Producer(n, address, time.monotonic() + PUSH_SECONDS) for n in range(PRODUCERS)]
    threads = [threading.Thread(target=producer.run, daemon=True) for producer in producers]
    for thread in threads:
        thread.start()
    disturb(gateway, kafka.get_wrapped_container().id)
    for thread in threads:
        thread.join(PUSH_SECONDS + 120)

    assert not [fault for producer in producers for fault in producer.faults]
    answered = {event: told for producer in producers for event, told in producer.answered.items()}
    with capsys.disabled():
        spooled = sum(producer.spooled for producer in producers)
        sys.stderr.write(f"\n{len(answered)} articles answered with 202, {spooled} of them from the spool\n")
    assert len(answered) > PRODUCERS * BATCH
    assert spooled, "nothing was pushed while the broker was away"
    drained = "factwire_gateway_spool_bytes 0.0"
    wait_until(lambda: drained in page(f"{address}/metrics"), 120, "the drain", stack.logs)
    assert lost_of_raw(stack, answered) == []
    assert backward_in_raw(stack) == []
    wait_until(stack.enriched_all, 240, "enriching", stack.logs)
    last = {message.partition: message.offset for message in read_all(stack.kafka, ENRICHED)}
    wait_until(lambda: stack.stored_through(last), 240, "storing", stack.logs)
    assert lost_of_postgres(stack, answered) == []


def disturb(gateway: Service, broker: str) -> None:
    """Kills the gateway under load, takes the broker away, kills the gateway while it spools and while it drains."""
    for _ in range(2):
        time.sleep(PUSH_SECONDS / 20)
        kill_and_start(gateway)
    _docker("kill", broker)
    time.sleep(BROKER_SECONDS / 2)
    kill_and_start(gateway)
    time.sleep(BROKER_SECONDS / 2)
    _docker("start", broker)
    time.sleep(2)
    kill_and_start(gateway)


def page(address: str) -> str:
    """Empty while nobody answers."""
    try:
        return httpx.get(address, timeout=10).text
    except httpx.TransportError:
        return ""


def kill_and_start(gateway: Service) -> None:
    gateway.kill()
    gateway.start()


def lost_of_raw(stack: Stack, answered: dict[str, tuple[str, int]]) -> list[tuple[str, int]]:
    there = {(message.header("ce_id") or b"").decode() for message in read_all(stack.kafka, RAW)}
    return [told for event, told in answered.items() if event not in there]


def backward_in_raw(stack: Stack) -> list[str]:
    """Articles of which a revision appears for the first time behind a higher one: repeats alone may do that."""
    newest: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    wrong = []
    for message in read_all(stack.kafka, RAW):
        event = json.loads(message.value or b"")
        name, revision = event["article_id"], event["revision"]
        if (name, revision) not in seen and revision < newest.get(name, 0):
            wrong.append(f"{name}: {revision} after {newest[name]}")
        seen.add((name, revision))
        newest[name] = max(revision, newest.get(name, 0))
    return wrong


def lost_of_postgres(stack: Stack, answered: dict[str, tuple[str, int]]) -> list[str]:
    """Articles that are not there in the highest revision that was answered, or in a later one."""
    wanted: dict[str, int] = {}
    for name, revision in answered.values():
        wanted[name] = max(revision, wanted.get(name, 0))
    with psycopg.connect(stack.database) as connection:
        stored = dict(connection.execute("select article_id, revision from articles").fetchall())
    return [name for name, revision in wanted.items() if stored.get(name, 0) < revision]


def _docker(*arguments: str) -> None:
    subprocess.run(["docker", *arguments], check=True, capture_output=True, timeout=120)
