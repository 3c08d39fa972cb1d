"""NewsArticle as it is written: one, several, in a graph, with names as strings or objects."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.identity import derive_id
from factwire.formats.jsonld import read_jsonld

NEWS: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Harbour road &amp; bridge to be widened",
    "description": "The council has voted.",
    "articleBody": "Some 9,000 lorries use it a day.",
    "datePublished": "2024-05-10T10:00:00+02:00",
    "dateModified": "2024-05-10T09:00:00Z",
    "author": [{"@type": "Person", "name": "Ida Berg"}, "Per Lund", "https://news.example/people/x"],
    "publisher": {"@type": "Organization", "name": "Example News", "url": "https://news.example"},
    "mainEntityOfPage": {"@type": "WebPage", "@id": "https://news.example/harbour-road"},
    "inLanguage": "en-GB",
    "keywords": "roads, harbour, roads",
    "articleSection": ["Local"],
    "about": [{"@id": "http://www.wikidata.org/entity/Q283202", "name": "harbour"}],
    "copyrightHolder": {"name": "Example News AS"},
}


def read(document: Any) -> RawArticle:
    return read_jsonld(json.dumps(document).encode())


def test_a_news_article_is_mapped_field_by_field() -> None:
    article = read(NEWS)
    assert article.title == "Harbour road & bridge to be widened"
    assert (article.body, article.body_format) == ("Some 9,000 lorries use it a day.", "text")
    assert article.published_at == datetime(2024, 5, 10, 8, tzinfo=UTC)
    assert (article.published_from, article.published_precision) == ("jsonld", "second")
    assert article.authors == ("Ida Berg", "Per Lund")
    assert article.keywords == ("roads", "harbour")
    assert article.language == "en-GB"
    assert article.source is not None
    assert (article.source.id, article.source.name) == ("https://news.example", "Example News")
    assert article.article_id == derive_id({"url": "https://news.example/harbour-road"})
    assert [(s.uri, s.name) for s in article.subjects] == [("http://www.wikidata.org/entity/Q283202", "harbour")]


@pytest.mark.parametrize(
    "document",
    [
        [NEWS],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Example"}, NEWS]},
        {**NEWS, "@type": ["Thing", "http://schema.org/ReportageNewsArticle"]},
        {"@type": "WebPage", "mainEntity": NEWS},
    ],
)
def test_it_is_found_wherever_it_is_put(document: Any) -> None:
    assert read(document) == read(NEWS)


def test_without_an_address_its_own_name_is_its_id() -> None:
    assert read({"@type": "Article", "headline": "Rain", "identifier": "ex-2024-7"}).article_id == "ex-2024-7"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"@type": "Person", "name": "Ida"}, "no NewsArticle in it"),
        ({**NEWS, "datePublished": "10/05/24"}, "^/datePublished: .*no complete date"),
        ({"@graph": [{}, {**NEWS, "headline": 5}]}, "^/@graph/1/headline: expected a string, found int"),
        ({"@type": "Article"}, "^/articleBody: neither headline nor articleBody"),
        (7, "no NewsArticle in it"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(document: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read(document)


values = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(),
    lambda v: st.lists(v) | st.dictionaries(st.sampled_from(["name", "@id", "url", "@type", "@value", "x"]), v),
)


@given(st.dictionaries(st.sampled_from([*NEWS, "@graph", "text", "identifier", "license", "@id"]), values))
def test_any_document_is_an_article_or_a_named_fault(document: dict[str, Any]) -> None:
    with suppress(InvalidInput):
        assert read({**document, "@type": "Article"}).article_id
