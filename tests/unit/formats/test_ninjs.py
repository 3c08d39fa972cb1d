"""ninjs of every version becomes the same article; what is wrong is named in the document's own spelling."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.ninjs import UNTIL_FURTHER_NOTICE, read_ninjs

V1: dict[str, Any] = {
    "uri": "http://news.example/items/harbour-road",
    "type": "text",
    "version": "3",
    "firstcreated": "2024-05-10T08:00:00Z",
    "versioncreated": "2024-05-10T09:30:00+02:00",
    "embargoed": "2024-05-10T12:00:00Z",
    "language": "en",
    "headline": "Harbour road to be widened",
    "description_text": "The council has voted.",
    "body_xhtml": "<p>Some 9,000 lorries use it a day.</p>",
    "body_text": "Some 9,000 lorries use it a day.",
    "byline": "Ida Berg",
    "located": "OSLO",
    "person": [{"name": "Ida Berg", "rel": "author"}, {"name": "Per Lund", "rel": "about"}],
    "subject": [{"name": "transport", "scheme": "http://cv.example/topics/", "code": "20000337"}],
    "infosource": [{"name": "Example Wire", "scheme": "http://cv.example/sources", "code": "ew"}],
    "genre": [{"name": "Current"}],
    "copyrightholder": "Example Wire AS",
    "usageterms": "Not for print.",
    "renditions": {"web": {"href": "https://news.example/harbour-road", "mimetype": "text/html"}},
    "urgency": 4,
}
V2: dict[str, Any] = {
    **{
        name: V1[name] for name in ("uri", "type", "version", "firstcreated", "versioncreated", "embargoed", "language")
    },
    **{name: V1[name] for name in ("located", "copyrightholder", "usageterms", "urgency")},
    "headlines": [{"role": "short", "value": "Harbour road"}, {"role": "main", "value": V1["headline"]}],
    "descriptions": [{"role": "main", "contenttype": "text/plain", "value": V1["description_text"]}],
    "bodies": [
        {"contenttype": "application/xhtml+xml", "value": V1["body_xhtml"]},
        {"contenttype": "text/plain", "value": V1["body_text"]},
    ],
    "by": "Ida Berg",
    "people": V1["person"],
    "subjects": [{"name": "transport", "uri": "http://cv.example/topics/20000337"}],
    "infosources": [{"name": "Example Wire", "uri": "http://cv.example/sources/ew"}],
    "genres": [{"name": "Current"}],
    "renditions": [{"href": "https://news.example/harbour-road", "contenttype": "text/html"}],
}
_CAMEL = {
    "firstcreated": "firstCreated", "versioncreated": "versionCreated", "embargoed": "embargoedUntil",
    "copyrightholder": "copyrightHolder", "usageterms": "usageTerms", "infosources": "infoSources",
    "contenttype": "contentType",
}  # fmt: skip


def in_camel_case(value: Any) -> Any:
    if isinstance(value, dict):
        return {_CAMEL.get(name, name): in_camel_case(part) for name, part in value.items()}
    return [in_camel_case(part) for part in value] if isinstance(value, list) else value


V3: dict[str, Any] = in_camel_case(V2)


def read(document: dict[str, Any]) -> RawArticle:
    return read_ninjs(json.dumps(document).encode())


@pytest.mark.parametrize("document", [V1, V2, V3], ids=["1.x", "2.x", "3.x"])
def test_every_version_becomes_the_same_article(document: dict[str, Any]) -> None:
    article = read(document)
    assert article.model_copy(update={"extra": {}}) == read(V3).model_copy(update={"extra": {}})
    assert article.article_id == "http://news.example/items/harbour-road"
    assert (article.revision, article.status, article.language) == (3, "usable", "en")
    assert (article.title, article.summary) == ("Harbour road to be widened", "The council has voted.")
    assert (article.body, article.body_format) == ("Some 9,000 lorries use it a day.", "text")
    assert article.published_at == datetime(2024, 5, 10, 8, tzinfo=UTC)
    assert article.updated_at == datetime(2024, 5, 10, 7, 30, tzinfo=UTC)
    assert (article.published_from, article.published_precision) == ("event", "second")
    assert article.embargoed_until == datetime(2024, 5, 10, 12, tzinfo=UTC)
    assert (article.byline, article.dateline, article.authors) == ("Ida Berg", "OSLO", ("Ida Berg",))
    assert article.url == "https://news.example/harbour-road"
    assert article.source is not None
    assert (article.source.id, article.source.name) == ("http://cv.example/sources/ew", "Example Wire")
    assert [(s.uri, s.name) for s in article.subjects] == [("http://cv.example/topics/20000337", "transport")]
    assert article.rights is not None
    assert (article.rights.holder, article.rights.usage_terms) == ("Example Wire AS", "Not for print.")
    assert article.categories == ("Current",)


def test_what_has_no_place_of_its_own_is_carried() -> None:
    assert read(V1).extra["ninjs"]["urgency"] == 4
    assert "bodies" not in read(V3).extra["ninjs"]


def test_a_body_of_markup_alone_goes_on_as_markup() -> None:
    bodies = [{"contentType": "application/xhtml+xml", "value": "<p>One.</p><p>Two.</p>"}]
    article = read({"uri": "a", "bodies": bodies})
    assert (article.body, article.body_format) == ("<p>One.</p><p>Two.</p>", "html")


def test_a_headline_in_markup_becomes_words() -> None:
    headlines = [{"contentType": "text/html", "value": "<b>Rain</b> &amp; wind"}]
    assert read({"uri": "a", "headlines": headlines}).title == "Rain & wind"


def test_an_ampersand_alone_is_no_markup() -> None:
    assert read({"uri": "a", "bodies": [{"value": "AT&T; R&amp;D"}]}).body_format == "text"


def test_a_canceled_article_is_withdrawn_and_needs_no_text() -> None:
    assert read({"uri": "a", "pubStatus": "canceled"}).status == "withdrawn"


def test_what_is_withheld_stays_hidden_until_a_date_or_further_notice() -> None:
    withheld = {"uri": "a", "title": "Rain", "pubStatus": "withheld"}
    assert read(withheld).embargoed_until == UNTIL_FURTHER_NOTICE
    until = {**withheld, "embargoedUntil": "2024-05-10T12:00:00Z"}
    assert read(until).embargoed_until == datetime(2024, 5, 10, 12, tzinfo=UTC)


def test_a_version_stands_in_for_the_first_date() -> None:
    assert read({"uri": "a", "title": "Rain", "versionCreated": "2024-05-10"}).published_precision == "day"


def test_a_missing_zone_is_assumed_and_said() -> None:
    article = read({"uri": "a", "title": "Rain", "firstCreated": "2024-05-10T08:00:00"})
    assert article.extra["ninjs"]["time_zone_assumed"] == "UTC"


def test_a_version_that_is_no_number_leaves_the_revision_alone() -> None:
    assert read({"uri": "a", "title": "Rain", "version": "final-b"}).revision == 1


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"title": "Rain"}, "/uri"),
        ({"uri": "  ", "title": "Rain"}, "/uri"),
        ({"uri": "a"}, "/bodies"),
        ({"uri": "a", "body_text": "   "}, "/body_text"),
        ({"uri": "a", "title": "Rain", "versionCreated": "yesterday"}, "/versionCreated"),
        ({"uri": "a", "title": "Rain", "firstcreated": "2024-02-31T00:00:00Z"}, "/firstcreated"),
        ({"uri": "a", "title": "Rain", "embargoed": "soon"}, "/embargoed"),
        ({"uri": "a", "title": "Rain", "pubStatus": "gone"}, "/pubStatus"),
        ({"uri": "a", "title": "Rain", "version": "99999999999"}, "/version"),
        ({"uri": "a", "bodies": [{"value": "x"}, {"contentType": 5}]}, "/bodies/1/contentType"),
        ({"uri": "a", "headlines": "Rain", "title": "Rain"}, "/headlines"),
        ({"uri": "a", "title": "Rain\x00"}, "/title"),
    ],
)
def test_what_is_wrong_is_named_as_the_document_spells_it(document: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        read(document)
    assert fault.value.field == field


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"uri": NaN}', b"\xff\xfe", b'"uri"'])
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"not JSON|expected a JSON object"):
        read_ninjs(content)


values = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(), lambda v: st.lists(v) | st.dictionaries(st.text(), v)
)


@given(st.dictionaries(st.sampled_from([*V1, *V2, *V3, "body_nitf", "headline_x"]), values))
def test_any_document_is_an_article_or_a_named_fault(document: dict[str, Any]) -> None:
    with suppress(InvalidInput):
        assert read({"uri": "a", **document}).article_id
