"""The sink's transactions on a real Postgres: all or nothing, refused rows apart, an unclear outcome settled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from tests.support.databases import rows, settings_for
from tests.support.events import enriched
from tests.support.records import record

from factwire.errors import FencedError, TransientError
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.topics import ENRICHED
from factwire.sink.handler import Storable, handle
from factwire.sink.store import Store, Work
from factwire.storage.offsets import Hold
from factwire.streaming.records import Partition

pytestmark = pytest.mark.docker
P0, P1 = Partition(ENRICHED.name, 0), Partition(ENRICHED.name, 1)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    store = Store(settings_for(database), "g")
    yield store
    await store.close()


def storable(*events: EnrichedArticle) -> list[Storable]:
    records = [
        record(e.model_dump_json().encode(), key=e.article_id.encode(), headers=(("ce_id", e.article_id.encode()),),
               partition=P0, offset=n)
        for n, e in enumerate(events)
    ]  # fmt: skip
    found, dead = handle(records)
    assert dead == []
    return found


def work(held: dict[Partition, Hold], to: int, *events: EnrichedArticle) -> Work:
    return Work(storable(*events), (), held, {P0: to})


def doubled(article_id: str) -> EnrichedArticle:
    """An article whose two claims have the same id: no table can hold it."""
    event = enriched(article_id)
    return event.model_copy(update={"claims": event.claims * 2})


async def test_rows_and_offset_are_stored_together(store: Store, database: str) -> None:
    held = await store.claim({P0: 0})
    stored = await store.store(work(held, 2, enriched("a"), enriched("b")))
    assert (stored.written.won, stored.refused) == (2, ())
    assert rows(database, "select next_offset from consumer_offsets") == [(2,)]
    assert rows(database, "select count(*) from outbox where topic = 'news.articles.latest.v1'") == [(2,)]


async def test_a_fenced_sink_stores_nothing(store: Store, database: str) -> None:
    held = await store.claim({P0: 0})
    await store.claim({P0: 0})
    with pytest.raises(FencedError):
        await store.store(work(held, 1, enriched("a")))
    assert rows(database, "select count(*) from articles") == [(0,)]


async def test_a_refused_record_is_isolated_and_the_rest_stored(store: Store, database: str) -> None:
    held = await store.claim({P0: 0})
    stored = await store.store(work(held, 3, enriched("a"), doubled("bad"), enriched("c")))
    assert [letter.record.key for letter in stored.refused] == [b"bad"]
    assert stored.refused[0].reason.stage == "store"
    assert rows(database, "select article_id from articles order by 1") == [("a",), ("c",)]
    assert rows(database, "select key from outbox where topic = 'news.articles.enriched.v1.dlq'") == [(b"bad",)]
    assert rows(database, "select next_offset from consumer_offsets") == [(3,)]


async def test_two_that_refuse_each_other_cost_only_the_second(store: Store, database: str) -> None:
    held = await store.claim({P0: 0})
    first = enriched("first")
    second = enriched("second").model_copy(update={"claims": first.claims})
    stored = await store.store(work(held, 2, first, second))
    assert [letter.record.key for letter in stored.refused] == [b"second"]
    assert rows(database, "select article_id from claims") == [("first",)]


async def test_an_unknown_outcome_is_settled_by_claiming_anew(store: Store, database: str) -> None:
    """The connection is cut right after COMMIT was sent: the rows are there, and the claim says so."""
    held = await store.claim({P0: 0})
    together = store._together

    async def cut_after_commit(connection: psycopg.AsyncConnection[object], job: Work) -> object:
        await together(connection, job)
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    store._together = cut_after_commit  # type: ignore[method-assign, assignment]
    with pytest.raises(TransientError):
        await store.store(work(held, 1, enriched("a")))
    assert (await store.claim({P0: 0}))[P0] == Hold(1, 2)
    assert rows(database, "select count(*) from claims") == [(1,)]


async def test_a_connection_lost_before_commit_leaves_nothing(store: Store, database: str) -> None:
    held = await store.claim({P0: 0})
    with psycopg.connect(database) as other:
        other.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
    with pytest.raises(TransientError):
        await store.store(work(held, 1, enriched("a")))
    assert (await store.claim({P0: 0}))[P0] == Hold(0, 2)
    assert rows(database, "select count(*) from articles") == [(0,)]


async def test_whoever_was_frozen_while_copying_rows_in_does_not_keep_its_partitions(database: str) -> None:
    frozen, next_one = (Store(settings_for(database), "g", patience=0.1) for _ in range(2))
    held = await frozen.claim({P0: 0})
    connection = frozen._connection
    assert connection is not None
    await connection.execute("begin")
    await frozen._advance(connection, work(held, 5))
    async with connection.cursor() as cursor:
        copying = cursor.copy("copy winners (article_id) from stdin")
        await copying.__aenter__()
        assert await next_one.claim({P0: 0}) == {P0: Hold(0, 2)}
        with pytest.raises(psycopg.errors.AdminShutdown):
            await copying.__aexit__(None, None, None)
    await asyncio.gather(frozen.close(), next_one.close())
    assert rows(database, "select next_offset, epoch from consumer_offsets") == [(0, 2)]


async def test_sessions_of_others_are_not_ended(database: str) -> None:
    """Neither an operator's that holds a partition, nor one of ours that waits for it as well."""
    first, second = (Store(settings_for(database), "g", patience=0.1) for _ in range(2))
    await first.claim({P0: 0})
    await second.claim({P1: 0})
    async with await psycopg.AsyncConnection.connect(database) as operator:
        await operator.execute("select from consumer_offsets for update")
        claims = [asyncio.create_task(one.claim({P0: 0, P1: 0})) for one in (first, second)]
        done, _ = await asyncio.wait(claims, timeout=1)
        await operator.execute("select 1")
    assert not done
    epochs = sorted(held[P0].epoch for held in await asyncio.gather(*claims))
    assert epochs == [2, 3]
    await asyncio.gather(first.close(), second.close())


async def test_claims_and_batches_at_once_do_not_mix(store: Store, database: str) -> None:
    held = await store.claim({P0: 0})
    batches = [store.store(work({P0: Hold(n, 1)}, n + 1, enriched(f"a{n}"))) for n in range(6)]
    claims = [store.claim({P1: 0}) for _ in range(6)]
    results = await asyncio.gather(*(job for pair in zip(batches, claims, strict=True) for job in pair))
    assert held[P0].epoch == 1
    assert len(results) == 12
    assert rows(database, "select part, next_offset, epoch from consumer_offsets order by 1") == [(0, 6, 1), (1, 0, 6)]
    assert rows(database, "select count(*) from articles") == [(6,)]
