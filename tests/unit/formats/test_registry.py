"""Items are read from a stream one by one, with the line they stand on."""

from io import BytesIO

import pytest

from factwire.errors import InvalidInput
from factwire.formats.registry import read_items


def lines(content: bytes, format: str = "jsonl") -> list[tuple[int, bytes]]:
    return [(item.line, item.content.strip()) for item in read_items(BytesIO(content), "test", format)]


def test_each_line_is_an_item_and_blank_ones_are_none() -> None:
    assert lines(b'{"a":1}\n\n{"b":2}') == [(1, b'{"a":1}'), (3, b'{"b":2}')]


def test_a_pretty_printed_file_is_one_item() -> None:
    assert lines(b'{\n "body": "x"\n}\n') == [(1, b'{\n "body": "x"\n}')]


def test_an_empty_stream_has_no_items() -> None:
    assert lines(b"") == []


def test_plain_text_is_one_article_whatever_lines_it_has() -> None:
    (item,) = read_items(BytesIO(b"One.\n\nTwo."), "test", "text")
    assert item.article().body == "One.\n\nTwo."


def test_text_that_is_not_utf8_says_where() -> None:
    (item,) = read_items(BytesIO(b"One.\xff"), "test", "text")
    with pytest.raises(InvalidInput, match="not UTF-8 at byte 4"):
        item.article()


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="unknown format 'pdf'; there are jsonl, text"):
        list(read_items(BytesIO(b"x"), "test", "pdf"))


def test_a_document_over_several_lines_is_one_item_and_lines_that_follow_a_broken_one_are_their_own() -> None:
    assert lines(b'{ "uri": "a",\n  "title": "x" }\n', "ninjs") == [(1, b'{ "uri": "a",\n  "title": "x" }')]
    assert lines(b'{"uri": "a",\n{"uri": "b"}\n', "ninjs") == [(1, b'{"uri": "a",'), (2, b'{"uri": "b"}')]


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("ninjs", b'{"uri": "a", "title": "Rain"}'),
        ("jsonld", b'{"@type": "NewsArticle", "headline": "Rain"}'),
        ("html", b"<html><body><p>Rain.</p></body></html>"),
    ],
)
def test_every_format_is_read_by_its_name(format: str, content: bytes) -> None:
    (item,) = read_items(BytesIO(content), "test", format)
    assert "Rain" in (item.article().title or item.article().body or "")
