"""Duplicates found through a real Postgres: in order of first sight, the same every time, and at no article's cost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import orjson
import psycopg
import pytest
from pydantic import SecretStr
from tests.support.databases import rows, settings_for

from factwire.enricher.duplicates import NOT_LOOKED_FOR, Duplicates, looking_for_duplicates
from factwire.enricher.recognition import Seen, find_originals
from factwire.extraction.text.fingerprints import fingerprint
from factwire.storage.engine import connect
from factwire.storage.fingerprints import Sighting, find_alike, remember
from factwire.storage.settings import DatabaseSettings
from factwire.streaming.records import Outcome, Outgoing

pytestmark = pytest.mark.docker

NOON = datetime(2024, 5, 10, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
STORY = " ".join(f"word{number}" for number in range(120))
OTHER = " ".join(f"other{number}" for number in range(120))


def outcome(*articles: tuple[str, str], revision: int = 1) -> Outcome:
    value = orjson.dumps({"enrichment": {"warnings": []}, "duplicate_of": None})
    found = [fingerprint(text) for _, text in articles]
    return Outcome(
        outputs=tuple(Outgoing("t", name.encode(), value) for name, _ in articles),
        seen=tuple(
            Seen(name, revision, NOON, print_) if print_ else None
            for (name, _), print_ in zip(articles, found, strict=True)
        ),
    )


def originals(marked: Outcome) -> list[str | None]:
    events = [orjson.loads(output.value or b"") for output in marked.outputs]
    return [event["duplicate_of"] and event["duplicate_of"]["article_id"] for event in events]


async def test_within_a_batch_and_across_batches_the_first_is_the_original(database: str) -> None:
    async with looking_for_duplicates(settings_for(database), WEEK) as mark:
        assert originals(await mark(outcome(("a", STORY), ("b", STORY), ("x", OTHER)))) == [None, "a", None]
        assert originals(await mark(outcome(("c", STORY)))) == ["a"]


async def test_of_more_copies_than_are_given_back_the_first_are_and_the_batch_itself(database: str) -> None:
    async with looking_for_duplicates(settings_for(database), WEEK) as mark:
        await mark(outcome(*((f"a{number}", STORY) for number in range(5))))
    print_ = fingerprint(STORY)
    assert print_
    batch = [Sighting(name, 1, NOON, print_.digest, print_.signature, print_.bands()) for name in ("a4", "b")]
    connection = await connect(settings_for(database))
    async with connection:
        await remember(connection, batch)
        alike = await find_alike(connection, batch, most=2)
    assert sorted(one.article_id for one in alike) == ["a0", "a1", "a4", "b"]
    assert find_originals([Seen("b", 1, NOON, print_)], alike, WEEK)["b"].article_id == "a0"


async def test_processing_again_gives_the_same_answer(database: str) -> None:
    batch = outcome(("a", STORY), ("b", STORY))
    async with looking_for_duplicates(settings_for(database), WEEK) as mark:
        first = await mark(batch)
        await mark(outcome(("c", STORY)))
        assert await mark(batch) == first


async def test_a_later_revision_is_no_duplicate_of_its_own_repeats(database: str) -> None:
    async with looking_for_duplicates(settings_for(database), WEEK) as mark:
        await mark(outcome(("a", STORY), ("b", STORY)))
        assert originals(await mark(outcome(("a", STORY + " more"), revision=2))) == [None]
    assert rows(database, "select revision from fingerprints where article_id = 'a'") == [(2,)]


async def test_two_enrichers_at_once_agree_on_one_original(database: str) -> None:
    settings = settings_for(database)
    services = [Duplicates(settings, WEEK) for _ in range(4)]
    batches = [
        (service, outcome((f"{number}-{n}", STORY))) for n in range(8) for number, service in enumerate(services)
    ]
    marked = await asyncio.gather(*(service.mark(batch) for service, batch in batches))
    for one in services:
        await one.close()
    answers = [answer for outcome_ in marked for answer in originals(outcome_)]
    assert answers.count(None) == 1
    assert len(set(answers)) == 2


async def test_a_tombstone_and_a_text_of_few_words_pass_through(database: str) -> None:
    plain = Outcome(outputs=(Outgoing("t", b"k", None),), seen=(None,))
    async with looking_for_duplicates(settings_for(database), WEEK) as mark:
        assert (await mark(plain)).outputs == plain.outputs


async def test_what_was_seen_long_ago_is_forgotten(database: str) -> None:
    duplicates = Duplicates(settings_for(database), WEEK)
    await duplicates.mark(outcome(("a", STORY)))
    await duplicates.close()
    with psycopg.connect(database) as connection:
        connection.execute("update fingerprints set seen_at = seen_at - interval '8 days'")
    async with looking_for_duplicates(settings_for(database), WEEK) as mark:
        await mark(outcome(("b", OTHER)))
    assert rows(database, "select article_id from fingerprints") == [("b",)]


async def test_a_database_that_is_away_costs_a_warning_and_no_article() -> None:
    gone = DatabaseSettings(database_url=SecretStr("postgresql://nobody@127.0.0.1:1/none"))
    async with looking_for_duplicates(gone, WEEK) as mark:
        marked = await mark(outcome(("a", STORY), ("b", STORY)))
    events = [orjson.loads(output.value or b"") for output in marked.outputs]
    assert [event["enrichment"]["warnings"] for event in events] == [[NOT_LOOKED_FOR]] * 2


async def test_a_lock_that_is_held_too_long_costs_a_warning(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factwire.enricher.duplicates._WAIT", 0.2)
    with psycopg.connect(database) as connection:
        connection.execute("lock table fingerprints in access exclusive mode")
        async with looking_for_duplicates(settings_for(database), WEEK) as mark:
            marked = await mark(outcome(("a", STORY)))
            assert NOT_LOOKED_FOR in orjson.loads(marked.outputs[0].value or b"")["enrichment"]["warnings"]


async def test_without_a_database_nothing_is_looked_for_and_nothing_said() -> None:
    batch = outcome(("a", STORY), ("b", STORY))
    async with looking_for_duplicates(None, WEEK) as mark:
        assert await mark(batch) is batch
