"""The addresses of one article fold into one, those of two stay two, and what names no article gives no id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.formats.identity import LONGEST_ID, derive_id, fold_address, named_id, page_address

PLAIN = "https://example.com/news/harbour-road"


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/news/harbour-road",
        "https://www.Example.com/news/harbour-road/",
        "https://example.com:443/news/harbour-road",
        "https://example.com/news/harbour-road?utm_source=letter&utm_medium=email&fbclid=1#comments",
        "https://m.example.com/news/harbour-road",
        "https://amp.example.com/news/harbour-road",
        "https://example.com/amp/news/harbour-road",
        "https://example.com/news/harbour-road/amp/",
        "https://example.com/news/harbour-road.amp",
        "https://example.com/news/harbour-road?amp=1",
        "https://example.com/news/harbour-road?amp",
        "https://example.com/news/harbour-road?outputType=amp",
        "https://reader:secret@example.com/news//harbour%2Droad",
        "https://www.google.com/amp/s/www.example.com/news/harbour-road/amp/",
        "https://example-com.cdn.ampproject.org/c/s/example.com/news/harbour-road",
        "  https://EXAMPLE.com./news/harbour-road ",
    ],
)
def test_dresses_of_one_article_fold_into_one_address(address: str) -> None:
    assert fold_address(address) == PLAIN


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/news/Harbour-Road",
        "https://example.com/news/harbour-road?page=2",
        "https://example.com/news/harbour-road?id=7",
        "https://example.com/news/harbour-road?cid=7",
        "https://example.com/news/harbour-road?gallery=7",
        "https://example.com/news/harbour-road?12345",
        "https://example.com:8080/news/harbour-road",
        "https://sport.example.com/news/harbour-road",
        "https://example.com/news/harbour-road.html",
        "https://example.com/news/harbour%2Froad",
        "https://example.com/#!/news/harbour-road",
        "https://example.org/news/harbour-road",
    ],
)
def test_what_may_be_another_article_keeps_an_address_of_its_own(address: str) -> None:
    assert fold_address(address) not in (None, PLAIN)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com",
        "https://www.example.com/?utm_source=x",
        "/news/harbour-road",
        "harbour",
        "",
        "http://",
        "C:",
    ],
)
def test_an_address_of_no_article_is_none(address: str) -> None:
    assert fold_address(address) is None


def test_parameters_in_another_order_are_the_same_address() -> None:
    assert fold_address("https://example.com/a?x=1&b=2") == fold_address("https://example.com/a?b=2&x=1")


def test_a_host_in_punycode_is_the_host_in_letters() -> None:
    assert fold_address("https://xn--bcher-kva.example/a") == fold_address("https://bücher.example/a")


def test_names_that_are_no_web_addresses_stay_as_they_are() -> None:
    assert fold_address("urn:newsml:example:20240510:1") == "urn:newsml:example:20240510:1"


hosts = st.sampled_from(["www.example.com", "m.example.com", "xn--bcher-kva.example", "amp.m.example.com", "a.b.m.c"])
steps = st.lists(st.text(min_size=1, max_size=8) | st.sampled_from(["amp", "%7e", "%2F", "a.amp.html"]), max_size=4)
queries = st.dictionaries(
    st.text(max_size=6) | st.sampled_from(["utm_id", "amp", "id"]), st.text(max_size=6), max_size=3
)


@given(hosts, steps, queries, st.sampled_from(["", "#a", "#!b", ":80", "/"]))
def test_folding_twice_is_folding_once(host: str, path: list[str], query: dict[str, str], end: str) -> None:
    pairs = "&".join(f"{name}={value}" for name, value in query.items())
    once = fold_address(f"https://{host}/{'/'.join(path)}?{pairs}{end}")
    assert once is None or fold_address(once) == once


@given(st.text())
def test_any_text_folds_or_is_none(text: str) -> None:
    once = fold_address(text)
    assert once is None or fold_address(once) == once


def test_a_canonical_address_counts_before_the_one_it_was_fetched_from() -> None:
    article = {"url": "https://example.com/a?session=1", "canonical_url": PLAIN}
    assert derive_id(article) == derive_id({"url": PLAIN})


def test_a_front_page_as_canonical_address_does_not_make_all_articles_one() -> None:
    front = {"canonical_url": "https://example.com/", "body": "One."}
    assert derive_id(front) != derive_id({**front, "body": "Two."})
    assert derive_id({**front, "url": PLAIN}) == derive_id({"url": PLAIN})


def test_an_id_of_a_plain_address_is_its_digest() -> None:
    """Known by its value, because rows are kept under it."""
    assert derive_id({"url": PLAIN}) == "url:cacd866d0fec32056b1881ea7e8880d7"


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="canonical" href="https://example.com/news/harbour-road">',
        "<LINK href='https://example.com/news/harbour-road' rel='canonical'/>",
        "<link rel=canonical href=https://example.com/news/harbour-road>",
        '<meta property="og:url" content="https://example.com/news/harbour-road">',
    ],
)
def test_a_page_without_address_gets_the_id_of_the_one_it_names(tag: str) -> None:
    page = {"body": f"<html><head>{tag}</head><body><p>Words.</p></body></html>", "body_format": "html"}
    assert page_address(page["body"]) == PLAIN
    assert derive_id(page) == derive_id({"url": PLAIN})


@given(st.text())
def test_any_page_has_an_address_or_none(html: str) -> None:
    found = page_address(f'<link rel="canonical" href="{html}">')
    assert found is None or found.lower().startswith(("http://", "https://"))


@given(st.text(min_size=1))
def test_a_name_of_any_length_is_an_id(name: str) -> None:
    assert 1 <= len(named_id(name)) <= LONGEST_ID
