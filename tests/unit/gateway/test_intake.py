import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.gateway import intake
from factwire.gateway.intake import (
    EMPTY,
    JSON,
    LD_JSON,
    MOST_IN_ARRAY,
    NDJSON,
    NOT_JSON,
    Repeats,
    is_lines,
    read_items,
    read_line,
    read_named_item,
)
from factwire.runtime.web.problems import Problem


def items(payload: object):
    return read_items(payload if isinstance(payload, bytes) else json.dumps(payload).encode())


def pointers(payload: object) -> list[str]:
    return [fault.pointer for item in items(payload) for fault in item.faults]


def test_one_object_is_one_item():
    (item,) = items({"article_id": "a-1", "body": "Acme sold 12 ships."})
    assert item.article is not None
    assert item.article.article_id == "a-1"


def test_array_is_one_item_each_in_order():
    assert [
        item.article_id for item in items([{"article_id": "b", "body": "x"}, {"article_id": "a", "body": "y"}])
    ] == ["b", "a"]


def test_an_array_of_more_than_can_be_answered_for_is_refused_unread():
    with pytest.raises(Problem, match="one article a line"):
        read_items(b"[" + b",".join([b"0"] * (MOST_IN_ARRAY + 1)) + b"]")


def test_a_line_is_an_item_or_says_why_it_is_none():
    assert read_line(4, b'{"article_id":"b","body":"y"}').article_id == "b"
    bad = read_line(5, b'{"article_id":')
    assert (bad.article, bad.index) == (None, 5)
    assert bad.faults[0].detail.startswith("not JSON")


def test_id_is_derived_from_canonical_url_before_url():
    one, two = items(
        [
            {"canonical_url": "https://e.org/1", "url": "https://a.org/x", "body": "t"},
            {"url": "https://e.org/1", "body": "t"},
        ]
    )
    assert one.article_id == two.article_id


def test_id_is_derived_from_text_without_an_address():
    first, second = items([{"body": "One."}, {"body": "Two."}])
    assert first.article_id != second.article_id
    assert items({"body": "One."})[0].article_id == first.article_id


def test_every_fault_of_an_item_is_named():
    assert pointers({"article_id": "a", "revision": 0, "source": {"id": "x", "country": "norway"}, "body": "t"}) == [
        "/revision",
        "/source/country",
    ]


def test_article_without_text_is_refused():
    assert items({"title": " "})[0].faults[0].detail == "body or title must hold text"


def test_pointer_escapes_what_json_pointers_must():
    assert pointers({"body": "t", "extra": {"a/b~c": "\x00"}}) == ["/extra/a~1b~0c"]


@pytest.mark.parametrize(
    "payload", [{"body": "a\x00b"}, {"body": "t", "keywords": ["x", "\x00"]}, {"body": "t", "extra": {"\x00": 1}}]
)
def test_nul_is_refused_where_it_is(payload):
    assert items(payload)[0].article is None


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "99999-01-01", "yesterday"]
)
def test_impossible_moments_are_refused(moment):
    assert pointers({"body": "t", "published_at": moment}) == ["/published_at"]


@pytest.mark.parametrize("payload", [[1], ["text"], [None], [[{"body": "t"}]]])
def test_what_is_no_object_is_refused(payload):
    assert "expected an object" in items(payload)[0].faults[0].detail


def test_same_article_and_revision_twice_is_refused_the_second_time():
    first, second, newer = items(
        [
            {"article_id": "a", "body": "x"},
            {"article_id": "a", "body": "y"},
            {"article_id": "a", "revision": 2, "body": "z"},
        ]
    )
    assert (first.article is None, second.article is None, newer.article is None) == (False, True, False)
    assert second.faults[0].code == "repeated"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b'{"body": NaN}', b'{"body":"\\ud800"}', b"[" * 100_000, b'{"body":"x"} trailing'],
)
def test_what_is_not_json_is_a_problem_of_the_whole_body(content):
    with pytest.raises(Problem) as caught:
        items(content)
    assert caught.value.type.status == 400


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"]
)
def test_other_kinds_of_body_are_refused_and_the_right_ones_named(content_type):
    with pytest.raises(Problem) as caught:
        is_lines(content_type)
    assert caught.value.type.status == 415
    assert caught.value.headers["accept-post"] == f"{JSON}, {NDJSON}, {LD_JSON}"


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; Charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_content_type_is_read_as_http_has_it(content_type):
    assert not is_lines(content_type)


def test_body_without_articles_is_a_problem():
    with pytest.raises(Problem) as caught:
        read_items(b"[]")
    assert caught.value.type.code == "empty"


def test_huge_integers_are_carried_untouched():
    (item,) = items(b'{"body":"t","extra":{"n":123456789012345678901234567890}}')
    assert item.article is not None
    assert item.article.extra == {"n": 123456789012345678901234567890}


def test_named_item_takes_the_id_of_the_address():
    assert read_named_item(b'{"body":"t"}', JSON, "a/b").article_id == "a/b"


def test_named_item_must_not_contradict_the_address():
    item = read_named_item(b'{"article_id":"other","body":"t"}', JSON, "mine")
    assert (item.article, item.faults[0].pointer) == (None, "/article_id")


def test_named_item_is_never_a_batch():
    with pytest.raises(Problem):
        read_named_item(b'{"body":"t"}', NDJSON, "a")
    assert read_named_item(b'[{"body":"t"}]', JSON, "a").article is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
fields = st.sampled_from(
    ["article_id", "revision", "status", "source", "title", "body", "published_at", "extra", "authors", "url"]
)


@given(st.lists(st.dictionaries(fields, json_values, max_size=6), min_size=1, max_size=5))
def test_any_json_is_an_article_or_says_why_not(payload):
    found = items(payload)
    assert len(found) == len(payload)
    assert all((item.article is None) == bool(item.faults) for item in found)


@given(st.binary(max_size=200))
def test_any_bytes_are_items_or_a_problem(content):
    try:
        found = items(content)
    except Problem as problem:
        assert problem.type in (NOT_JSON, EMPTY)  # noqa: PT017 - either outcome is right
    else:
        assert found


def test_repeats_are_noticed_among_the_last_articles_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "REMEMBERED", 2)
    repeats = Repeats()

    def taken(article_id: str, index: int) -> bool:
        line = json.dumps({"article_id": article_id, "body": "x"}).encode()
        return repeats.refuse(read_line(index, line)).article is not None

    assert [taken(name, at) for at, name in enumerate("abb")] == [True, True, False]
    assert [taken(name, at) for at, name in enumerate("ca", 3)] == [True, True], "a was forgotten for c"
