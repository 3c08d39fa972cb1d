"""``news.article.raw.v1``: an article as a feed pushed it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from factwire.events.fields import ArticleId, Country, Event, Extra, Moment, local_day

MAX_CHARACTERS: Final = 300_000
"""Fifty thousand words: more is a book, and would hold up every article behind it."""


class Source(Event):
    """The outlet that published the article."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """Stable id of the outlet, usually its domain."""
    name: str | None = None
    country: Country | None = None
    """ISO 3166-1 alpha-2; decides what a bare "$" means."""


class Subject(Event):
    """An IPTC media topic as sent."""

    uri: str
    name: str | None = None


class Rights(Event):
    holder: str | None = None
    usage_terms: str | None = None


class ArticleMetadata(Event):
    """What raw and enriched articles have in common."""

    article_id: ArticleId
    """The producer's stable id; also the record's key."""
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)] = 1
    """A higher one replaces a lower one."""
    status: Literal["usable", "withdrawn"] = "usable"
    source: Source | None = None
    provider: str | None = None
    """Who wrote it when syndicated (AFP)."""
    url: str | None = None
    canonical_url: str | None = None
    title: str | None = None
    summary: str | None = None
    language: str | None = None
    """BCP 47; null: detected."""
    published_at: Moment | None = None
    """Null: relative dates stay unresolved, and say so."""
    published_on: date | None = None
    """The day at the outlet, where that is another than in UTC: "today" in the text is counted from it. Taken from the
    zone of ``published_at`` where it is not given."""
    updated_at: Moment | None = None
    published_precision: Literal["second", "minute", "day", "none"] | None = None
    published_from: Literal["event", "feed", "jsonld", "meta", "text"] | None = None
    received_at: Moment | None = None
    """When it reached us; never passed off as published."""
    embargoed_until: Moment | None = None
    """Read API, console, feeds and webhooks hide the article until then."""
    byline: str | None = None
    dateline: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    rights: Rights | None = None
    extra: Extra = Field(default_factory=dict)
    """Carried through untouched."""


class RawArticle(ArticleMetadata):
    """One article as pushed. ``body`` or ``title`` must hold text unless the article is withdrawn."""

    body: str | None = None
    body_format: Literal["text", "html"] = "text"

    @model_validator(mode="before")
    @classmethod
    def keeps_the_local_day(cls, content: Any) -> Any:
        """Moments are turned to UTC; the day that its readers had is kept beside it."""
        if not isinstance(content, dict) or content.get("published_on") is not None:
            return content
        day = local_day(content.get("published_at"))
        return content if day is None else {**content, "published_on": day}

    @property
    def characters(self) -> int:
        """Code points of title, summary and body together; an article with more than the most is not enriched."""
        return sum(len(part or "") for part in (self.title, self.summary, self.body))

    @model_validator(mode="after")
    def holds_text(self) -> Self:
        if self.status == "usable" and not ((self.body or "").strip() or (self.title or "").strip()):
            raise ValueError("body or title must hold text")
        return self
