"""Who was there first, and who repeats it."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.enricher.recognition import MOST_COMPARED, Original, Seen, find_originals, with_original, with_warning
from factwire.extraction.text.fingerprints import Fingerprint, fingerprint

NOON = datetime(2024, 5, 10, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
STORY = [f"word{number}" for number in range(200)]


@dataclass(frozen=True)
class Row:
    article_id: str
    seen: int
    moment: datetime
    digest: bytes
    signature: bytes
    bands: list[int]


def printed(words: list[str]) -> Fingerprint:
    found = fingerprint(" ".join(words))
    assert found is not None
    return found


def row(name: str, place: int, words: list[str], days: int = 0) -> Row:
    found = printed(words)
    return Row(name, place, NOON + timedelta(days=days), found.digest, found.signature, found.bands())


def sight(name: str, words: list[str], days: int = 0) -> Seen:
    return Seen(name, 1, NOON + timedelta(days=days), printed(words))


def test_the_same_words_are_an_exact_duplicate_and_most_of_them_a_near_one() -> None:
    index = [row("first", 1, STORY), row("same", 2, STORY), row("shorter", 3, STORY[:170])]
    found = find_originals([sight("same", STORY), sight("shorter", STORY[:170])], index, WEEK)
    assert found["same"] == Original("first", 1.0, "exact")
    assert (found["shorter"].article_id, found["shorter"].kind) == ("first", "near")
    assert 0.7 < found["shorter"].similarity < 1


def test_who_came_first_is_nobodys_duplicate() -> None:
    index = [row("first", 1, STORY), row("same", 2, STORY)]
    assert not find_originals([sight("first", STORY)], index, WEEK)


def test_another_story_is_none() -> None:
    other = [f"other{number}" for number in range(200)]
    assert not find_originals([sight("b", other)], [row("a", 1, STORY), row("b", 2, other)], WEEK)


def test_the_same_words_outside_the_window_are_another_story() -> None:
    index = [row("a", 1, STORY), row("b", 2, STORY, days=8)]
    assert not find_originals([sight("b", STORY, days=8)], index, WEEK)


def test_of_a_chain_all_point_to_its_beginning() -> None:
    index = [row("c", 3, STORY), row("b", 2, STORY), row("a", 1, STORY)]
    found = find_originals([sight("b", STORY), sight("c", STORY)], index, WEEK)
    assert {one.article_id for one in found.values()} == {"a"}


@given(st.permutations([1, 2, 3, 4]))
def test_exactly_one_of_equals_is_the_original(places: list[int]) -> None:
    index = [row(str(place), place, STORY) for place in places]
    assert set(find_originals([sight(one.article_id, STORY) for one in index], index, WEEK)) == {"2", "3", "4"}


@pytest.mark.parametrize(("before_it", "found"), [(MOST_COMPARED - 1, True), (MOST_COMPARED, False)])
def test_of_many_that_share_a_band_an_article_is_compared_with_the_first(before_it: int, found: bool) -> None:
    other = row("other", 0, [f"other{number}" for number in range(200)])
    merely_sharing = [
        replace(other, article_id=str(place), seen=place, bands=printed(STORY).bands()) for place in range(before_it)
    ]
    index = [*merely_sharing, row("first", before_it, STORY), row("again", before_it + 1, STORY)]
    assert bool(find_originals([sight("again", STORY)], index, WEEK)) is found


def test_an_answer_does_not_hang_on_who_else_is_in_the_batch() -> None:
    copies = [row(f"copy{place}", place, STORY) for place in range(1, 300)]
    own = [f"own{number}" for number in range(200)]
    index = [*copies, row("a", 300, own), row("b", 301, own)]
    alone = find_originals([sight("b", own)], index, WEEK)
    assert (
        find_originals([sight("b", own), *(sight(one.article_id, STORY) for one in copies)], index, WEEK)["b"]
        == alone["b"]
    )


def test_the_encoded_event_is_changed_in_that_one_place() -> None:
    event = {"text": "é", "claims": [{"value": "1.50"}], "enrichment": {"warnings": ["a"]}, "duplicate_of": None}
    value = orjson.dumps(event)
    assert orjson.loads(with_original(value, Original("a", 0.5, "near"))) == {
        **event,
        "duplicate_of": {"article_id": "a", "similarity": 0.5, "kind": "near"},
    }
    assert orjson.loads(with_warning(value, "b")) == {**event, "enrichment": {"warnings": ["a", "b"]}}


@given(st.dictionaries(st.text(), st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()))
def test_what_else_the_event_says_stays_byte_for_byte(extra: dict[str, object]) -> None:
    """``extra`` may hold numbers beyond 64 bits, and beyond a double."""
    part = json.dumps({**extra, "long": 10**400}).encode()
    event = b'{"extra":%b,"enrichment":{"duration_ms":1.50,"warnings":["a"]},"duplicate_of":null}' % part
    assert with_warning(event, "b") == event.replace(b'["a"]', b'["a","b"]')
    told = b'{"article_id":"first","similarity":0.5,"kind":"near"}'
    assert with_original(event, Original("first", 0.5, "near")) == event[: -len(b"null}")] + told + b"}"
