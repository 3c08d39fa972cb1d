from __future__ import annotations

import pytest
from tests.support.records import record

from factwire.errors import InvalidInput
from factwire.events.topics import DEAD_RAW
from factwire.operations.dlq import Letter, by_reason, find, to_replay
from factwire.streaming.dead_letters import to_dead_letter
from factwire.streaming.records import DeadLetter, Partition, Reason, Record
from factwire.streaming.settings import KafkaSettings

HEADERS = (("ce_id", b"e-1"), ("x", None), ("y", b"\xff"))


def letter(message: str = "no text", key: bytes | None = b"a-1") -> Letter:
    out = to_dead_letter(DeadLetter(record(b"{", key, HEADERS, offset=5), Reason("schema", "E", message)))
    return Letter(Record(Partition(DEAD_RAW.name, 2), 17, out.key, out.value, out.headers, 1_700_000_000_000))


def test_a_letter_tells_where_it_lies_and_where_it_came_from() -> None:
    summary = letter().summary()
    assert summary["place"] == "raw:2:17"
    assert summary["origin"] == "news.articles.raw.v1-0@5"
    assert (summary["stage"], summary["reason"], summary["attempts"]) == ("schema", "no text", 1)


def test_a_replay_is_the_record_as_it_first_came_and_counts_its_deaths() -> None:
    again = to_replay(letter())
    assert (again.topic, again.key, again.value) == ("news.articles.raw.v1", b"a-1", b"{")
    assert again.headers == (*HEADERS, ("factwire.attempts", b"1"))


def test_a_letter_without_a_key_says_so() -> None:
    assert letter(key=None).summary()["key"] == "(none)"


def test_reasons_are_counted_the_most_frequent_first() -> None:
    assert by_reason([letter("a"), letter("b"), letter("b")]) == [("schema", "b", 2), ("schema", "a", 1)]


@pytest.mark.parametrize("place", ["", "raw", "raw:0", "raw:0:1:2", "raw:a:1", "raw:²:1", "cooked:0:1"])
async def test_a_place_that_is_none_is_told_before_anybody_is_asked(place: str) -> None:
    with pytest.raises(InvalidInput, match="it looks like raw:0:17"):
        await find(KafkaSettings(kafka_bootstrap_servers="nowhere:1"), place)
