"""Pages as they are on the web, read into text, title, date, authors and language by a well-kept extractor.

The extractor keeps no memory between pages (``deduplicate=False``): the same bytes give the same text, in any order.
Its time grows with the number of elements, so pages of too many are refused before it sees them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.charset import decode_page
from factwire.formats.feed_dates import Precision
from factwire.formats.fragment import fragment_text, is_fragment
from factwire.formats.identity import page_address
from factwire.formats.json import read_payload

_LARGEST: Final = 8_000_000
"""Characters; a larger page is no article."""
_MOST_ELEMENTS: Final = 50_000
"""The extractor takes up to a tenth of a millisecond for each; a long article's page has some thousands."""
_SHORT: Final = 300
"""Characters under which the extractor's strict reading is doubted, and its lenient one taken if that finds more."""

_COMMENTS: Final = (
    "//body//*[starts-with(@id, 'comment') or starts-with(@class, 'comment') or contains(@class, 'forum')]"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. ``published`` is in UTC; ``zone_assumed``: it named no time zone."""

    text: str
    title: str | None = None
    published: datetime | None = None
    published_precision: Precision | None = None
    published_from: Literal["jsonld", "meta", "text"] | None = None
    zone_assumed: bool = False
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    canonical_url: str | None = None


def read_html(content: bytes, charset: str | None = None) -> RawArticle:
    """A page as a raw article: decoded, and otherwise as it came; its text is taken out when it is enriched.

    ``charset``: what the Content-Type said that it came with.
    """
    return read_payload({"body": decode_page(content, charset), "body_format": "html"})


def read_page(html: str, url: str | None = None, *, until: datetime | None = None) -> Page:
    """``until``: when the page was received, after which it cannot have been published.

    Raises :class:`InvalidInput` for a page without main text.
    """
    if len(html) > _LARGEST:
        raise InvalidInput(f"a page of {len(html)} characters is no article", field="/body")
    if is_fragment(html):
        return _piece(html)
    tree = _parse(html)
    text = _main_text(html)
    if not text:
        raise InvalidInput("no main text was found in the page", field="/body")
    return _page(text, tree, html, url, until)


def _piece(html: str) -> Page:
    """What a feed calls content: all of it is text, and an extractor would lose what is short."""
    text = fragment_text(html)
    if not text:
        raise InvalidInput("there is no text in the HTML", field="/body")
    return Page(text)


def _page(text: str, tree: Any, html: str, url: str | None, until: datetime | None) -> Page:
    from factwire.formats.page_metadata import read_metadata

    said = read_metadata(tree, url)
    latest = until + timedelta(days=1) if until else None
    stated = said.published if said.published and (latest is None or said.published.moment <= latest) else None
    found = None if stated else _date_in_text(tree, url, latest)
    return Page(
        text=text,
        title=said.title,
        published=stated.moment if stated else found,
        published_precision=stated.precision if stated else "day" if found else None,
        published_from=said.published_from if stated else "text" if found else None,
        zone_assumed=bool(stated and stated.zone_assumed),
        updated=said.updated.moment if said.updated else None,
        authors=said.authors or _signed(tree),
        language=said.language,
        canonical_url=page_address(html),
    )


def _parse(html: str) -> Any:
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as fault:
        raise InvalidInput("no main text was found in the page", field="/body") from fault
    count = sum(1 for _ in tree.iter())
    if count > _MOST_ELEMENTS:
        raise InvalidInput(f"a page of {count} elements is no article", field="/body")
    return tree


def _main_text(html: str) -> str:
    """Paragraphs apart by a blank line. A strict reading keeps neighbours out; of a short page it keeps too little."""
    strict = _extract(html, strict=True)
    found = strict if len(strict) >= _SHORT else max(_extract(html, strict=False), strict, key=len)
    return "\n\n".join(line for line in found.splitlines() if line.strip())


def _extract(html: str, *, strict: bool) -> str:
    from trafilatura import bare_extraction  # half a second to import: paid by those who send pages

    document: Any = bare_extraction(
        html,
        with_metadata=False,
        deduplicate=False,
        include_comments=False,
        include_tables=False,
        favor_precision=strict,
    )
    return (document.text or "").strip() if document is not None else ""


def _date_in_text(tree: Any, url: str | None, latest: datetime | None) -> datetime | None:
    """A day that the page shows or its address holds, by the extractor's sister library. It does not see what was
    judged already, where it would guess the month of 05/06/07, nor readers' comments, which have days of their own.
    """
    from htmldate import find_date

    from factwire.formats.page_metadata import stated_dates

    for part in (*stated_dates(tree), *tree.xpath(_COMMENTS)):
        if part.getparent() is not None and part.find(".//h1") is None:
            part.drop_tree()
    written = find_date(tree, url=url, original_date=True, max_date=latest)
    try:
        return datetime.combine(date.fromisoformat(written), datetime.min.time(), UTC) if written else None
    except ValueError:
        return None


def _signed(tree: Any) -> tuple[str, ...]:
    """Who signs the page, where it does not say so outright."""
    from trafilatura.metadata import extract_author

    found = extract_author(tree)
    return tuple(name.strip() for name in (found or "").split(";") if name.strip())
