"""Our own JSON: good articles are read, bad ones are named by field, and nothing else happens."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import InvalidInput
from factwire.formats.json import read_json


def test_the_least_that_is_accepted_is_a_body() -> None:
    assert read_json(b'{"body": "Rain fell."}').article_id.startswith("text:")


def test_the_same_text_gets_the_same_id_and_another_another() -> None:
    assert read_json(b'{"body": "a"}').article_id == read_json(b'{"body": "a", "language": "en"}').article_id
    assert read_json(b'{"body": "a"}').article_id != read_json(b'{"body": "b"}').article_id


def test_an_address_gives_the_id_before_the_text_does() -> None:
    first = read_json(b'{"url": "https://example.com/1", "body": "a"}')
    second = read_json(b'{"url": "https://example.com/1", "body": "b"}')
    assert first.article_id == second.article_id


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"nope", "not JSON"),
        (b"", "not JSON"),
        (b"[1]", "expected a JSON object, found list"),
        (b'{"body": 5}', "/body: Input should be a valid string"),
        (b'{"body": "b", "source": {"name": "x"}}', "/source/id: Field required"),
        (b'{"body": "b", "revision": "two"}', "/revision: Input should be a valid integer"),
        (b'{"status": "usable"}', "body or title must hold text"),
        (b'{"body": "\xff"}', "not JSON"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_json(content)


def test_a_number_of_any_size_is_carried_through_untouched() -> None:
    article = read_json(b'{"body": "Rain fell.", "extra": {"id": 123456789012345678901234567890}}')
    assert article.extra == {"id": 123456789012345678901234567890}


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_json(b'\xef\xbb\xbf{"body": "Rain fell."}').body == "Rain fell."


scalars = st.none() | st.booleans() | st.text() | st.integers(-(2**53), 2**53)
fields = st.sampled_from(["article_id", "body", "title", "source", "revision", "extra"])
payloads = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(fields, inner), max_leaves=8)


@given(payloads)
def test_any_json_is_an_article_or_a_named_fault(payload: object) -> None:
    with suppress(InvalidInput):
        assert read_json(json.dumps(payload).encode()).article_id
