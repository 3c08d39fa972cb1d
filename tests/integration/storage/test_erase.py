"""Erasing over a real PostgreSQL: nothing that was erased is left anywhere, and what was not stays as it was."""

from __future__ import annotations

import hashlib
import json

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from tests.support.databases import both_kinds, rows, settings_for
from tests.support.events import TEXT, enriched, span
from tests.support.processes import run_factwire
from tests.support.reading import reading_over
from tests.support.seeding import store_all
from tests.support.stories import ID, story

from factwire.events.enriched_article import EnrichedArticle
from factwire.operations.erase import Order, erase_article, erase_entity
from factwire.storage.engine import connect, open_engine
from factwire.storage.outbox import take_from_outbox

pytestmark = pytest.mark.docker
ORDER = Order(by="tester", reason="request 1")
LINDQVIST = "nil:5f0c2a"


def everything(url: str, leave: tuple[str, ...] = ()) -> str:
    """Every row of every table as text."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
        ).fetchall()
        return "\n".join(
            str(connection.execute(SQL("select row_to_json(t)::text from {} t").format(Identifier(name))).fetchall())
            for (name,) in tables
            if name not in leave
        )


async def erase(url: str, article: str | None = None, entity: str = "", order: Order = ORDER) -> dict[str, int]:
    connection, engine = await connect(settings_for(url)), open_engine(settings_for(url))
    async with connection:
        if article is not None:
            counts = await erase_article(connection, article, order)
        else:
            counts = await erase_entity(connection, engine, entity, order)
    await engine.dispose()
    return counts


async def published(url: str) -> list[tuple[str, bytes | None]]:
    connection = await connect(settings_for(url))
    async with connection, connection.transaction():
        return [(row.topic, row.value) for row in (await take_from_outbox(connection, [0])).values()]


@both_kinds
async def test_an_erased_article_is_nowhere_but_its_id(database):
    await store_all(database, story(), enriched("other"))
    counts = await erase(database, article=ID)
    assert (counts["articles"], counts["claims"], counts["mentions"]) == (1, 6, 7)
    left = everything(database)
    for word in ("harbour", "Lindqvist", "Sundvik", "Reporter", "norland/"):
        assert word.lower() not in left.lower(), word
    assert rows(database, "select count(*) from claims") == [(1,)]
    assert {topic for topic, value in await published(database) if value is None} == {
        "news.articles.raw.v1",
        "news.articles.enriched.v1",
        "news.articles.latest.v1",
    }


async def test_an_erased_article_never_comes_back(database):
    await store_all(database, story())
    await erase(database, article=ID)
    await store_all(database, story(revision=99))
    assert "harbour" not in everything(database)
    assert "Lindqvist" not in everything(database)
    async with reading_over(database) as client:
        assert (await client.get("/v1/claims")).json()["data"] == []
        stream = await client.get("/v1/stream", params={"since": "beginning", "wait": "false"})
    assert "event: withdrawn" in stream.text
    assert "event: article" not in stream.text


@both_kinds
async def test_every_table_that_names_an_article_is_swept(database):
    """Tables of later versions too: whatever has a column article_id."""
    await store_all(database, story())
    with psycopg.connect(database) as connection:
        connection.execute("create table later (article_id text, secret text)")
        connection.execute("insert into later values (%s, 'x')", [ID])
    assert (await erase(database, article=ID))["later"] == 1
    assert rows(database, "select count(*) from later") == [(0,)]


async def test_the_record_says_who_when_why_and_how_much_but_not_what(database):
    await store_all(database, story())
    await erase(database, article=ID)
    ((by, kind, digest, reason, counts),) = rows(
        database, "select by, kind, subject_sha256, reason, counts from erasures"
    )
    assert (by, kind, reason) == ("tester", "article", "request 1")
    assert digest == hashlib.sha256(f"article:{ID}".encode()).hexdigest()
    assert counts["claims"] == 6


async def test_a_dry_run_changes_nothing(database):
    await store_all(database, story())
    before = everything(database)
    assert (await erase(database, article=ID, order=Order("", "", dry_run=True)))["claims"] == 6
    assert (await erase(database, entity=LINDQVIST, order=Order("", "", dry_run=True)))["mentions"] == 2
    assert everything(database) == before


@both_kinds
async def test_an_erased_person_is_blacked_out_and_all_offsets_hold(database):
    event = story()
    await store_all(database, event, enriched("other"))
    counts = await erase(database, entity=LINDQVIST)
    assert (counts["articles"], counts["mentions"]) == (1, 2)
    left = everything(database, leave=("outbox",))
    assert "lindqvist" not in left.lower()
    assert LINDQVIST not in left
    async with reading_over(database) as client:
        answer = await client.get("/v1/articles/wire%2F2026-0457%3Fdraft%231")
    back = EnrichedArticle.model_validate_json(answer.content)
    assert len(back.text) == len(event.text)
    assert "Finance Minister" not in back.text
    assert "told reporters on Tuesday" in back.text
    assert back.text_sha256 == hashlib.sha256(back.text.encode()).hexdigest()
    assert len(back.claims) == len(event.claims)
    spans = [claim.span for claim in back.claims] + [m.span for entity in back.entities for m in entity.mentions]
    spans += [claim.attribution.speaker.span for claim in back.claims if claim.attribution]
    assert all(back.text[one.start : one.end] == one.text for one in spans)
    assert {claim.attribution.speaker.entity_id for claim in back.claims if claim.attribution} == {None}


async def test_the_topics_get_the_blacked_out_article(database):
    await store_all(database, story())
    await erase(database, entity=LINDQVIST)
    told = await published(database)
    assert [topic for topic, _ in told] == ["news.articles.enriched.v1", "news.articles.latest.v1"]
    assert all(b"Lindqvist" not in value and json.loads(value)["claims"] for _, value in told if value)


async def test_a_late_copy_does_not_bring_the_person_back(database):
    event = story(received_at="2026-03-10T09:30:00Z")
    await store_all(database, event)
    await erase(database, entity=LINDQVIST)
    await store_all(database, event)
    assert "Lindqvist" not in everything(database, leave=("outbox",))


def test_the_command_asks_and_says_what_it_did(database):
    unknown = run_factwire("erase", "--article", "none", "--dry-run", database_url=database)
    assert (unknown.returncode, "no such article" in unknown.stderr) == (1, True)
    assert run_factwire("erase", database_url=database).returncode == 1


async def test_the_command_erases_with_a_reason(database):
    await store_all(database, enriched("a"))
    assert span("Acme")["text"] in TEXT
    refused = run_factwire("erase", "--article", "a", "--yes", database_url=database)
    assert (refused.returncode, "--reason" in refused.stderr) == (1, True)
    done = run_factwire("erase", "--article", "a", "--yes", "--reason", "r", "--by", "me", database_url=database)
    assert done.returncode == 0, done.stderr
    assert "erased: " in done.stdout
    assert rows(database, "select by from erasures") == [("me",)]
