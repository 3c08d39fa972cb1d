"""Pages: their text without what stands around it, and what they say of themselves."""

import random
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import InvalidInput
from factwire.formats.html import Page, read_html, read_page
from factwire.formats.identity import derive_id

SENTENCES = [
    f"The council of {town} voted on Monday to widen the harbour road, which carries {count},000 lorries a day."
    for count, town in enumerate(("Oslo", "Bergen", "Larvik", "Narvik", "Molde", "Skien", "Arendal"), 3)
]
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def page(head: str = "", body: str = f"<h1>Harbour road</h1>{PARAGRAPHS}", attributes: str = "") -> str:
    return (
        f"<!doctype html><html {attributes}><head><title>Harbour road | Example News</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav><article>{body}</article>"
        "<footer><p>All rights reserved. Subscribe to our newsletter.</p></footer></body></html>"
    )


def read(head: str = "", **parts: str) -> Page:
    return read_page(page(head, **parts))


def ld(words: str) -> str:
    return f'<script type="application/ld+json">{words}</script>'


@pytest.mark.parametrize("behind", ["", ";", " ;\n", " " * 400_000 + "x"], ids=["none", "sign", "line", "much"])
def test_json_in_a_comment_is_read_and_much_white_space_behind_one_ends(behind: str) -> None:
    said = '{"@type": "NewsArticle", "headline": "Harbour road", "datePublished": "2024-05-10T08:00:00Z"}'
    stated = read(ld(f"<!-- {said} -->{behind}")).published_from
    assert (stated == "jsonld") is not behind.endswith("x")


def test_the_text_is_the_article_with_its_paragraphs_apart() -> None:
    assert read().text.split("\n\n")[-len(SENTENCES) :] == SENTENCES
    assert "newsletter" not in read().text


@pytest.mark.parametrize(
    ("head", "moment", "precision", "origin"),
    [
        (ld('{"@type":"NewsArticle","datePublished":"2024-05-10T10:00:00+02:00"}'), 8, "second", "jsonld"),
        ('<meta property="article:published_time" content="2024-05-10T08:00Z">', 8, "minute", "meta"),
        ('<meta name="dc.date" content="2024-05-10">', 0, "day", "meta"),
        ("<!-- nothing -->", 0, "day", "text"),
    ],
)
def test_a_date_says_how_exact_it_is_and_where_it_stood(head: str, moment: int, precision: str, origin: str) -> None:
    shown = f"<h1>Harbour road</h1><p class='date'>Published 10 May 2024</p>{PARAGRAPHS}"
    found = read(head, body=shown)
    assert found.published == datetime(2024, 5, 10, moment, tzinfo=UTC)
    assert (found.published_precision, found.published_from) == (precision, origin)


@pytest.mark.parametrize(
    "written", ["yesterday", "2024-13-40T99:00:00Z", "05/06/07", "0000-00-00", "1762513252000", ""]
)
def test_a_broken_date_is_none(written: str) -> None:
    assert read(f'<meta property="article:published_time" content="{written}">').published is None


def test_broken_json_ld_is_no_obstacle() -> None:
    broken = ld('{"@type":"NewsArticle","datePublished":"2024-05-10",')
    assert read(broken + '<meta name="date" content="2024-05-11">').published == datetime(2024, 5, 11, tzinfo=UTC)
    line_feed = ld('{"@type":"NewsArticle","headline":"Harbour\nroad","datePublished":"2024-05-10"}')
    assert read(line_feed).published_from == "jsonld"


def test_authors_address_and_language_are_what_the_page_states() -> None:
    head = (
        ld('{"@type":"NewsArticle","author":[{"name":"Ida Berg"},{"name":"Per Lund"}]}')
        + '<link rel="canonical" href="https://news.example/harbour-road">'
    )
    found = read(head, attributes='lang="en-GB"')
    assert found.authors == ("Ida Berg", "Per Lund")
    assert (found.canonical_url, found.language) == ("https://news.example/harbour-road", "en-GB")


