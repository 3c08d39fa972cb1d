"""What Kafka Connect is given: records that carry their schema, flat, with the facts as text."""

import json

from bench.connect import flattened
from tests.support.kafka import Message

EVENT = {
    "article_id": "a",
    "title": "Acme sells",
    "body": "Acme sold 3 ships.",
    "published_at": "2026-03-13T08:00:00Z",
    "source": {"id": "example.org"},
    "entities": [{"id": "Q1"}],
    "claims": [{"value": "3"}],
    "times": [],
}


def event(value: bytes | None) -> Message:
    return Message("enriched", 0, 0, b"a", value, ())


def test_a_record_is_one_flat_row_with_the_facts_as_text() -> None:
    [sent] = flattened([event(json.dumps(EVENT).encode())])
    payload = json.loads(sent.value or b"")["payload"]
    assert payload["article_id"] == "a"
    assert payload["source"] == "example.org"
    assert json.loads(payload["claims"]) == EVENT["claims"]
    assert "times" not in payload


def test_every_column_is_in_the_schema_that_comes_with_it() -> None:
    [sent] = flattened([event(json.dumps({**EVENT, "source": None}).encode())])
    record = json.loads(sent.value or b"")
    assert {field["field"] for field in record["schema"]["fields"]} == set(record["payload"])


def test_a_tombstone_is_no_row() -> None:
    assert list(flattened([event(None)])) == []
