from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.records import record

from factwire.errors import InvalidRecord, PoisonFlood
from factwire.streaming.dead_letters import (
    ATTEMPTS,
    MESSAGE_BYTES,
    FloodGate,
    attempts,
    original_headers,
    to_dead_letter,
)
from factwire.streaming.records import DeadLetter, Reason

HEADERS = (("x", None), ("y", b"\xff"), ("x", b"2"))
REASON = Reason.of(InvalidRecord("no text", stage="schema", field="/body"))


def test_key_value_and_headers_are_untouched_and_the_reason_follows() -> None:
    letter = to_dead_letter(DeadLetter(record(b"\xff\x00", key=None, headers=HEADERS, offset=7), REASON))
    assert (letter.topic, letter.key, letter.value) == ("news.articles.raw.v1.dlq", None, b"\xff\x00")
    assert letter.headers[:3] == HEADERS
    added = dict(letter.headers[3:])
    assert added["__connect.errors.offset"] == b"7"
    assert added["__connect.errors.stage"] == b"schema"
    assert added["__connect.errors.exception.class.name"] == b"factwire.errors.InvalidRecord"
    assert added["__connect.errors.exception.message"] == b"/body: no text"
    assert added[ATTEMPTS] == b"1"


@given(st.text(st.characters(), max_size=6000))
def test_any_message_fits_a_header(message: str) -> None:
    letter = to_dead_letter(DeadLetter(record(b""), Reason("enrich", "E", message)))
    said = dict(letter.headers)["__connect.errors.exception.message"]
    assert said is not None
    assert len(said) <= MESSAGE_BYTES


def test_a_second_death_counts_on_and_a_replay_has_only_its_own_headers() -> None:
    first = to_dead_letter(DeadLetter(record(b"", headers=HEADERS), REASON))
    again = to_dead_letter(DeadLetter(record(b"", headers=first.headers), REASON))
    assert attempts(record(b"", headers=again.headers)) == 2
    assert original_headers(record(b"", headers=again.headers)) == HEADERS


@pytest.mark.parametrize("broken", [None, b"", b"\xff", b"-3", b"9" * 5000])
def test_a_broken_count_does_no_harm(broken: bytes | None) -> None:
    assert attempts(record(b"", headers=((ATTEMPTS, broken),))) in {0, 1}


def letters(count: int) -> tuple[DeadLetter, ...]:
    return tuple(DeadLetter(record(b""), REASON) for _ in range(count))


def test_a_run_of_dead_letters_stops_the_service() -> None:
    gate = FloodGate(ratio=1.0, run=500)
    gate.count(500, letters(500))
    with pytest.raises(PoisonFlood, match=r"501 records in a row.*no text"):
        gate.check(1, letters(1))


def test_one_good_record_ends_a_run() -> None:
    gate = FloodGate(ratio=1.0, run=500)
    gate.count(500, letters(500))
    gate.count(2, letters(1))
    gate.count(499, letters(499))


def test_a_large_share_stops_the_service_once_there_is_enough_to_judge_by() -> None:
    gate = FloodGate(ratio=0.5, run=10_000)
    gate.count(999, letters(998))
    with pytest.raises(PoisonFlood, match="%"):
        gate.check(1, letters(1))


def test_a_small_share_never_stops_it() -> None:
    gate = FloodGate(ratio=0.5, run=10)
    for _ in range(5000):
        gate.count(10, letters(1))


def test_a_batch_that_comes_again_counts_once() -> None:
    gate = FloodGate(ratio=1.0, run=500)
    for _ in range(3):
        gate.check(400, letters(400))
    gate.count(400, letters(400))
    gate.check(100, letters(100))
    with pytest.raises(PoisonFlood, match="501 records in a row"):
        gate.check(101, letters(101))


def test_what_only_the_commit_refuses_stops_the_service_too() -> None:
    gate = FloodGate(ratio=1.0, run=500)
    gate.check(501, ())
    with pytest.raises(PoisonFlood, match="501 records in a row"):
        gate.count(501, letters(501))
