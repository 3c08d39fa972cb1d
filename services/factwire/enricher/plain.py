"""A raw article as plain text: a page's words, and what the page says of itself where the feed said nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from factwire.events.raw_article import RawArticle
from factwire.formats.dates import ZONE_ASSUMED

_LEEWAY: Final = timedelta(days=1)
"""Clocks are wrong, and a zone that was assumed may be half a day off."""
_DETECTABLE: Final = 400
"""Characters from which the text tells its language better than the page does: many templates say English to all."""


def to_plain_text(raw: RawArticle) -> RawArticle:
    """Raises :class:`factwire.errors.InvalidInput` for a page without text."""
    if raw.body_format == "text" or not raw.body:
        return raw
    from factwire.formats.html import read_page

    page = read_page(raw.body, raw.url, until=raw.received_at)
    found: dict[str, Any] = {"body": page.text, "body_format": "text"}
    if raw.published_at is None and page.published is not None:
        found |= {
            "published_at": page.published,
            "published_precision": page.published_precision,
            "published_from": page.published_from,
        }
        if page.zone_assumed:
            found["extra"] = {**raw.extra, "html": {ZONE_ASSUMED: "UTC"}}
    if raw.language is None and len(page.text) < _DETECTABLE:
        found["language"] = page.language
    for field, said in (
        ("title", page.title),
        ("canonical_url", page.canonical_url),
        ("authors", page.authors),
        ("updated_at", page.updated),
    ):
        found[field] = getattr(raw, field) or said
    return raw.model_copy(update=found)


def date_warnings(raw: RawArticle) -> Iterator[str]:
    """What a reader must know of the date before relying on it."""
    if any(isinstance(part, dict) and part.get(ZONE_ASSUMED) for part in raw.extra.values()):
        yield "published_at was given without a time zone, read as UTC"
    if raw.published_at and raw.received_at and raw.published_at > raw.received_at + _LEEWAY:
        yield "published_at lies after received_at"
