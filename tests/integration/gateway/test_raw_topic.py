"""The gateway in front of a real Kafka: what is answered with 202 is on the log, and a broker that is away is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from tests.support.kafka import PARTITIONS, Tail
from tests.support.ports import free_port

from factwire.gateway.app import run_gateway
from factwire.gateway.settings import GatewaySettings

pytestmark = pytest.mark.docker


@asynccontextmanager
async def running(broker: str, folder: Path, **given: object) -> AsyncIterator[httpx.AsyncClient]:
    port = free_port()
    settings = GatewaySettings(
        kafka_bootstrap_servers=broker,
        topic_partitions=PARTITIONS,
        http_port=port,
        gateway_spool_dir=folder,
        **given,
    )
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


async def measuring(client: httpx.AsyncClient, metric: str, value: float, within: float = 30) -> None:
    """Asks until the metric has this value."""
    async with asyncio.timeout(within):
        while True:
            if await measured(client, metric) == value:
                return
            await asyncio.sleep(0.1)


async def measured(client: httpx.AsyncClient, metric: str) -> float:
    lines = (await client.get("/metrics")).text.splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(metric)), 0.0)


def headers_by_key(raw: Tail) -> dict[bytes | None, list[dict[str, bytes | None]]]:
    found: dict[bytes | None, list[dict[str, bytes | None]]] = {}
    for message in raw.read():
        found.setdefault(message.key, []).append(dict(message.headers))
    return found


async def test_what_is_answered_with_202_is_on_the_log(broker, raw, tmp_path):
    async with running(broker, tmp_path) as client:
        await answering(client, "/readyz", 200)
        articles = [{"article_id": f"push-{n}", "body": "x" * n} for n in range(1, 301)]
        answer = await client.post("/v1/articles", json=articles)
        withdrawn = await client.delete("/v1/articles/push-1")
    assert (answer.status_code, answer.json()["accepted"]) == (202, 300)
    records = headers_by_key(raw)
    for result in answer.json()["results"]:
        (pushed, *later) = records[result["article_id"].encode()]
        assert pushed["ce_id"].decode() == result["event_id"]
        assert len(later) == (result["article_id"] == "push-1")
    assert records[b"push-1"][-1]["ce_id"].decode() == withdrawn.json()["event_id"]


async def test_gateway_starts_without_a_broker_and_says_what_is_missing(tmp_path):
    async with running("127.0.0.1:9", tmp_path, gateway_spool_bytes=0) as client:
        answer = await client.post("/v1/articles", json={"body": "Acme sold 12 ships."})
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert "retry-after" in answer.headers
        unready = await answering(client, "/readyz", 503)
        assert "broker" in unready.json()["unready"] or "start" in unready.json()["unready"]
        assert (await client.get("/livez")).status_code == 200


async def test_while_the_broker_is_away_articles_wait_on_the_disk_and_are_sent_once_it_is_there(broker, raw, tmp_path):
    async with running("127.0.0.1:9", tmp_path) as client:
        ready = await answering(client, "/readyz", 200)
        sent = [
            await client.put("/v1/articles/waits", json={"body": f"Acme sold {n} ships.", "revision": n})
            for n in range(1, 6)
        ]
        assert [answer.status_code for answer in sent] == [202] * 5
        assert all(answer.json()["results"][0]["spooled"] for answer in sent)
        ready = await answering(client, "/readyz", 200)
        assert "wait" in ready.json()["remarks"]["broker"] or "away" in ready.json()["remarks"]["broker"]
    async with running(broker, tmp_path) as client:
        await answering(client, "/readyz", 200)
        await measuring(client, "factwire_gateway_spool_bytes", 0.0)
        later = await client.put("/v1/articles/waits", json={"body": "Acme sold 6 ships.", "revision": 6})
        assert "spooled" not in later.json()["results"][0]
    records = headers_by_key(raw)[b"waits"]
    expected = [answer.json()["results"][0]["event_id"] for answer in [*sent, later]]
    assert [headers["ce_id"].decode() for headers in records] == expected


async def test_a_page_of_two_megabytes_reaches_the_log(broker, raw, tmp_path):
    filler = "".join(f"<p>{uuid4().hex}</p>" for _ in range(50_000))
    page = {"article_id": "large-page", "body": filler, "body_format": "html"}
    async with running(broker, tmp_path) as client:
        await answering(client, "/readyz", 200)
        answer = await client.post("/v1/articles", json=page)
    assert (answer.status_code, len(filler) > 1_900_000) == (202, True)
    assert len(headers_by_key(raw)[b"large-page"]) == 1


async def test_a_body_of_a_hundred_megabytes_is_refused_in_words(broker, tmp_path):
    async def a_hundred_megabytes() -> AsyncIterator[bytes]:
        for _ in range(1600):
            yield b" " * 65_536

    async with running(broker, tmp_path) as client:
        await answering(client, "/readyz", 200)
        headers = {"content-type": "application/json"}
        answer = await client.post("/v1/articles", content=a_hundred_megabytes(), headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (413, "/docs#too-large")


async def test_a_client_that_breaks_off_leaves_whole_lines_that_were_acknowledged_and_no_half_one(
    broker, raw, tmp_path
):
    lines = b"".join(b'{"article_id":"broken-%d","body":"x"}\n' % n for n in range(1200))
    head = (
        b"POST /v1/articles HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\n"
        b"content-length: 1000000\r\n\r\n"
    )
    async with running(broker, tmp_path) as client:
        await answering(client, "/readyz", 200)
        ingested = 'factwire_articles_ingested_total{channel="http"}'
        before = await measured(client, ingested)
        _, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(head + lines + b'{"article_id":"broken-half","body":"x"}')
        await writer.drain()
        await measuring(client, ingested, before + 1000)
        writer.close()
        await writer.wait_closed()
        await answering(client, "/readyz", 200)
    found = {key for key in headers_by_key(raw) if key.startswith(b"broken-")}
    assert found == {b"broken-%d" % n for n in range(1000)}
