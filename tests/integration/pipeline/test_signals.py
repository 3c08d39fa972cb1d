"""The signals of a running pipeline: one trace from request to row, true lag, readiness that follows the database.

Gateway, enricher and sink run in this process over the development broker, so that their spans and gauges can be read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY
from psycopg.sql import SQL, Identifier
from tests.support.databases import rows
from tests.support.ports import free_port

from factwire.devstack.broker.server import Broker
from factwire.devstack.broker.state import Options
from factwire.enricher.app import enrich_until
from factwire.enricher.settings import EnricherSettings
from factwire.events.topics import ENRICHED, RAW
from factwire.gateway.app import run_gateway
from factwire.gateway.settings import GatewaySettings
from factwire.runtime.health import Health
from factwire.runtime.tracing import new_traceparent, read_traceparent
from factwire.sink.app import store_until
from factwire.sink.settings import SinkSettings
from factwire.streaming.producer import TopicProducer
from factwire.streaming.provision import apply_topics
from factwire.streaming.records import Outgoing
from factwire.streaming.settings import ConsumerSettings

pytestmark = [pytest.mark.docker, pytest.mark.timeout(180)]
ARTICLE = {"article_id": "signals/1", "body": "Acme will cut more than 1,200 jobs, it said on Friday."}


@dataclass(frozen=True)
class Pipeline:
    gateway: httpx.AsyncClient
    producer: TopicProducer
    enricher: Health
    sink: Health


@pytest.fixture
async def pipeline(database: str, tmp_path: Path) -> AsyncIterator[Pipeline]:
    async with Broker(Options(tmp_path, "127.0.0.1", 0)) as broker, running(broker.address, database) as started:
        yield started


@asynccontextmanager
async def running(broker: str, database: str) -> AsyncIterator[Pipeline]:
    kafka = {"kafka_bootstrap_servers": broker, "topic_partitions": 2, "http_port": free_port()}
    await apply_topics(ConsumerSettings.model_validate(kafka))
    stop, enricher, sink = asyncio.Event(), Health("enricher"), Health("sink")
    services = [
        asyncio.create_task(service)
        for service in (
            run_gateway(GatewaySettings.model_validate(kafka), stop),
            enrich_until(EnricherSettings.model_validate({**kafka, "enricher_workers": 0}), enricher, stop),
            store_until(SinkSettings.model_validate({**kafka, "database_url": database}), sink, stop),
        )
    ]
    producer = TopicProducer(GatewaySettings.model_validate(kafka))
    await producer.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{kafka['http_port']}", timeout=30) as client:
            await until(lambda: enricher.ready and sink.ready)
            await until_ready(client)
            yield Pipeline(client, producer, enricher, sink)
    finally:
        stop.set()
        await producer.stop()
        await asyncio.gather(*services)


async def until(condition: Callable[[], bool], within: float = 60) -> None:
    async with asyncio.timeout(within):
        while True:
            if condition():
                return
            await asyncio.sleep(0.05)


async def until_ready(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            if (await client.get("/readyz")).status_code == 200:
                return
            await asyncio.sleep(0.05)


def gauge(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"factwire_{name}", labels)


def lag(topic: str) -> float:
    return sum(gauge("consumer_lag_records", topic=topic, partition=str(number)) or 0 for number in range(2))


def of_trace(spans: InMemorySpanExporter, trace_id: str) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if f"{span.context.trace_id:032x}" == trace_id]


async def test_one_trace_leads_from_the_request_to_the_row(
    pipeline: Pipeline, spans: InMemorySpanExporter, database: str
) -> None:
    caller = read_traceparent(new_traceparent())
    assert caller is not None
    answer = await pipeline.gateway.post("/v1/articles", json=ARTICLE, headers={"traceparent": caller.header})
    assert answer.status_code == 202
    await until(lambda: len(of_trace(spans, caller.trace_id)) == 3)
    sent, enriched, stored = sorted(of_trace(spans, caller.trace_id), key=lambda span: span.end_time or 0)
    assert [one.name for one in (sent, enriched, stored)] == [
        f"send {RAW.name}",
        f"process {RAW.name}",
        f"process {ENRICHED.name}",
    ]
    assert sent.parent is not None
    assert f"{sent.parent.span_id:016x}" == caller.span_id
    assert {one.parent.span_id for one in (enriched, stored) if one.parent} == {sent.context.span_id}
    assert all(
        one.attributes and one.attributes["messaging.kafka.message.key"] == "signals/1" for one in (enriched, stored)
    )
    assert rows(database, "select article_id from articles") == [("signals/1",)]


async def test_a_dead_letter_ends_its_trace_as_an_error(pipeline: Pipeline, spans: InMemorySpanExporter) -> None:
    trace = read_traceparent(new_traceparent())
    assert trace is not None
    before = gauge("dead_letters_total", service="enricher", reason="decode") or 0
    headers = (("traceparent", trace.header.encode()),)
    await pipeline.producer.send(Outgoing(RAW.name, b"signals/bad", b"{not json", headers))
    await until(lambda: len(of_trace(spans, trace.trace_id)) == 1)
    [died] = of_trace(spans, trace.trace_id)
    assert died.status.description is not None
    assert died.status.description.startswith("not JSON")
    assert gauge("dead_letters_total", service="enricher", reason="decode") == before + 1


async def test_lag_and_age_come_to_nothing_once_all_is_done(pipeline: Pipeline, database: str) -> None:
    articles = [{**ARTICLE, "article_id": f"lag/{number}"} for number in range(20)]
    (await pipeline.gateway.post("/v1/articles", json=articles)).raise_for_status()
    await until(lambda: rows(database, "select count(*) from articles") == [(20,)])
    await until(lambda: gauge("consumer_lag_records", topic=ENRICHED.name, partition="0") is not None)
    await until(lambda: lag(RAW.name) == 0 and lag(ENRICHED.name) == 0)
    for service in ("enricher", "sink"):
        assert gauge("oldest_pending_age_seconds", service=service) == 0


async def test_an_idle_sink_is_not_ready_while_its_database_is_away(
    pipeline: Pipeline, database: str, postgres: str
) -> None:
    await until(lambda: pipeline.sink.ready)
    allow_connections(postgres, database, allowed=False)
    await until(lambda: "outbox" in pipeline.sink.unready)
    assert not pipeline.sink.ready
    assert pipeline.enricher.ready
    allow_connections(postgres, database, allowed=True)
    await until(lambda: pipeline.sink.ready)


def allow_connections(server: str, database: str, *, allowed: bool) -> None:
    """Shuts a database to everybody and ends the connections it has, or opens it again."""
    name = urlsplit(database).path.lstrip("/")
    statement = SQL("alter database {} with allow_connections {}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.format(Identifier(name), SQL("true" if allowed else "false")))
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
