"""Nothing is published twice, and what changed comes again under the same id with a higher revision."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.feeds import rss

from factwire.formats.feed import read_feed
from factwire.poller.changes import find_news

NOW = datetime(2026, 1, 12, tzinfo=UTC)
URL = "https://news.example/rss"


def news_of(content: bytes, known=None):
    return find_news(read_feed(content, URL), known or {}, NOW)


def test_everything_is_news_the_first_time_oldest_first() -> None:
    news, kept = news_of(rss(("b", "Newer"), ("a", "Older")))
    assert [one.key for one in news] == ["a", "b"]
    assert [one.article.revision for one in news] == [1, 1]
    assert kept == []


def test_what_is_known_is_no_news() -> None:
    news, _ = news_of(rss(("a", "Mill")))
    again, kept = news_of(rss(("a", "Mill")), {"a": news[0].mark})
    assert (again, kept) == ([], ["a"])


def test_a_changed_entry_keeps_its_article_and_gets_the_next_revision() -> None:
    news, _ = news_of(rss(("a", "Mill")))
    moved = rss(("a", "Mill shut")).replace(b"https://news.example/a", b"https://news.example/other")
    (changed,), _ = news_of(moved, {"a": news[0].mark})
    assert changed.article.revision == 2
    assert changed.article.article_id == news[0].article.article_id


def test_a_new_category_is_no_new_version() -> None:
    news, _ = news_of(rss(("a", "Mill")))
    again = rss(("a", "Mill")).replace(b"</item>", b"<category>Trade</category></item>")
    assert news_of(again, {"a": news[0].mark})[0] == []


def test_an_id_that_stands_twice_counts_once() -> None:
    news, _ = news_of(rss(("a", "Newest"), ("a", "Older")))
    assert [one.article.title for one in news] == ["Newest"]


def test_a_date_far_ahead_is_kept_and_not_believed() -> None:
    content = rss(("a", "Mill")).replace(b"</item>", b"<pubDate>2062-01-12T10:00:00Z</pubDate></item>")
    (one,), _ = news_of(content)
    assert one.article.published_at is None
    assert one.article.extra["feed"] == {"published_raw": "2062-01-12T10:00:00+00:00", "future": True}
