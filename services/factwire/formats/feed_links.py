"""Feeds that a page names in its head, for people who give us the page's address."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html

_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)


def find_feeds(page: bytes, url: str) -> list[str]:
    """Addresses of ``<link rel="alternate">`` with a feed's type, in the order of the page."""
    try:
        root = lxml_html.fromstring(page)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    links = (link for link in root.iter("link") if "alternate" in (link.get("rel") or "").lower().split())
    return [urljoin(url, link.get("href")) for link in links if link.get("type") in _TYPES and link.get("href")]
