"""What becomes of a record, with the real pipeline."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.load import POISON
from tests.support.records import record

from factwire.enricher.handler import MAX_CHARACTERS, Enrichment
from factwire.enricher.workers import Knowledge
from factwire.events.enriched_article import EnrichedArticle
from factwire.streaming.records import Outcome, Record

NOON = datetime(2024, 4, 12, 12, tzinfo=UTC)
GOOD = {"article_id": "a-1", "body": "Acme sold 1,500 drones to Norway.", "extra": {"seq": 7, "deep": [1, None, "x"]}}


@pytest.fixture(scope="module")
def enrichment() -> Enrichment:
    pipeline = Knowledge().open()._pipeline
    return Enrichment(pipeline, now=lambda: NOON, clock=lambda: 0.0)


def event(outcome: Outcome) -> EnrichedArticle:
    assert outcome.dead_letters == ()
    assert outcome.outputs[0].value is not None
    return EnrichedArticle.model_validate_json(outcome.outputs[0].value)


def headers(outcome: Outcome) -> dict[str, str]:
    return {name: value.decode() for name, value in outcome.outputs[0].headers if value is not None}


def test_an_article_comes_out_enriched_under_its_key(enrichment: Enrichment) -> None:
    outcome = enrichment.handle([record(GOOD)])
    assert outcome.outputs[0].key == b"a-1"
    assert event(outcome).text == GOOD["body"]
    assert event(outcome).extra == GOOD["extra"]
    assert headers(outcome)["ce_type"] == "news.article.enriched.v1"
    assert headers(outcome)["ce_time"] == "2024-04-12T12:00:00Z"
    assert headers(outcome)["ce_subject"] == "a-1"


def test_the_same_record_gives_the_same_event_id(enrichment: Enrichment) -> None:
    ids = {headers(enrichment.handle([record(GOOD, offset=n)]))["ce_id"] for n in (1, 2)}
    assert len(ids) == 1


def test_the_trace_goes_on_and_a_bad_one_does_no_harm(enrichment: Enrichment) -> None:
    trace = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert (
        headers(enrichment.handle([record(GOOD, headers=(("traceparent", trace),))]))["traceparent"] == trace.decode()
    )
    assert "traceparent" not in headers(enrichment.handle([record(GOOD, headers=(("traceparent", b"\xff"),))]))


def test_a_withdrawn_article_is_passed_on_without_facts(enrichment: Enrichment) -> None:
    found = event(enrichment.handle([record(GOOD | {"status": "withdrawn", "revision": 2})]))
    assert (found.status, found.revision, found.claims, found.entities) == ("withdrawn", 2, (), ())


def test_a_tombstone_is_passed_on(enrichment: Enrichment) -> None:
    outcome = enrichment.handle([record(None)])
    assert (outcome.outputs[0].key, outcome.outputs[0].value) == (b"a-1", None)
    assert headers(outcome)["ce_type"] == "news.article.withdrawn.v1"


def test_a_null_value_without_a_key_is_a_dead_letter(enrichment: Enrichment) -> None:
    assert enrichment.handle([record(None, key=None)]).dead_letters[0].reason.stage == "key"


def test_every_poison_dies_alone_and_in_order(enrichment: Enrichment) -> None:
    mixed: list[Record] = []
    for number, poison in enumerate(POISON):
        mixed += [record(poison, key=b"x", offset=2 * number), record(GOOD, offset=2 * number + 1)]
    outcome = enrichment.handle(mixed)
    assert [letter.record.value for letter in outcome.dead_letters] == list(POISON)
    assert len(outcome.outputs) == len(POISON)


def test_a_bug_in_the_pipeline_costs_one_article_and_is_told(enrichment: Enrichment) -> None:
    def pipeline(_: Any) -> Any:
        raise KeyError("a bug")

    pipeline.rules_version = pipeline.kb_version = "x"  # type: ignore[attr-defined]
    [letter] = Enrichment(pipeline).handle([record(GOOD)]).dead_letters  # type: ignore[arg-type]
    assert letter.reason.stage == "extraction"
    assert letter.reason.kind == "factwire.errors.InvalidRecord"
    assert "KeyError: 'a bug' (pipeline, line" in letter.reason.message
    assert letter.reason.traceback.endswith("KeyError: 'a bug'\n")


def test_a_record_at_fault_has_no_traceback(enrichment: Enrichment) -> None:
    outcome = enrichment.handle([record(poison, key=b"x") for poison in POISON])
    assert {letter.reason.traceback for letter in outcome.dead_letters} == {""}


def test_a_book_is_set_apart(enrichment: Enrichment) -> None:
    [letter] = enrichment.handle([record(GOOD | {"body": "a " * MAX_CHARACTERS})]).dead_letters
    assert letter.reason.stage == "size"


def test_what_was_found_is_counted(enrichment: Enrichment) -> None:
    outcome = enrichment.handle([record(GOOD), record(GOOD), record(b"")])
    assert outcome.tally["article", "usable"] == 2
    assert sum(n for (what, _), n in outcome.tally.items() if what == "claim") == 2 * len(
        json.loads(outcome.outputs[0].value or b"")["claims"]
    )


def test_a_million_mentions_are_set_apart_with_their_reason(enrichment: Enrichment) -> None:
    (letter,) = enrichment.handle([record({"article_id": "m", "body": "China, " * 1_000_000}, key=b"m")]).dead_letters
    assert letter.reason.stage == "size"


def test_thousands_of_mentions_come_out_each_at_its_place(enrichment: Enrichment) -> None:
    found = event(enrichment.handle([record({"article_id": "m", "body": "China said so. " * 5_000}, key=b"m")]))
    (china,) = [entity for entity in found.entities if entity.entity_id == "Q148"]
    assert len(china.mentions) == 5_000
    assert all(found.text[m.span.start : m.span.end] == "China" for m in china.mentions)


def test_a_clock_that_runs_ahead_costs_nothing(enrichment: Enrichment) -> None:
    ahead = {"received_at": "2999-01-01T00:00:00Z", "published_at": "2999-01-01T00:00:00Z"}
    found = event(enrichment.handle([record(GOOD | ahead)]))
    assert found.published_at == datetime(2999, 1, 1, tzinfo=UTC)


def test_a_date_no_calendar_has_is_set_apart_by_field(enrichment: Enrichment) -> None:
    (letter,) = enrichment.handle([record(GOOD | {"published_at": "99999-01-01T00:00:00Z"})]).dead_letters
    assert (letter.reason.stage, "/published_at" in letter.reason.message) == ("schema", True)


def test_an_id_of_every_plane_keeps_its_characters(enrichment: Enrichment) -> None:
    odd = "".join(map(chr, [*range(0x20, 0x7F), 0x85, 0xA0, 0x202E, 0xFFFD, 0x1F600]))
    outcome = enrichment.handle([record(GOOD | {"article_id": odd}, key=odd.encode())])
    assert (event(outcome).article_id, outcome.outputs[0].key) == (odd, odd.encode())
