"""A piece of HTML is all text: nothing of it is lost but markup, and paragraphs stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.formats.fragment import fragment_text, is_fragment


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("40 tonnes", "40 tonnes"),
        ("a < b", "a < b"),
        ("Mill &amp; port", "Mill & port"),
        ("<p>One.</p><p>Two <b>bold</b>.</p>", "One.\n\nTwo bold."),
        ("lead<ul><li>one</li><li>two</li></ul>tail", "lead\n\none\n\ntwo\n\ntail"),
        ("<p>One<br>line\nmore</p>", "One\nline more"),
        ("<p>kept</p><script>gone()</script><!-- gone --> kept too", "kept\n\nkept too"),
        ("<img src='x'>", ""),
        ("Sales up\x0b 40 <b>tonnes</b>", "Sales up 40 tonnes"),
        ("kept&#1;&#31; too", "kept\x01 too"),
        ("<frameset>kept", "kept"),
        ("kept</div></body></html> too", "kept too"),
    ],
)
def test_the_words_of_a_fragment(html: str, text: str) -> None:
    assert fragment_text(html) == text


@pytest.mark.parametrize(("html", "piece"), [("<p>x</p>", True), ("<!DOCTYPE html><p>", False), ("<BODY>", False)])
def test_a_page_is_told_from_a_piece(html: str, piece: bool) -> None:
    assert is_fragment(html) is piece


@given(st.text(max_size=300))
def test_any_text_is_a_fragment(html: str) -> None:
    assert isinstance(fragment_text(html), str)


def test_deep_nesting_ends() -> None:
    assert "x" in fragment_text("<p>x</p>" + "<div>" * 50_000)
