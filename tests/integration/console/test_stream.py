"""``/v1/stream`` over a real PostgreSQL: resuming, filters, withdrawals, embargoes, and commits out of order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.support.databases import both_kinds, rows, settings_for
from tests.support.events import enriched
from tests.support.reading import reading_over
from tests.support.seeding import store_all
from tests.support.stories import ID, story

from factwire.storage import engine as engines
from factwire.storage import write
from factwire.storage.changes import drop_old_changes, release_embargoes

pytestmark = pytest.mark.docker


@pytest.fixture
async def client(database: str) -> AsyncIterator[httpx.AsyncClient]:
    async with reading_over(database) as client:
        yield client


async def told(client: httpx.AsyncClient, **parameters: str) -> list[tuple[str, dict[str, Any]]]:
    """What the stream has to tell until its end, as (event, data with the event's id)."""
    last = parameters.pop("last", None)
    headers = {"last-event-id": last} if last else {}
    answer = await client.get(
        "/v1/stream", params={"since": "beginning", "wait": "false", **parameters}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = []
    for block in answer.text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            events.append((fields["event"], {**json.loads(fields["data"]), "id": fields["id"]}))
    return events


def names(events: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, str]]:
    return [(event, data["article_id"]) for event, data in events]


@both_kinds
async def test_stream_tells_each_article_in_order_and_resumes_behind_any_of_them(client, database):
    for number in range(4):
        await store_all(database, enriched(f"a-{number}"))
    whole = await told(client)
    assert names(whole) == [("article", f"a-{number}") for number in range(4)]
    assert whole[0][1]["claims"][0]["span"]["text"] == "1,500"
    assert names(await told(client, last=whole[1][1]["id"])) == names(whole)[2:]
    assert await told(client, last=whole[-1][1]["id"]) == []


async def test_stream_begins_now_unless_asked_otherwise(client, database):
    await store_all(database, enriched("old"))
    assert await told(client, since="now") == []


async def test_of_several_states_only_the_last_is_told(client, database):
    await store_all(database, enriched("a"))
    await store_all(database, enriched("a", revision=2))
    assert [(data["article_id"], data["revision"]) for _, data in await told(client)] == [("a", 2)]


@both_kinds
async def test_withdrawal_is_told_and_the_article_no_longer(client, database):
    await store_all(database, enriched("a"), enriched("b"))
    await store_all(database, enriched("a", revision=2, status="withdrawn"))
    assert names(await told(client)) == [("article", "b"), ("withdrawn", "a")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"entity": "Q9001"}, [ID]),
        ({"entity": "Q20"}, ["drones"]),
        ({"kind": "money"}, [ID]),
        ({"source": "example.org"}, ["drones"]),
        ({"source": "example.org", "kind": "money"}, []),
    ],
)
async def test_stream_filters(client, database, wanted, found):
    await store_all(database, story(), enriched("drones"))
    assert [article for _, article in names(await told(client, **wanted))] == found


@both_kinds
async def test_embargoed_article_is_told_when_its_embargo_ends(client, database):
    ends = datetime.now(UTC) + timedelta(seconds=1)
    await store_all(database, enriched("secret", embargoed_until=ends), enriched("open"))
    assert names(await told(client)) == [("article", "open")]
    connection = await engines.connect(settings_for(database))
    async with connection, asyncio.timeout(30):
        while not await release_embargoes(connection):
            await connection.commit()
            await asyncio.sleep(0.1)
    assert names(await told(client)) == [("article", "open"), ("article", "secret")]


async def test_a_change_that_commits_late_is_never_skipped(client, database):
    """Its id is lower than that of one committed before: both wait until nothing older runs."""
    late = await engines.connect(settings_for(database))
    async with late:
        await write.prepare(late)
        async with late.transaction():
            await late.execute(
                "insert into changes (article_id, revision, event_id, kind) values ('late', 1, 'e', 'withdrawn')"
            )
            await store_all(database, enriched("early"))
            assert await told(client) == []
        assert sorted(names(await told(client))) == [("article", "early"), ("withdrawn", "late")]


async def test_missed_changes_are_a_gap(client, database):
    await store_all(database, enriched("a"))
    await store_all(database, enriched("b"))
    first, second = await told(client)
    with psycopg.connect(database) as connection:
        connection.execute("delete from changes where article_id = 'a'")
    events = await told(client, last="1-1")
    assert [event for event, _ in events] == ["gap", "article"]
    assert await told(client, last=second[1]["id"]) == []
    assert first[1]["id"] < second[1]["id"]


async def test_old_changes_are_dropped(database):
    await store_all(database, enriched("a"), enriched("b"))
    connection = await engines.connect(settings_for(database))
    async with connection:
        assert await drop_old_changes(connection, timedelta(hours=1)) == 0
        assert await drop_old_changes(connection, timedelta(0)) == 2
    assert rows(database, "select count(*) from changes") == [(0,)]


@pytest.mark.parametrize("last", ["nonsense", "1", "-1-2", "99999999999999999999999-1"])
async def test_a_foreign_event_id_is_a_problem(client, last):
    answer = await client.get("/v1/stream", headers={"last-event-id": last})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#Last-Event-ID")


async def test_no_more_streams_than_allowed(database):
    async with reading_over(database, most_streams=0) as client:
        answer = await client.get("/v1/stream")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
