"""Feeds, read into articles: RSS of every version, RDF, Atom and JSON Feed.

A feed is judged as a whole only where nothing in it can be read; an entry that is no article is refused by itself.
What an entry says is kept as it was said: HTML goes on as HTML, a date that cannot be read stays as it was written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from pydantic import ValidationError

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.feed_dates import FeedDate, read_date
from factwire.formats.feed_json import looks_like_json, parse_json_feed
from factwire.formats.feed_parts import EntryParts as Parts
from factwire.formats.feed_parts import FeedParts, PollHints, Words, storable
from factwire.formats.feed_xml import parse_xml_feed
from factwire.formats.fragment import fragment_text, holds_markup
from factwire.formats.identity import derive_id

LARGEST: Final = 32 * 1024 * 1024
"""Bytes; a larger feed is none."""
_LONG_DESCRIPTION: Final = 600
"""Characters from which a description without content beside it is the article and no summary of one."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """``key`` names the entry within its feed; ``article`` is None where ``fault`` says why it is none."""

    key: str
    article: RawArticle | None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """``hub`` and ``topic``: where WebSub is offered, and under which address. Entries in the order of the feed."""

    title: str | None
    site: str | None
    language: str | None
    hub: str | None
    topic: str | None
    hints: PollHints
    entries: tuple[FeedEntry, ...] = field(repr=False)

    @property
    def articles(self) -> Iterator[RawArticle]:
        return (entry.article for entry in self.entries if entry.article is not None)

    @property
    def refused(self) -> tuple[FeedEntry, ...]:
        return tuple(entry for entry in self.entries if entry.article is None)


def read_feed(content: bytes, url: str = "") -> Feed:
    """``url``: where it was found, for relative links and as its source. Raises :class:`InvalidInput` saying why."""
    if len(content) > LARGEST:
        raise InvalidInput(f"{len(content)} bytes are more than the {LARGEST} of the largest feed")
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise InvalidInput("the feed is empty")
    parts = storable(parse_json_feed(content) if looks_like_json(content) else parse_xml_feed(content))
    source = _source(parts, url)
    return Feed(
        title=parts.title,
        site=_absolute(parts.link, url),
        language=parts.language,
        hub=_absolute(parts.hub, url),
        topic=_absolute(parts.topic, url),
        hints=parts.hints,
        entries=tuple(_entry(entry, parts, source, url) for entry in parts.entries),
    )


def _entry(parts: Parts, feed: FeedParts, source: dict[str, Any] | None, url: str) -> FeedEntry:
    link = _absolute(parts.link, url)
    key = (
        parts.id
        or link
        or _digest(parts.title or "", *(words.value for words in (parts.content, parts.summary) if words))
    )
    payload = {
        "url": link,
        "title": _plain(parts.title),
        **_body(parts.content, parts.summary, titled=bool(_plain(parts.title))),
        **_dates(parts),
        "source": source,
        "authors": [name for name in map(_plain, parts.authors) if name],
        "categories": [name for name in map(_plain, parts.categories) if name],
        "language": parts.language or feed.language,
    }
    payload["article_id"] = derive_id(payload) if link else "feed:" + _digest(url, key)
    try:
        return FeedEntry(key, RawArticle.model_validate(payload))
    except ValidationError as fault:
        said = fault.errors(include_url=False, include_input=False)[0]
        place = "/".join(str(part) for part in said["loc"])
        return FeedEntry(key, None, f"{place}: {said['msg']}" if place else said["msg"].removeprefix("Value error, "))


def _body(content: Words | None, summary: Words | None, *, titled: bool) -> dict[str, Any]:
    """Content is the article and the description its summary; a long description alone is the article, and so is one
    without a title.
    """
    if content is None and summary is not None and len(summary.value) > _LONG_DESCRIPTION:
        content, summary = summary, None
    said: dict[str, Any] = {"summary": _plain(summary.value) if summary else None}
    if content is None or not content.value.strip():
        return said if titled else {"body": said["summary"]}
    html = content.html and holds_markup(content.value)
    if said["summary"] and said["summary"] == (fragment_text(content.value) if html else content.value.strip()):
        said["summary"] = None
    return {**said, "body": content.value, "body_format": "html" if html else "text"}


def _dates(parts: Parts) -> dict[str, Any]:
    """Published, else updated, which then stands for both; what cannot be read is kept as written."""
    published, updated = _read(parts.published), _read(parts.updated)
    first, extra = published or updated, {}
    if parts.published and not published:
        extra["published_raw"] = parts.published[:200]
    if first and first.zone_assumed:
        extra["time_zone_assumed"] = "UTC"
    return {
        "published_at": first.moment if first else None,
        "published_precision": first.precision if first else "none",
        "published_from": "feed" if first else None,
        "updated_at": updated.moment if updated else None,
        "extra": {"feed": extra} if extra else {},
    }


def _read(written: str | None) -> FeedDate | None:
    return read_date(written) if written else None


def _source(parts: FeedParts, url: str) -> dict[str, Any] | None:
    host = urlsplit(_absolute(parts.link, url) or url).hostname or urlsplit(url).hostname
    name = _plain(parts.title)
    if not host and not name:
        return None
    return {"id": (host or name or "").removeprefix("www.")[:200], "name": name}


def _absolute(link: str | None, base: str) -> str | None:
    """The address if it is one that can be fetched. Raises nothing: a broken link is no link."""
    try:
        joined = urljoin(base, link.strip()) if link else ""
        return joined if urlsplit(joined).scheme in {"http", "https"} and urlsplit(joined).hostname else None
    except ValueError:
        return None


def _plain(text: str | None) -> str | None:
    return (fragment_text(text) or None) if text else None


def _digest(*words: str) -> str:
    return hashlib.sha256("\x1f".join(words).encode("utf-8", "replace")).hexdigest()[:32]
