"""Pages as they are on the web, read into text, title, date, authors and language by a well-kept extractor.

The extractor keeps no memory between pages (``deduplicate=False``): the same bytes give the same text, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.charset import decode_page
from factwire.formats.fragment import fragment_text, is_fragment
from factwire.formats.json import read_payload

_LARGEST: Final = 8_000_000
"""Characters; a larger page is no article."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says; ``published`` is a day at midnight UTC, because pages rarely give more that can be trusted."""

    text: str
    title: str | None
    published: datetime | None
    authors: tuple[str, ...]
    language: str | None
    canonical_url: str | None


def read_page(html: str, url: str | None = None) -> Page:
    """Raises :class:`InvalidInput` for a page without main text."""
    if len(html) > _LARGEST:
        raise InvalidInput(f"a page of {len(html)} characters is no article", field="/body")
    if is_fragment(html):
        return _piece(html)
    found = _extract(html, url)
    text = (found.get("text") or "").strip()
    if not text:
        raise InvalidInput("no main text was found in the page", field="/body")
    return Page(
        text=text,
        title=found.get("title") or None,
        published=_day(found.get("date")),
        authors=tuple(name.strip() for name in (found.get("author") or "").split(";") if name.strip()),
        language=found.get("language") or None,
        canonical_url=found.get("url") or None,
    )


def _piece(html: str) -> Page:
    """What a feed calls content: all of it is text, and an extractor would lose what is short."""
    text = fragment_text(html)
    if not text:
        raise InvalidInput("there is no text in the HTML", field="/body")
    return Page(text, title=None, published=None, authors=(), language=None, canonical_url=None)


def _extract(html: str, url: str | None) -> dict[str, Any]:
    from trafilatura import bare_extraction  # half a second to import: paid by those who send pages

    document: Any = bare_extraction(
        html, url=url, with_metadata=True, deduplicate=False, include_comments=False, include_tables=False
    )
    return document.as_dict() if document is not None else {}


def _day(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC) if written else None
    except ValueError:
        return None


def read_html(content: bytes, charset: str | None = None) -> RawArticle:
    """A page as a raw article: decoded, and otherwise as it came; its text is taken out when it is enriched."""
    html = decode_page(content, charset)
    return read_payload({"body": html, "body_format": "html"})
