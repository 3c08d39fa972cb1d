"""The whole compose stack, from the Dockerfile up: an article goes in over HTTP and is everywhere it must be, once."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from tests.support.databases import rows
from tests.support.ports import free_ports
from tests.support.waiting import wait_until

from factwire.events.enriched_article import EnrichedArticle
from factwire.events.topics import ENRICHED

pytestmark = [pytest.mark.docker, pytest.mark.compose, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
SERVICES = ("console", "courier", "enricher", "gateway", "poller", "sink")
ARTICLE = {
    "article_id": "compose/1",
    "source": {"id": "example.org", "name": "The Example", "country": "US"},
    "title": "Acme to cut jobs",
    "body": "Acme will cut more than 1,200 jobs, it said on Friday. Sales fell 6.5 percent to $4.1 billion.",
    "published_at": "2026-03-13T08:00:00Z",
}


@dataclass(frozen=True)
class Stack:
    project: str
    environment: dict[str, str]

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.environment['GATEWAY_PORT']}"

    @property
    def console(self) -> str:
        return f"http://127.0.0.1:{self.environment['CONSOLE_PORT']}"

    @property
    def kafka(self) -> str:
        return f"localhost:{self.environment['KAFKA_PORT']}"

    @property
    def database(self) -> str:
        return f"postgresql://factwire:factwire@127.0.0.1:{self.environment['POSTGRES_PORT']}/factwire"

    def compose(self, *command: str, check: bool = True) -> str:
        ran = subprocess.run(
            ["docker", "compose", "--project-name", self.project, *command],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=540,
            check=False,
        )
        if check and ran.returncode:
            logs = self.compose("logs", "--tail", "60", check=False)
            pytest.fail(f"docker compose {' '.join(command)}: {ran.returncode}\n{ran.stderr[-6000:]}\n{logs[-20000:]}")
        return ran.stdout

    def containers(self) -> dict[str, dict[str, object]]:
        """What Docker knows of each service's container."""
        ids = self.compose("ps", "--all", "--quiet").split()
        shown = json.loads(subprocess.run(["docker", "inspect", *ids], capture_output=True, check=True).stdout)
        return {entry["Config"]["Labels"]["com.docker.compose.service"]: entry for entry in shown}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    names = ("GATEWAY_PORT", "CONSOLE_PORT", "KAFKA_PORT", "POSTGRES_PORT", "PROMETHEUS_PORT")
    ports = dict(zip(names, map(str, free_ports(len(names))), strict=True))
    stack = Stack(f"factwire-test-{uuid4().hex[:8]}", {**ports, "IMAGE_TAG": "test"})
    try:
        stack.compose("up", "--build", "--wait", "--quiet-pull")
        yield stack
    finally:
        stack.compose("down", "--volumes", "--remove-orphans", "--timeout", "5", check=False)


async def read_to_the_end(address: str, topic: str) -> list[EnrichedArticle]:
    """Everything a read_committed reader finds in a topic now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=address, isolation_level="read_committed", enable_auto_commit=False)
    await consumer.start()
    found = []
    try:
        partitions = [TopicPartition(topic, number) for number in range(6)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [EnrichedArticle.model_validate_json(record.value) for record in records if record.value]
    finally:
        await consumer.stop()
    return found


def test_pushed_article_is_enriched_once_stored_once_and_shown(stack):
    pushed = httpx.post(f"{stack.gateway}/v1/articles", json=ARTICLE)
    assert (pushed.status_code, pushed.json()["accepted"]) == (202, 1)

    wait_until(lambda: rows(stack.database, "select 1 from articles where article_id = 'compose/1'"), 30, "storing")
    events = asyncio.run(read_to_the_end(stack.kafka, ENRICHED.name))
    assert [event.article_id for event in events] == ["compose/1"]
    assert {claim.span.text for claim in events[0].claims} >= {"6.5 percent", "$4.1 billion"}
    stored = rows(stack.database, "select article_id, revision from articles")
    assert stored == [("compose/1", 1)]
    assert rows(stack.database, "select count(*) from claims") == [(len(events[0].claims),)]

    shown = EnrichedArticle.model_validate_json(httpx.get(f"{stack.console}/v1/articles/compose%2F1").content)
    assert shown.claims == events[0].claims
    page = httpx.get(f"{stack.console}/articles/compose%2F1")
    assert page.status_code == 200
    assert 'class="claim"' in page.text


def test_withdrawn_article_disappears(stack):
    httpx.post(f"{stack.gateway}/v1/articles", json={**ARTICLE, "article_id": "gone"}).raise_for_status()
    address = f"{stack.console}/v1/articles/gone"
    wait_until(lambda: httpx.get(address).status_code == 200, 30, "the article")
    assert httpx.delete(f"{stack.gateway}/v1/articles/gone").status_code == 202
    wait_until(lambda: httpx.get(address).status_code == 404, 30, "its withdrawal")


def test_bad_article_is_refused_at_the_door(stack):
    answer = httpx.post(f"{stack.gateway}/v1/articles", json={"title": ""})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_prometheus_of_the_monitoring_profile_sees_every_service_and_knows_the_alerts(stack):
    stack.compose("up", "--wait", "--no-deps", "--quiet-pull", "prometheus")
    prometheus = f"http://127.0.0.1:{stack.environment['PROMETHEUS_PORT']}/api/v1"

    def ready() -> set[str]:
        found = httpx.get(f"{prometheus}/query", params={"query": "factwire_ready == 1"}).json()["data"]["result"]
        return {one["metric"]["job"] for one in found}

    wait_until(lambda: ready() == set(SERVICES), 90, "every service seen ready")
    [group] = httpx.get(f"{prometheus}/rules").json()["data"]["groups"]
    assert {rule["health"] for rule in group["rules"]} <= {"ok", "unknown"}
    assert all(rule["name"].startswith("Factwire") for rule in group["rules"])


def test_services_run_unprivileged_and_change_nothing_in_their_image(stack):
    for name, container in stack.containers().items():
        if name in SERVICES:
            assert container["Config"]["User"] == "factwire", name
            assert container["HostConfig"]["ReadonlyRootfs"], name
            assert container["HostConfig"]["CapDrop"] == ["ALL"], name
            assert container["HostConfig"]["Memory"], name


def test_services_drain_and_end_well_when_asked_to_stop(stack):
    stack.compose("stop", *SERVICES)
    ends = {name: container["State"]["ExitCode"] for name, container in stack.containers().items() if name in SERVICES}
    assert ends == dict.fromkeys(SERVICES, 0)
