"""The merge on a real Postgres: which revision wins, and that its children are its own."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.databases import both_kinds, rows, settings_for
from tests.support.events import NOON, TEXT, enriched
from tests.support.waiting import wait_until

from factwire.events.enriched_article import DuplicateOf, EnrichedArticle
from factwire.sink.rows import to_write
from factwire.storage.engine import connect
from factwire.storage.erase import erase_entity
from factwire.storage.outbox import OutboxRow, take_from_outbox
from factwire.storage.write import Change, Tombstone, Written, prepare, write

pytestmark = pytest.mark.docker


def change(event: EnrichedArticle, event_id: str = "e", minutes: int = 0, outbox: OutboxRow | None = None) -> Change:
    return to_write(event, event_id=event_id, at=NOON + timedelta(minutes=minutes), outbox=outbox)


async def store(url: str, *changes: Change) -> Written:
    connection = await connect(settings_for(url))
    try:
        await prepare(connection)
        async with connection.transaction():
            return await write(connection, changes)
    finally:
        await connection.close()


@both_kinds
async def test_an_article_lands_with_all_its_children(database: str) -> None:
    assert await store(database, change(enriched())) == Written(won=1, stale=0)
    [fact] = rows(
        database,
        "select value, bounds::text, period::text, evidence, speaker_entity_name, arguments->0->>'name',"
        " source_name, unit_code from claim_facts",
    )
    assert fact == (Decimal(1500), "[1500,1500]", "[2024-04-12,2024-04-13)", TEXT, "Acme", "Norway", "Example", "drone")
    assert rows(database, "select count(*) from mentions") == [(2,)]
    assert rows(database, "select article_id from articles where search @@ websearch_to_tsquery('english', 'drone')")


@both_kinds
async def test_the_same_event_twice_changes_nothing(database: str) -> None:
    await store(database, change(enriched()))
    assert await store(database, change(enriched())) == Written(won=0, stale=1)
    assert rows(database, "select count(*) from claims") == [(1,)]


@both_kinds
async def test_a_higher_revision_replaces_the_children(database: str) -> None:
    await store(database, change(enriched(revision=1)))
    await store(database, change(enriched(revision=2, text="Acme has withdrawn its figures.")))
    assert rows(database, "select revision from articles") == [(2,)]
    for table in ("claims", "mentions", "times", "claim_arguments", "article_entities"):
        assert rows(database, f"select count(*) from {table}") == [(0,)]


async def test_the_article_itself_knows_who_is_named_in_it_and_in_its_claims(database: str) -> None:
    unmentioned = enriched("b", entities=[])
    await store(database, change(enriched("a")), change(unmentioned), change(enriched("c", text="Nobody.")))
    found = dict(rows(database, "select article_id, entity_ids from articles"))
    assert found == {"a": ["Q20", "nil:acme"], "b": ["Q20", "nil:acme"], "c": []}
    await store(database, Tombstone("a", NOON), change(enriched("b", revision=2, text="Nobody.")))
    assert rows(database, "select distinct entity_ids from articles") == [([],)]


@both_kinds
async def test_a_lower_revision_that_comes_late_loses(database: str) -> None:
    await store(database, change(enriched(revision=2)))
    assert (await store(database, change(enriched(revision=1, text="Old.")))).stale == 1
    assert rows(database, "select revision, text from articles") == [(2, TEXT)]


@both_kinds
async def test_a_later_enrichment_of_the_same_revision_replaces_an_earlier_one(database: str) -> None:
    await store(database, change(enriched(), "old rules"))
    await store(database, change(enriched(), "new rules", minutes=5))
    await store(database, change(enriched(), "older rules", minutes=1))
    assert rows(database, "select event_id from articles") == [("new rules",)]


@both_kinds
async def test_a_withdrawal_hides_the_article_and_removes_its_claims(database: str) -> None:
    await store(database, change(enriched()))
    await store(database, change(enriched(revision=1, status="withdrawn"), minutes=1))
    assert rows(database, "select status, text, withdrawn_at is null from articles") == [("withdrawn", "", False)]
    assert rows(database, "select count(*) from claim_facts") == [(0,)]


@both_kinds
async def test_a_tombstone_wins_and_a_late_revision_does_not_bring_the_article_back(database: str) -> None:
    await store(database, change(enriched(revision=3)))
    await store(database, Tombstone("a-1", NOON))
    await store(database, change(enriched(revision=3), "again", minutes=9))
    assert rows(database, "select status from articles") == [("withdrawn",)]
    await store(database, change(enriched(revision=4), "new", minutes=9))
    assert rows(database, "select status, revision from articles") == [("usable", 4)]


async def test_a_tombstone_for_an_unknown_article_is_kept(database: str) -> None:
    await store(database, Tombstone("never-seen", NOON))
    assert rows(database, "select article_id, status from articles") == [("never-seen", "withdrawn")]


async def test_the_outbox_holds_winners_only(database: str) -> None:
    box = OutboxRow(0, "latest", b"a-1", b"{}", (("ce_id", b"e"), ("x", None), ("y", b"\xff")))
    await store(database, change(enriched(revision=2), outbox=box))
    await store(database, change(enriched(revision=1), outbox=box))
    connection = await connect(settings_for(database))
    assert list((await take_from_outbox(connection, [0])).values()) == [box]
    assert await take_from_outbox(connection, [1]) == {}
    await connection.close()


async def test_values_at_the_limits_are_stored(database: str) -> None:
    event = enriched().model_dump(mode="json")
    event["claims"][0] |= {
        "value": "9" * 10_000,
        "lower": "5",
        "upper": "1",
        "unit": {"system": "count", "code": "x" * 9000},
    }
    event["claims"][0]["period"] |= {"begin": "9999-12-31", "end": "9999-12-31"}
    event["article_id"] = "' \\ \t \n \u2028 😀 %s {} --"
    await store(database, change(EnrichedArticle.model_validate(event)))
    assert rows(database, "select length(value::text), bounds, lower(period)::text from claims") == [
        (10_000, None, "9999-12-31")
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, str, int]]:
    step = st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 3), st.sampled_from("uwt"), st.integers(0, 3))
    return draw(st.lists(step, min_size=1, max_size=8))


def to_change(step: tuple[str, int, str, int]) -> Change:
    article, revision, kind, minute = step
    if kind == "t":
        return Tombstone(article, NOON)
    status = "withdrawn" if kind == "w" else "usable"
    return change(enriched(article, revision, status=status), f"{revision}-{minute}", minute)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(history=histories())
async def test_one_batch_ends_like_one_record_at_a_time(
    database: str, history: list[tuple[str, int, str, int]]
) -> None:
    def state() -> Any:
        return rows(
            database,
            "select article_id, revision, status, event_id, (select count(*) from claims c where c.article_id ="
            " a.article_id) from articles a order by 1",
        )

    def empty() -> None:
        with psycopg.connect(database) as connection:
            connection.execute("truncate articles, claims, article_entities, mentions, times, claim_arguments cascade")

    empty()
    for step in history:
        await store(database, to_change(step))
    singly = state()
    empty()
    await store(database, *map(to_change, history))
    assert state() == singly


WAITING = "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
ORPHANS = "select from article_entities c where not exists (select from entities e where e.entity_id = c.entity_id)"


async def know_entities(url: str) -> None:
    """Acme and Norway are known, and nobody mentions them."""
    await store(url, change(enriched("other")))
    await store(url, change(enriched("other", revision=2, text="Nothing to see here.")))


async def until_one_waits(url: str) -> None:
    await asyncio.to_thread(wait_until, lambda: rows(url, WAITING) == [(True,)], 20, "one waits for the other")


async def test_an_entity_stays_while_an_article_with_it_is_being_written(database: str) -> None:
    await know_entities(database)
    writer, eraser = await connect(settings_for(database)), await connect(settings_for(database))
    async with writer, eraser:
        await prepare(writer)
        async with writer.transaction():
            await write(writer, [change(enriched())])
            erasing = asyncio.create_task(erase_entity(eraser, "nil:acme"))
            await until_one_waits(database)
        await erasing
    assert rows(database, ORPHANS) == []
    assert set(rows(database, "select entity_id from entities")) == {("Q20",), ("nil:acme",)}


async def test_an_entity_that_is_taken_away_meanwhile_is_written_again(database: str) -> None:
    await know_entities(database)
    eraser = await connect(settings_for(database))
    async with eraser:
        async with eraser.transaction():
            await erase_entity(eraser, "nil:acme")
            writing = asyncio.create_task(store(database, change(enriched())))
            await until_one_waits(database)
        await writing
    assert rows(database, ORPHANS) == []
    assert set(rows(database, "select entity_id from entities")) == {("Q20",), ("nil:acme",)}


async def test_a_duplicate_is_stored_shown_with_its_claims_and_kept_when_the_same_revision_is_enriched_again(
    database: str,
) -> None:
    repeat = DuplicateOf(article_id="first", similarity=0.9, kind="near")
    await store(database, change(enriched().model_copy(update={"duplicate_of": repeat})))
    await store(database, change(enriched(), event_id="later", minutes=5))
    kept = "select duplicate_of, duplicate_kind, event_id from articles"
    assert rows(database, kept) == [("first", "near", "later")]
    assert rows(database, "select distinct duplicate_of from claim_facts") == [("first",)]
    await store(database, change(enriched(revision=2), event_id="newer", minutes=6))
    assert rows(database, kept) == [(None, None, "newer")]