@pytest.mark.parametrize(
    "content",
    [
        page("<meta charset='iso-8859-1'>", body=f"<h1>Blåbærsyltetøy</h1>{PARAGRAPHS}").encode("latin-1"),
        page(body=f"<h1>Blåbærsyltetøy</h1>{PARAGRAPHS}").encode("utf-8-sig"),
        b"\xff\xfe" + page(body=f"<h1>Blåbærsyltetøy</h1>{PARAGRAPHS}").encode("utf-16-le"),
        page("<meta charset='iso-8859-1'>", body=f"<h1>Blåbærsyltetøy</h1>{PARAGRAPHS}").encode(),
    ],
    ids=["as it says", "byte order mark", "UTF-16", "UTF-8 that says Latin-1"],
)
def test_the_charset_is_found_from_the_bytes(content: bytes) -> None:
    assert "Blåbærsyltetøy" in (read_html(content).body or "")


def test_the_charset_it_came_with_counts_where_the_page_says_none() -> None:
    content = page(body=f"<h1>Łódź</h1>{PARAGRAPHS}").encode("iso-8859-2")
    assert "Łódź" in (read_html(content, "ISO-8859-2").body or "")


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "hex", "nonsense", "", "\x00"])
def test_a_charset_that_is_none_is_passed_over(charset: str) -> None:
    assert read_html(page().encode(), charset).body == page()


def test_one_broken_byte_does_not_turn_utf8_into_something_else() -> None:
    content = page(body=f"<p>{'Blåbær og rødgrøt. ' * 40}</p>").encode()
    assert (read_html(content + b"\xe2\x82").body or "").count("Blåbær") == 40


def test_a_page_is_kept_as_it_came_under_the_id_of_its_address() -> None:
    head = '<link rel="canonical" href="https://www.news.example/harbour-road/?utm_source=x">'
    raw = read_html(page(head).encode())
    assert (raw.body, raw.body_format) == (page(head), "html")
    assert raw.article_id == derive_id({"url": "https://news.example/harbour-road"})


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("<html><body></body></html>", "/body: no main text"),
        ("<html>", "/body: no main text"),
        ("<html><body>" + "<div>" * 200_000, "/body: no main text"),
        ("<html><body>" + "<div><p>a</p></div>" * 30_000, "/body: a page of 6.... elements is no article"),
        ("<html>" + "a" * 8_000_001, "/body: a page of 80000.. characters is no article"),
        ("<p> </p>", "/body: there is no text"),
    ],
    ids=["empty", "cut", "nested", "many elements", "long", "blank piece"],
)
def test_what_is_no_article_is_refused_by_name(html: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_page(html)


def test_a_page_that_was_cut_off_gives_what_it_had() -> None:
    assert SENTENCES[2] in read_page(page()[: page().index("Skien")]).text


def test_the_same_bytes_give_the_same_page_in_any_order_and_in_any_process() -> None:
    pages = [page(body=f"<h1>Road {n}</h1>{PARAGRAPHS}{SENTENCES[n % 7] * n}") for n in range(6)]
    once = {html: read_page(html) for html in pages}
    shuffled = random.Random(7).sample(pages * 3, 18)
    assert all(read_page(html) == once[html] for html in shuffled)
    with get_context("spawn").Pool(1) as pool:
        assert pool.map(read_page, reversed(pages)) == [once[html] for html in reversed(pages)]


tags = st.sampled_from(
    ["<p>", "</p>", "<div>", "<h1>", "</h1>", "<ruby>", "<rt>", "<script>", "<!--", "<meta name=", "&#0;"]
)


@given(st.lists(tags | st.text(max_size=30), max_size=30).map("".join))
def test_any_page_is_read_or_refused(words: str) -> None:
    html = f"<html><body>{words}"
    with suppress(InvalidInput):
        assert read_page(html).text.strip()


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded(content: bytes) -> None:
    body = read_html(b"<html><p>a</p>" + content).body or ""
    assert body.startswith("<html><p>a</p>")
    assert "\x00" not in body


def test_paragraphs_of_a_page_keep_their_order() -> None:
    places = [read().text.index(sentence) for sentence in SENTENCES]
    assert all(before < after for before, after in pairwise(places))
