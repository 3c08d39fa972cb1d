from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.load import POISON
from tests.support.records import record

from factwire.errors import InvalidRecord
from factwire.events.envelope import RAW_TYPE
from factwire.events.raw_article import RawArticle
from factwire.streaming.codec import check_headers, decode, decode_json

GOOD = {"article_id": "a-1", "body": "Text."}


def reason(value: bytes) -> InvalidRecord:
    with pytest.raises(InvalidRecord) as caught:
        decode(record(value), RawArticle, RAW_TYPE)
    return caught.value


def test_a_plain_record_is_read() -> None:
    assert decode(record(GOOD), RawArticle, RAW_TYPE).body == "Text."


@pytest.mark.parametrize("value", POISON)
def test_poison_has_a_reason_and_a_stage(value: bytes) -> None:
    fault = reason(value)
    assert fault.reason
    assert fault.stage in {"decode", "schema", "key"}


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (b'{"article_id":"a-1","revision":0,"body":"x"}', "/revision"),
        (b'{"article_id":"a-1","body":7}', "/body"),
        (b'{"article_id":"a-1","body":"x","extra":{"deep":["\\u0000"]}}', "/extra/deep/0"),
        (b'{"article_id":"a-1","body":"x","extra":{"n":1e999}}', "/extra/n"),
    ],
)
def test_the_reason_names_the_field(value: bytes, field: str) -> None:
    assert reason(value).field == field


def test_an_escaped_backslash_before_u0000_is_only_text() -> None:
    assert decode_json(b'{"a":"\\\\u0000"}') == {"a": "\\u0000"}


def test_a_key_that_contradicts_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="differs from article_id"):
        decode(record(GOOD, key=b"other"), RawArticle, RAW_TYPE)


@pytest.mark.parametrize("key", [None, b"", b"\xff", b"a\x00", b"x" * 201])
def test_a_key_that_cannot_be_an_id_is_refused(key: bytes | None) -> None:
    with pytest.raises(InvalidRecord, match="key"):
        decode(record(GOOD, key=key), RawArticle, RAW_TYPE)


@pytest.mark.parametrize(
    "headers",
    [
        (("ce_id", None),),
        (("ce_id", b"\xff"),),
        (("ce_id", b"a\x00"),),
        (("ce_id", b"1"), ("ce_id", b"2")),
        (("ce_type", b"news.article.enriched.v1"),),
        (("ce_specversion", b"0.3"),),
    ],
)
def test_broken_attributes_are_refused(headers: tuple[tuple[str, bytes | None], ...]) -> None:
    with pytest.raises(InvalidRecord):
        check_headers(record(GOOD, headers=headers), RAW_TYPE)


def test_headers_that_are_not_ours_are_let_be() -> None:
    check_headers(record(GOOD, headers=(("x", None), ("x", b"\xff"), ("traceparent", b"\xff"))), RAW_TYPE)


def test_the_same_attribute_twice_with_one_value_is_let_be() -> None:
    check_headers(record(GOOD, headers=(("ce_id", b"1"), ("ce_id", b"1"))), RAW_TYPE)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(value: bytes) -> None:
    with suppress(InvalidRecord):
        assert isinstance(decode_json(value), dict)


@given(
    st.recursive(
        st.none() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_whatever_is_accepted_can_be_stored(value: object) -> None:
    try:
        parsed = decode_json(json.dumps({"a": value}).encode())
    except InvalidRecord:
        return
    stored = json.dumps(parsed, allow_nan=False, ensure_ascii=False)
    stored.encode()
    assert "\\u0000" not in stored.replace("\\\\", "")
