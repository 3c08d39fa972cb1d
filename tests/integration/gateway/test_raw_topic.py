"""The gateway in front of a real Kafka: what is answered with 202 is on the log, and a broker that is away is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from factwire.events.topics import RAW
from factwire.gateway.app import run_gateway
from factwire.gateway.settings import GatewaySettings
from factwire.streaming.provision import apply_topics
from factwire.streaming.settings import ConsumerSettings

pytestmark = pytest.mark.docker


@asynccontextmanager
async def running(broker: str) -> AsyncIterator[httpx.AsyncClient]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = GatewaySettings(kafka_bootstrap_servers=broker, http_port=port)
    stop = asyncio.Event()
    service = asyncio.create_task(run_gateway(settings, stop))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            await answering(client, "/livez", 200)
            yield client
    finally:
        stop.set()
        await service


async def answering(client: httpx.AsyncClient, path: str, status: int, within: float = 30) -> httpx.Response:
    """Asks until the answer has this status."""
    async with asyncio.timeout(within):
        while True:
            try:
                answer = await client.get(path)
            except httpx.ConnectError:
                answer = None
            if answer is not None and answer.status_code == status:
                return answer
            await asyncio.sleep(0.1)


async def raw_records(broker: str) -> dict[bytes, list[dict[str, bytes]]]:
    """Headers by key of everything in the raw topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False)
    await consumer.start()
    found: dict[bytes, list[dict[str, bytes]]] = {}
    partitions = [TopicPartition(RAW.name, number) for number in range(6)]
    consumer.assign(partitions)
    await consumer.seek_to_beginning()
    ends = await consumer.end_offsets(partitions)
    while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for record in records:
                found.setdefault(record.key, []).append(dict(record.headers))
    await consumer.stop()
    return found


async def test_what_is_answered_with_202_is_on_the_log(kafka_address):
    await apply_topics(ConsumerSettings(kafka_bootstrap_servers=kafka_address))
    async with running(kafka_address) as client:
        await answering(client, "/readyz", 200)
        articles = [{"article_id": f"push-{n}", "body": "x" * n} for n in range(1, 301)]
        answer = await client.post("/v1/articles", json=articles)
        withdrawn = await client.delete("/v1/articles/push-1")
    assert (answer.status_code, answer.json()["accepted"]) == (202, 300)
    records = await raw_records(kafka_address)
    for result in answer.json()["results"]:
        (pushed, *later) = records[result["article_id"].encode()]
        assert pushed["ce_id"].decode() == result["event_id"]
        assert len(later) == (result["article_id"] == "push-1")
    assert records[b"push-1"][-1]["ce_id"].decode() == withdrawn.json()["event_id"]


async def test_gateway_starts_without_a_broker_and_says_what_is_missing():
    async with running("127.0.0.1:9") as client:
        answer = await client.post("/v1/articles", json={"body": "Acme sold 12 ships."})
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert "retry-after" in answer.headers
        unready = await answering(client, "/readyz", 503)
        assert "broker" in unready.json()["unready"] or "start" in unready.json()["unready"]
        assert (await client.get("/livez")).status_code == 200
