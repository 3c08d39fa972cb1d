"""Feeds of every kind give the same articles, and what could harm or is none is refused with its reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import InvalidInput
from factwire.formats.feed import Feed, read_feed

URL = "https://news.example/feed.xml"
ITEM = """<item><title>Mill &amp; port</title><link>/a?id=1</link><guid isPermaLink="false">g-1</guid>
<description>The mill made &lt;b&gt;40&lt;/b&gt; tonnes.</description>
<pubDate>Mon, 12 Jan 2026 10:00:00 +0100</pubDate><author>ann@news.example (Ann Lee)</author>
<category>Trade</category></item>"""
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>The Example</title><link>https://www.news.example/</link><language>en-GB</language><ttl>30</ttl>
<skipHours><hour>1</hour><hour>2</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://news.example/feed.xml"/>
{ITEM}</channel></rss>""".encode()
RSS_1 = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>The Example</title>
<link>https://news.example/</link></channel><item rdf:about="https://news.example/a"><title>Mill</title>
<link>https://news.example/a</link><description>Made 40 tonnes.</description><dc:date>2026-01-12T09:00:00Z</dc:date>
</item></rdf:RDF>"""
RSS_091 = b"""<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>The Example</title>
<link>https://news.example/</link><item><title>Mill</title><link>https://news.example/a</link>
<description>Made 40 tonnes.</description></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Example</title><link href="https://news.example/"/>
<entry><id>tag:1</id><title>Mill</title><link href="https://news.example/a"/><updated>2026-01-12T09:00:00Z</updated>
<author><name>Ann Lee</name></author><summary>Short.</summary>
<content type="html">&lt;p&gt;The mill made 40 tonnes.&lt;/p&gt;</content></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Example",
        "home_page_url": "https://news.example/",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [
            {"id": 7, "url": "https://news.example/a", "title": "Mill", "content_text": "Made 40 tonnes.",
             "date_published": "2026-01-12T09:00:00Z", "authors": [{"name": "Ann Lee"}], "tags": ["Trade"]},
            {"id": "no text"},
        ],
    }
).encode()  # fmt: skip


def item(inner: str) -> bytes:
    return f"<rss version='2.0'><channel><title>x</title><item><title>t</title>{inner}</item></channel></rss>".encode()


def only(feed: Feed):
    (article,) = feed.articles
    return article


@pytest.mark.parametrize("content", [RSS, RSS_1, RSS_091, ATOM, JSON_FEED], ids=["2.0", "1.0", "0.91", "atom", "json"])
def test_every_kind_of_feed_gives_its_article(content: bytes) -> None:
    feed = read_feed(content, URL)
    article = only(feed)
    assert feed.title == "The Example"
    assert article.source
    assert article.source.id == "news.example"
    assert article.title
    assert article.title.startswith("Mill")
    assert article.url
    assert article.url.startswith("https://news.example/a")


def test_an_rss_item_keeps_what_it_says() -> None:
    article = only(read_feed(RSS, URL))
    assert article.title == "Mill & port"
    assert article.url == "https://news.example/a?id=1"
    assert article.summary == "The mill made 40 tonnes."
    assert article.body is None
    assert article.published_at == datetime(2026, 1, 12, 9, tzinfo=UTC)
    assert (article.published_from, article.published_precision) == ("feed", "second")
    assert article.language == "en-GB"
    assert article.categories == ("Trade",)
    assert "Ann Lee" in article.authors[0]


def test_content_is_the_body_as_html_and_the_description_its_summary() -> None:
    article = only(read_feed(ATOM, URL))
    assert article.body == "<p>The mill made 40 tonnes.</p>"
    assert article.body_format == "html"
    assert article.summary == "Short."
    assert article.authors == ("Ann Lee",)


def test_updated_stands_for_published_where_that_is_missing() -> None:
    article = only(read_feed(ATOM, URL))
    assert article.published_at == article.updated_at == datetime(2026, 1, 12, 9, tzinfo=UTC)


def test_what_the_publisher_says_about_polling_is_read() -> None:
    feed = read_feed(RSS, URL)
    assert feed.hints.interval == timedelta(minutes=30)
    assert feed.hints.skip_hours == {1, 2}
    assert feed.hints.skip_days == {6}
    assert (feed.hub, feed.topic) == ("https://hub.example/", "https://news.example/feed.xml")


def test_an_item_that_is_no_article_is_refused_by_itself() -> None:
    feed = read_feed(JSON_FEED, URL)
    assert [entry.key for entry in feed.refused] == ["no text"]
    assert feed.refused[0].fault == "body or title must hold text"
    assert len(list(feed.articles)) == 1


@pytest.mark.parametrize("written", ["yesterday", "now", "10:30", "Friday", "12/01/2026", "Thu, 30 Feb 2024 10:00 GMT"])
def test_a_date_that_cannot_be_read_is_kept_as_written_and_never_becomes_today(written: str) -> None:
    article = only(read_feed(item(f"<pubDate>{written}</pubDate>"), URL))
    assert article.published_at is None
    assert article.published_precision == "none"
    assert article.extra["feed"]["published_raw"] == written


def test_an_assumed_time_zone_says_so() -> None:
    article = only(read_feed(item("<pubDate>2026-01-12 10:00</pubDate>"), URL))
    assert article.extra["feed"] == {"time_zone_assumed": "UTC"}
    assert article.published_precision == "minute"


def test_the_same_address_gives_the_same_article_in_any_feed() -> None:
    again = read_feed(item("<link>https://news.example/a?id=1</link>"), "https://other.example/rss")
    assert only(again).article_id == only(read_feed(RSS, URL)).article_id


