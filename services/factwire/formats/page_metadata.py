"""What a page says of itself: in JSON-LD, in its head, in its first heading. Read from the tree, each place by name.

The extractor's own reading (trafilatura, htmldate) comes after what a page states outright: measured on real pages, it
takes a related article's date for the page's where the page says better (docs/ingest.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from factwire.formats.feed_dates import FeedDate, read_date
from factwire.formats.jsonld import article_nodes, language_of, names_of, words_of
from factwire.formats.page_title import Voice, choose_title

Origin = Literal["jsonld", "meta", "text"]
_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article.published",
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "pubdate",
    "publishdate", "publish-date", "publish_date", "publication_date", "published", "parsely-pub-date",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "content:publishdate", "date.created", "sailthru.date",
    "article_date_original", "displaydate", "article.created", "date",
)  # fmt: skip
"""Names of ``<meta>`` in the order in which they are believed."""
_UPDATED: Final = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod")
_TITLES: Final = ("headline", "title", "dc.title", "sailthru.title", "parsely-title")
_SITES: Final = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher", "cre", "publisher")
_AUTHORS: Final = (
    "article:author",
    "cxenseparse:author",
    "dc.creator",
    "og:author",
    "author",
    "byl",
    "sailthru.author",
)
_COMMENT: Final = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://\s{0,9})?\]\]>)[\s;]*\Z")
_MOST_LD: Final = 500_000
"""Characters of one JSON-LD script; a longer one is data of another kind."""


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """``published_from`` says which of its places the date is from."""

    title: str | None = None
    published: FeedDate | None = None
    published_from: Origin | None = None
    updated: FeedDate | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None


def read_metadata(tree: Any, url: str | None) -> PageMetadata:
    """Of a parsed page. Nothing raises: a broken statement is none."""
    meta, node = _meta(tree), _own_node(tree)
    published, origin = _published(node, meta)
    return PageMetadata(
        title=choose_title(_voices(tree, node, meta), _sites(tree, node, meta, url)),
        published=published,
        published_from=origin,
        updated=_date(node.get("dateModified")) or _first_date(meta, _UPDATED),
        authors=tuple(_authors(node, meta)),
        language=language_of(node) or _language(tree),
    )


# -- dates


def _published(node: Mapping[str, Any], meta: Mapping[str, list[str]]) -> tuple[FeedDate | None, Origin | None]:
    if stated := _date(node.get("datePublished")):
        return stated, "jsonld"
    found = _first_date(meta, _PUBLISHED)
    return found, "meta" if found else None


def _first_date(meta: Mapping[str, list[str]], names: tuple[str, ...]) -> FeedDate | None:
    dates = (_date(value) for name in names for value in meta.get(name, ()))
    return next((date for date in dates if date), None)


def _date(written: Any) -> FeedDate | None:
    written = written[0] if isinstance(written, list) and written else written
    return read_date(written) if isinstance(written, str) else None


def stated_dates(tree: Any) -> list[Any]:
    """The elements in which a page states its dates outright, readable or not."""
    return [element for element in tree.iter("meta") if _name(element) in {*_PUBLISHED, *_UPDATED}]


# -- titles


def _voices(tree: Any, node: Mapping[str, Any], meta: Mapping[str, list[str]]) -> Iterator[Voice]:
    """A place that repeats another one word for word, as Twitter's does Open Graph's, has no voice of its own."""
    headline = node.get("headline") or node.get("name")
    if isinstance(headline, str) and (words := words_of(headline)):
        yield Voice("headline", words)
    yield from (Voice("h1", words) for words in _headings(tree))
    shared = [meta[name][-1] for name in ("og:title", "twitter:title", "twitter:text:title", *_TITLES) if name in meta]
    yield from (Voice("meta", words) for words in dict.fromkeys(shared))
    if (title := tree.find(".//head/title")) is not None or (title := tree.find(".//title")) is not None:
        yield Voice("title", title.text_content())


def _headings(tree: Any) -> list[str]:
    """First-level headings; of many only the first, because a page has one headline."""
    found = [words for heading in tree.iter("h1") if (words := _words(heading)).strip()]
    return found[:2]


def _words(heading: Any) -> str:
    """Without the readings that stand over Japanese words."""
    return "".join(heading.xpath(".//text()[not(parent::rt or parent::rp)]"))


def _sites(tree: Any, node: Mapping[str, Any], meta: Mapping[str, list[str]], url: str | None) -> Iterator[str]:
    yield from (value for name in _SITES for value in meta.get(name, ()))
    yield from names_of(node.get("publisher"))
    for address in (url, *(link.get("href") for link in tree.iter("link") if link.get("rel") == "canonical")):
        host = (address or "").partition("//")[2].partition("/")[0].removeprefix("www.")
        yield host
        yield host.partition(".")[0]


# -- people and language


def _authors(node: Mapping[str, Any], meta: Mapping[str, list[str]]) -> list[str]:
    if named := names_of(node.get("author")):
        return named
    stated = ([v for v in meta.get(name, ()) if v and "://" not in v and not v.startswith("@")] for name in _AUTHORS)
    return next((list(dict.fromkeys(values)) for values in stated if values), [])


def _language(tree: Any) -> str | None:
    value = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()
    return value.replace("_", "-") if re.fullmatch(r"[A-Za-z]{2,3}(?:[-_]\w{2,8}){0,3}", value) else None


# -- the places


def _meta(tree: Any) -> dict[str, list[str]]:
    """Contents of ``<meta>`` by name, property or itemprop, in lower case and in order; empty ones are none."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        if content := (element.get("content") or "").strip():
            found.setdefault(_name(element), []).append(content)
    for element in tree.xpath("//*[@itemprop='datePublished' or @pubdate]")[:5]:
        if stated := (element.get("datetime") or element.get("content") or "").strip():
            found.setdefault("datepublished", []).append(stated)
    return found


def _name(meta: Any) -> str:
    name: str = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
    return name.strip().lower()


def _own_node(tree: Any) -> Mapping[str, Any]:
    """The first article in the page's JSON-LD that no list of other articles holds; empty where there is none."""
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            for place, node in article_nodes(_json(script.text or "")):
                if "/itemListElement" not in place:
                    return node
    return {}


def _json(text: str) -> Any:
    if len(text) > _MOST_LD:
        return None
    try:
        return json.loads(_COMMENT.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return None
