"""Withdrawn and erased, all the way: through the running services, to the API, the stream and the latest topic."""

from __future__ import annotations

import json

import pytest
from tests.support.databases import rows
from tests.support.kafka import Message, Sent, produce, read_all
from tests.support.processes import run_factwire
from tests.support.reading import reading_over
from tests.support.stack import LATEST, RAW, Stack
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(240)]


def push(stack: Stack, key: str, body: str | None, **fields: object) -> None:
    article = {"article_id": key, "body": body, "published_at": "2024-04-12T12:00:00Z", **fields}
    value = None if body is None else json.dumps(article).encode()
    produce(stack.kafka, RAW, [Sent(0, "good", key.encode(), value)])


def latest(stack: Stack, key: str) -> list[Message]:
    return [message for message in read_all(stack.kafka, LATEST) if message.key == key.encode()]


def stored(stack: Stack, key: str) -> bool:
    return bool(rows(stack.database, "select 1 from claims where article_id = %s", key)) and bool(latest(stack, key))


async def seen(stack: Stack, key: str) -> tuple[int, list[str], list[str]]:
    """The article's status over the API, its claims there, and the events that the stream has of it."""
    async with reading_over(stack.database) as client:
        status = (await client.get(f"/v1/articles/{key}")).status_code
        claims = (await client.get("/v1/claims", params={"article": key})).json()["data"]
        told = (await client.get("/v1/stream", params={"since": "beginning", "wait": "false"})).text
    blocks = [block for block in told.split("\n\n") if f'"article_id":"{key}"' in block]
    return status, [claim["span"]["text"] for claim in claims], [block.split("\n")[0] for block in blocks]


async def test_a_withdrawn_article_is_gone_everywhere(stack: Stack) -> None:
    push(stack, "shown", "Acme said on Friday that it had sold 1,500 drones.")
    wait_until(lambda: stored(stack, "shown"), 90, "storing", stack.logs)
    assert await seen(stack, "shown") == (200, ["1,500 drones"], ["event: article"])
    push(stack, "shown", None)
    wait_until(lambda: latest(stack, "shown")[-1].value is None, 90, "withdrawing", stack.logs)
    assert await seen(stack, "shown") == (404, [], ["event: withdrawn"])
    assert rows(stack.database, "select text, title from articles where article_id = 'shown'") == [("", None)]


async def test_an_erased_article_is_gone_everywhere_and_stays_away(stack: Stack) -> None:
    body = "Ada Lindqvist said on Friday that she had sold 1,500 drones."
    push(stack, "private", body)
    wait_until(lambda: stored(stack, "private"), 90, "storing", stack.logs)
    done = run_factwire("erase", "--article", "private", "--yes", "--reason", "request", **stack.settings)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: latest(stack, "private")[-1].value is None, 90, "erasing", stack.logs)
    assert await seen(stack, "private") == (404, [], ["event: withdrawn"])
    push(stack, "private", body, revision=7)
    push(stack, "after", "Acme sold 1,500 drones.")
    wait_until(lambda: stored(stack, "after"), 90, "storing what came after", stack.logs)
    wait_until(stack.enriched_all, 90, "enriching", stack.logs)
    assert (await seen(stack, "private"))[0] == 404
    assert latest(stack, "private")[-1].value is None


async def test_an_erased_person_is_blacked_out_in_the_latest_topic_too(stack: Stack) -> None:
    push(stack, "named", "Ottokar Wellenbrink said on Friday that Acme had sold 1,500 drones.")
    wait_until(lambda: stored(stack, "named"), 90, "storing", stack.logs)
    ((entity,),) = rows(stack.database, "select entity_id from entities where name = 'Ottokar Wellenbrink'")
    done = run_factwire("erase", "--entity", str(entity), "--yes", "--reason", "request", **stack.settings)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: len(latest(stack, "named")) == 2, 90, "publishing", stack.logs)
    value = latest(stack, "named")[-1].value or b""
    assert b"Wellenbrink" not in value
    event = json.loads(value)
    assert [claim["span"]["text"] for claim in event["claims"]] == ["1,500 drones"]
    assert event["text"].endswith("said on Friday that Acme had sold 1,500 drones.")
