"""The short way is only shorter: what it takes the model takes too, and reads alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.events import enriched
from tests.support.records import record

from factwire.errors import InvalidRecord
from factwire.events.enriched_article import EnrichedArticle
from factwire.sink.reading import read, read_shortly
from factwire.streaming.codec import decode_json, validate

EVENT = json.loads(
    enriched(
        extra={"n": 1.5, "deep": [1, {"a": None}]}, subjects=[{"uri": "medtop:1"}], rights={"holder": "H"}
    ).model_dump_json()
)
EVENT["claims"][0]["unit"]["per"] = {"system": "count", "code": "day", "per": {"system": "UCUM", "code": "d"}}


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for name, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(inner, (*path, name))


def changed(path: tuple[Any, ...], value: Any) -> bytes:
    event = json.loads(json.dumps(EVENT))
    holder = event
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = value
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")


def agrees_with_the_model(value: bytes) -> bool:
    """Whether the short way was gone; then the model has to say the same."""
    event = read_shortly(value)
    if event is None:
        return False
    model = validate(decode_json(value), EnrichedArticle)
    assert json.loads(msgspec.json.encode(event)) == json.loads(model.model_dump_json())
    return True


WORDS = st.sampled_from(
    ["", "x", "2024-04-12", "2024-04-12T12:00:00Z", "2024-04-12T12:00:00+02:00", "0001-01-01T00:00:00+02:00", "7",
     "7\n", "1e5", "-0", "NaN", "withdrawn", "a\x00b", "\ud800", "0" * 64, f"{0:032x}", "Q" * 201]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def test_a_plain_event_goes_the_short_way() -> None:
    assert agrees_with_the_model(json.dumps(EVENT).encode())


@given(path=st.sampled_from(list(places(EVENT))), value=VALUES)
def test_whatever_stands_in_a_field_is_read_alike_or_left_to_the_model(path: tuple[Any, ...], value: Any) -> None:
    agrees_with_the_model(changed(path, value))


@given(at=st.integers(0, len(json.dumps(EVENT))), put=st.binary(max_size=3), cut=st.integers(0, 3))
def test_broken_bytes_are_read_alike_or_left_to_the_model(at: int, put: bytes, cut: int) -> None:
    whole = json.dumps(EVENT).encode()
    agrees_with_the_model(whole[:at] + put + whole[at + cut :])


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("claims", 0, "value"), "12\n", "/claims/0/value"),
        (("claims", 0, "confidence"), 1.1, "/claims/0/confidence"),
        (("entities", 1, "mentions", 0, "span", "end"), -1, "/entities/1/mentions/0/span/end"),
        (("text_sha256",), "abc", "/text_sha256"),
        (("extra", "n"), "a\x00", "/extra/n"),
        (("published_at",), "0001-01-01T00:00:00+02:00", "/published_at"),
    ],
)
def test_what_is_refused_is_refused_with_its_field(path: tuple[Any, ...], value: Any, field: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        read(record(changed(path, value), key=b"a-1"))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("path", "value"),
    [(("of_a_later_version",), 1), (("revision",), "3"), (("published_at",), "2024-04-12T14:00:00+02:00")],
)
def test_what_only_the_model_takes_comes_out_the_same(path: tuple[Any, ...], value: Any) -> None:
    changed_event = changed(path, value)
    assert read_shortly(changed_event) is None
    model = validate(decode_json(changed_event), EnrichedArticle)
    assert json.loads(msgspec.json.encode(read(record(changed_event, key=b"a-1")))) == json.loads(
        model.model_dump_json()
    )