BOMB = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
LONG = f'<!DOCTYPE rss [<!ENTITY a "{"ha" * 5000}">]>'
FILE = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
REACHES = '<!DOCTYPE rss [<!ENTITY % a SYSTEM "http://169.254.169.254/"> %a;]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(
    ("doctype", "reason"), [(BOMB, "bomb"), (LONG, "bomb"), (FILE, "external"), (REACHES, "external")]
)
def test_entities_that_grow_or_reach_out_are_refused_by_name(doctype: str, reason: str, encoding: str) -> None:
    document = doctype + item("<description>&b;&a;</description>").decode()
    with pytest.raises(InvalidInput, match=reason):
        read_feed(document.encode(encoding), URL)


def test_entities_hidden_in_another_encoding_are_not_expanded() -> None:
    document = '<?xml version="1.0" encoding="UTF-7"?>' + FILE + item("<description>&a;</description>").decode()
    hidden = document.replace("<!", "+ADwAIQ-").encode()
    try:
        words = " ".join(article.model_dump_json() for article in read_feed(hidden, URL).articles)
    except InvalidInput:
        return
    with open("/etc/hostname", encoding="utf-8") as file:  # noqa: PTH123 - a file that a feed must not read
        assert file.read().strip() not in words


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<html><head><title>x</title></head><body>hi</body></html>", "HTML page"),
        (b"%PDF-1.7 binary", "not XML"),
        (b"\x1f\x8b\x08\x00", "not XML"),
        (b"<svg/>", "root <svg>"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "no JSON Feed"),
        (b'{"items": []}', "no JSON Feed"),
        (b"{broken", "neither XML nor JSON"),
        (b"<!DOCTYPE rss [ <rss>", "no end"),
    ],
)
def test_what_is_no_feed_says_what_it_is(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read_feed(content, URL)


def test_a_feed_that_holds_nothing_is_a_feed() -> None:
    assert read_feed(b"<rss version='2.0'><channel><title>x</title></channel></rss>", URL).entries == ()


def test_a_feed_cut_off_in_the_middle_gives_the_whole_items_before() -> None:
    whole = RSS.replace(b"</channel></rss>", b"") + b"<item><title>Half an it"
    assert only_title(read_feed(whole, URL)) == "Mill & port"


def only_title(feed: Feed) -> str | None:
    return next(iter(feed.articles)).title


@pytest.mark.parametrize(
    ("declared", "written"),
    [("utf-8", "cp1252"), ("windows-1251", "cp1251"), ("nonsense", "utf-8"), ("utf-16", "utf-8"), ("utf-8", "utf-16")],
)
def test_a_charset_that_is_wrong_or_unknown_does_not_spoil_the_words(declared: str, written: str) -> None:
    title = (
        "Москва и область"
        if written == "cp1251"
        else "Die Mühle stellt täglich vierzig Tonnen für Zürich her, heißt es in einem Café"
    )
    content = f"<?xml version='1.0' encoding='{declared}'?>" + item("").decode().replace(
        "<title>t<", f"<title>{title}<"
    )
    assert only(read_feed(content.encode(written), URL)).title == title


def test_elements_with_a_prefix_that_was_never_declared_are_read() -> None:
    content = item("<rss:link>https://news.example/a</rss:link>").replace(b"item>", b"rss:item>")
    assert only(read_feed(content, URL)).url == "https://news.example/a"


def test_a_broken_declaration_is_passed_over_and_the_dates_are_kept() -> None:
    content = b'<?xml?xml version="1.0" encoding="UTF-8" ??>' + item("<pubDate>Mon, 12 Jan 2026 10:00:00 GMT</pubDate>")
    assert only(read_feed(content, URL)).published_at == datetime(2026, 1, 12, 10, tzinfo=UTC)


def test_deep_nesting_ends() -> None:
    assert outcome(b"<rss><channel><item><title>t</title>" + b"<a>" * 200_000)


def outcome(content: bytes) -> list[str]:
    """What became of each entry, or of the whole."""
    try:
        return ["feed", *(entry.fault or "article" for entry in read_feed(content, URL).entries)]
    except InvalidInput as fault:
        return [str(fault)]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_refused(content: bytes) -> None:
    assert all(outcome(content))


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=40))
def test_any_words_in_a_feed_are_read(title: str, words: str, date: str) -> None:
    content = json.dumps(
        {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": title, "content_html": words,
         "date_published": date, "url": words}]}
    )  # fmt: skip
    (entry,) = read_feed(content.encode(), URL).entries
    assert (entry.article is None) != (entry.fault is None)


def test_what_no_database_can_keep_is_nowhere_in_a_json_feed() -> None:
    item = {"id": "i\0d", "url": "https://a.example/\0q", "title": "a\0b", "content_text": "x\0y"}
    head = {"title": "T\0", "home_page_url": "https://a.example/\0", "feed_url": "https://a.example/\0f"}
    hubs = {"hubs": [{"type": "WebSub", "url": "https://hub.example/\0"}]}
    feed = read_feed(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", **head, **hubs, "items": [item]}).encode()
    )
    assert "\\x00" not in repr((feed, feed.entries))
    assert (feed.hub, feed.entries[0].key) == ("https://hub.example/", "id")


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55296;", "&#0;", "&#xFFFE;", "&#x110000;", "&#1;"])
def test_a_reference_to_no_character_spoils_nothing_around_it(reference: str) -> None:
    item = f"<item><guid>1</guid><title>Mill {reference} burns</title><description>It {reference} did.</description>"
    feed = read_feed(
        f"<rss><channel>{item}<pubDate>Mon, 12 Jan 2026 12:40:00 GMT</pubDate></item></channel></rss>".encode()
    )
    (article,) = feed.articles
    assert (article.title, article.summary) == ("Mill \ufffd burns", "It \ufffd did.")
    assert article.published_at is not None
