"""Jobs beside the running services: dead letters sent again, articles enriched again, the doctor's word."""

from __future__ import annotations

import json
from random import Random

import pytest
from tests.support.databases import rows
from tests.support.kafka import Sent, produce, read_all
from tests.support.load import ODD_HEADERS, article
from tests.support.processes import run_factwire
from tests.support.stack import DEAD_RAW, ENRICHED, RAW, Stack
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(240)]


def run(stack: Stack, *arguments: str) -> str:
    done = run_factwire(*arguments, **stack.settings)
    assert done.returncode == 0, done.stderr
    return done.stdout


def listed(stack: Stack, prefix: str, *more: str) -> list[dict[str, object]]:
    lines = run(stack, "dlq", "list", "--json", "--topic", "raw", "--match", prefix, *more).splitlines()
    return [json.loads(line) for line in lines]


def test_a_dead_letter_is_shown_and_dies_again_counted(stack: Stack) -> None:
    produce(stack.kafka, RAW, [Sent(0, "poison", b"replayed-1", b"{", ODD_HEADERS)])
    wait_until(lambda: len(listed(stack, "replayed-1")) == 1, 60, "the dead letter", stack.logs)
    [first] = listed(stack, "replayed-1")
    assert first["attempts"] == 1
    shown = run(stack, "dlq", "show", str(first["place"]))
    assert "not JSON" in shown
    assert repr(b"\xff\x00") in shown
    assert "1 sent again" in run(stack, "dlq", "replay", "--topic", "raw", "--match", "replayed-1")
    wait_until(lambda: len(listed(stack, "replayed-1", "--all")) == 2, 60, "the second death", stack.logs)
    assert [letter["attempts"] for letter in listed(stack, "replayed-1", "--all")] == [1, 2]
    second = next(m for m in reversed(read_all(stack.kafka, DEAD_RAW)) if m.key == b"replayed-1" and m.offset)
    assert second.headers[:3] == ODD_HEADERS


def test_what_was_replayed_is_listed_no_more_and_can_be_purged(stack: Stack) -> None:
    produce(stack.kafka, RAW, [Sent(0, "poison", b"purged-1", b"[]")])
    wait_until(lambda: len(listed(stack, "purged-1")) == 1, 60, "the dead letter", stack.logs)
    run(stack, "dlq", "replay", "--topic", "raw")
    wait_until(lambda: len(listed(stack, "purged-1")) == 1, 60, "the second death", stack.logs)
    [left] = listed(stack, "purged-1")
    assert left["attempts"] == 2
    run(stack, "dlq", "purge", "--topic", "raw", "--yes")
    assert [letter["attempts"] for letter in listed(stack, "purged-1", "--all")] == [2]


@pytest.mark.parametrize("origin", ["topic", "database"])
def test_reprocessing_gives_the_same_events_and_leaves_the_tables_as_they_are(stack: Stack, origin: str) -> None:
    key = f"again-{origin}"
    produce(stack.kafka, RAW, [Sent(0, "good", key.encode(), json.dumps(article(Random(origin), 0, key)).encode())])
    query = (
        "select revision, event_id, (select count(*) from claims c where c.article_id = a.article_id)"
        f" from articles a where article_id = '{key}'"
    )
    wait_until(lambda: len(rows(stack.database, query)) == 1, 60, "storing", stack.logs)
    before = rows(stack.database, query)
    chosen = ["--article", key] if origin == "topic" else []
    assert "enriched again" in run(stack, "reprocess", "--from", origin, "--name", key, *chosen)
    made = [m for m in read_all(stack.kafka, ENRICHED) if m.key == key.encode()]
    assert len(made) == 2
    assert made[0].header("ce_id") == made[1].header("ce_id")
    first, second = (json.loads(m.value or b"{}") for m in made)
    assert {**first, "enrichment": 0} == {**second, "enrichment": 0}
    assert rows(stack.database, query) == before


def test_a_run_goes_on_where_it_stopped(stack: Stack) -> None:
    produce(stack.kafka, RAW, [Sent(0, "good", b"twice", json.dumps(article(Random(2), 0, "twice")).encode())])
    assert run(stack, "reprocess", "--name", "twice", "--article", "twice").startswith("1 articles")
    assert run(stack, "reprocess", "--name", "twice", "--article", "twice").startswith("0 articles")
    assert run(stack, "reprocess", "--name", "twice", "--article", "twice", "--again").startswith("1 articles")


def test_the_doctor_finds_everything_in_order(stack: Stack) -> None:
    report = json.loads(run(stack, "doctor", "--json"))
    assert {check["check"]: check["ok"] for check in report["checks"]} == {
        "topics": True,
        "group offsets": True,
        "database": True,
        "schema": True,
        "knowledge base": True,
    }
    assert report["settings"]["FACTWIRE_DATABASE_URL"] == "********"


def test_the_doctor_says_what_to_do(stack: Stack, postgres: str) -> None:
    found = run_factwire("doctor", **stack.settings | {"database_url": postgres})
    assert found.returncode == 2
    assert "factwire db upgrade" in found.stdout
    away = run_factwire("doctor", **stack.settings | {"database_url": "postgresql://a:b@127.0.0.1:1/x"})
    assert away.returncode == 3
