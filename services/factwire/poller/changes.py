"""What of a feed is news: entries that were not there, or that say something else now, as articles to publish. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from factwire.events.raw_article import RawArticle
from factwire.formats.feed import Feed
from factwire.storage.feeds import Published


@dataclass(frozen=True, slots=True)
class News:
    """``key``: the entry's own id; ``article`` carries the revision to publish, and ``mark`` is what to remember."""

    key: str
    article: RawArticle
    mark: Published


def find_news(feed: Feed, known: Mapping[str, Published], now: datetime) -> tuple[list[News], list[str]]:
    """The news, oldest last in the feed first, and the keys of what is as it was.

    A changed entry keeps the article id under which it was first published, whatever its link says now, and gets the
    next revision. An id that stands twice in one feed counts once: the first is the newest.
    """
    news: dict[str, News] = {}
    kept: list[str] = []
    for entry in feed.entries:
        if entry.article is None or entry.key in news:
            continue
        before, digest = known.get(entry.key), digest_of(entry.article)
        if before is not None and before.digest == digest:
            kept.append(entry.key)
            continue
        revision = before.revision + 1 if before else 1
        article_id = before.article_id if before else entry.article.article_id
        named = entry.article.model_copy(update={"article_id": article_id, "revision": revision})
        news[entry.key] = News(entry.key, undated_if_future(named, now), Published(article_id, digest, revision))
    return list(reversed(news.values())), kept


def digest_of(article: RawArticle) -> str:
    """Of what a reader reads: a comment counter or a new category is no new version of an article."""
    said = (article.url, article.title, article.summary, article.body, str(article.published_at))
    return hashlib.sha256("\x1f".join(part or "" for part in said).encode("utf-8", "replace")).hexdigest()


def undated_if_future(article: RawArticle, now: datetime) -> RawArticle:
    """A date more than a day ahead is a slip: kept as it was, and not believed."""
    if article.published_at is None or article.published_at <= now + timedelta(days=1):
        return article
    told = {**article.extra.get("feed", {}), "published_raw": article.published_at.isoformat(), "future": True}
    return article.model_copy(
        update={
            "published_at": None,
            "published_precision": "none",
            "published_from": None,
            "extra": {**article.extra, "feed": told},
        }
    )
