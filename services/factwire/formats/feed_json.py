"""JSON Feed 1.0 and 1.1 (jsonfeed.org), by our own models: no feed library reads it whole."""

from __future__ import annotations

from typing import Any, Final

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import from_json

from factwire.errors import InvalidInput
from factwire.formats.feed_parts import EntryParts, FeedParts, Words

_BOM: Final = b"\xef\xbb\xbf"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class _Author(_Part):
    name: str | None = None


class _Hub(_Part):
    type: str | None = None
    url: str | None = None


class _Item(_Part):
    id: str | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    summary: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    language: str | None = None
    tags: list[str] = []
    authors: list[_Author] = []
    author: _Author | None = None

    @field_validator("tags", "authors", mode="before")
    @classmethod
    def nothing_is_none(cls, value: Any) -> Any:
        return [] if value is None else value


class _JsonFeed(_Part):
    version: str
    title: str | None = None
    home_page_url: str | None = None
    feed_url: str | None = None
    language: str | None = None
    hubs: list[_Hub] = []
    authors: list[_Author] = []
    author: _Author | None = None
    items: list[Any] = Field(validation_alias=AliasChoices("items", "entries"))


def looks_like_json(content: bytes) -> bool:
    return content.removeprefix(_BOM).lstrip()[:1] in (b"{", b"[")


def parse_json_feed(content: bytes) -> FeedParts:
    """Raises :class:`InvalidInput` for JSON that is no JSON Feed; an item that is not one becomes an empty entry."""
    try:
        feed = _JsonFeed.model_validate(from_json(content.removeprefix(_BOM).strip()))
    except ValidationError as fault:
        said = fault.errors(include_url=False, include_input=False)[0]
        raise InvalidInput(f"JSON, but no JSON Feed: {'/'.join(map(str, said['loc']))}: {said['msg']}") from fault
    except ValueError as fault:
        raise InvalidInput(f"neither XML nor JSON: {fault}") from fault
    if "jsonfeed.org/version" not in feed.version:
        raise InvalidInput(f"JSON, but no JSON Feed: version is {feed.version[:80]!r}")
    writers = _names(feed.authors, feed.author)
    return FeedParts(
        title=feed.title,
        link=feed.home_page_url,
        language=feed.language,
        hub=next((hub.url for hub in feed.hubs if (hub.type or "").lower() == "websub"), None),
        topic=feed.feed_url,
        entries=tuple(_entry(item, writers) for item in feed.items),
    )


def _entry(payload: Any, writers: tuple[str, ...]) -> EntryParts:
    try:
        item = _Item.model_validate(payload)
    except ValidationError:
        return EntryParts(id=str(payload.get("id") or "") or None if isinstance(payload, dict) else None)
    html, text = item.content_html, item.content_text
    return EntryParts(
        id=item.id,
        link=item.url or item.external_url,
        title=item.title,
        summary=Words(item.summary, html=False) if item.summary else None,
        content=Words(html, html=True) if html else Words(text, html=False) if text else None,
        published=item.date_published,
        updated=item.date_modified,
        authors=_names(item.authors, item.author) or writers,
        categories=tuple(item.tags),
        language=item.language,
    )


def _names(several: list[_Author], single: _Author | None) -> tuple[str, ...]:
    return tuple(author.name for author in (several or ([single] if single else [])) if author.name)
