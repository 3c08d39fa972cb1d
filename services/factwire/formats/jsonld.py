"""schema.org's NewsArticle as JSON-LD: alone, in a list or in a ``@graph``, with the looseness that is in use.

A name may be a string or an object, one thing or a list of it, a type one of several. There is no general JSON-LD here:
contexts are not fetched, and terms are read by the names that schema.org gives them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.dates import date_fields, written_date, zone_note
from factwire.formats.fragment import fragment_text, holds_markup
from factwire.formats.identity import derive_id, named_id
from factwire.formats.payload import article, decode_json

Node = Mapping[str, Any]
ARTICLE_TYPES: Final = frozenset({
    "NewsArticle", "Article", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle",
    "AskPublicNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle", "AdvertiserContentArticle", "BlogPosting",
    "LiveBlogPosting", "Report", "SatiricalArticle", "TechArticle", "ScholarlyArticle", "SocialMediaPosting",
})  # fmt: skip
_INSIDE: Final = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item")
_MOST_NODES: Final = 10_000


def read_jsonld(content: bytes) -> RawArticle:
    """The first article in a document. Raises :class:`InvalidInput` with a JSON pointer to what is wrong."""
    payload = decode_json(content)
    for place, node in article_nodes(payload):
        return read_node(node, place)
    raise InvalidInput("no NewsArticle in it: an object whose @type is NewsArticle or Article is expected")


def article_nodes(payload: Any) -> Iterator[tuple[str, Node]]:
    """Every article in a decoded document, in its order, with the JSON pointer to it."""
    waiting: list[tuple[str, Any]] = [("", payload)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        place, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(f"{place}/{number}", one) for number, one in reversed(list(enumerate(value)))]
        elif isinstance(value, Mapping):
            if is_article(value):
                yield place, value
            waiting += [(f"{place}/{name}", value[name]) for name in reversed(_INSIDE) if name in value]


def is_article(node: Node) -> bool:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name.rpartition("/")[2].rpartition(":")[2] in ARTICLE_TYPES for name in names)


def read_node(node: Node, place: str = "") -> RawArticle:
    """One article; ``place`` is put before the pointers of its faults."""
    published = written_date(_word(node, "datePublished", place), f"{place}/datePublished")
    updated = written_date(_word(node, "dateModified", place), f"{place}/dateModified")
    body = _word(node, "articleBody", place) or _word(node, "text", place)
    title = words_of(_word(node, "headline", place) or _word(node, "name", place))
    if not (title or (body or "").strip()):
        raise InvalidInput("neither headline nor articleBody holds text", field=f"{place}/articleBody")
    said = {
        "url": _address(node, "url", "@id"),
        "canonical_url": _address(node, "mainEntityOfPage"),
        "title": title,
        "summary": words_of(_word(node, "description", place)),
        "body": body,
        "body_format": "html" if body and "</" in body and holds_markup(body) else "text",
        **date_fields(published, updated, "jsonld"),
        "source": _source(node),
        "authors": names_of(node.get("author")),
        "byline": ", ".join(names_of(node.get("author"))) or None,
        "dateline": next(iter(names_of(node.get("dateline") or node.get("locationCreated"))), None),
        "language": language_of(node),
        "categories": names_of(node.get("articleSection")),
        "keywords": keywords_of(node),
        "subjects": [{"uri": one, "name": name} for one, name in _subjects(node)],
        "rights": _rights(node),
        "extra": {"jsonld": note} if (note := zone_note(published, updated)) else {},
    }
    return article({"article_id": _id(node, said), **said})


def names_of(value: Any) -> list[str]:
    """Names as strings, objects or a list of either; addresses are no names. Each once."""
    found = (_name(one) for one in (value if isinstance(value, list) else [value]))
    return list(dict.fromkeys(name for name in found if name and not name.startswith(("http://", "https://"))))


def keywords_of(node: Node) -> list[str]:
    """A list, or one string with commas."""
    value = node.get("keywords")
    parts = value.split(",") if isinstance(value, str) else names_of(value)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def language_of(node: Node) -> str | None:
    value = node.get("inLanguage")
    if isinstance(value, Mapping):
        value = value.get("alternateName") or value.get("name")
    return value.strip().replace("_", "-") or None if isinstance(value, str) else None


def words_of(written: str | None) -> str | None:
    """Entities and tags as the words they stand for."""
    return (fragment_text(written) or None) if written else None


def _word(node: Node, name: str, place: str) -> str | None:
    """A string, or the first of a list of them. Raises :class:`InvalidInput` for anything else."""
    value = node.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("@value")
    if value is None or isinstance(value, str):
        return value
    raise InvalidInput(f"expected a string, found {type(value).__name__}", field=f"{place}/{name}")


def _name(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("@value")
        value = value[0] if isinstance(value, list) and value else value
    return fragment_text(value).strip() or None if isinstance(value, str) else None


def _address(node: Node, *names: str) -> str | None:
    for name in names:
        value = node.get(name)
        value = value.get("@id") or value.get("url") if isinstance(value, Mapping) else value
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            return value
    return None


def _id(node: Node, said: Mapping[str, Any]) -> str:
    """Of its address; an identifier is often a number that other outlets have too, so it comes second."""
    derived = derive_id(said)
    if derived.startswith("url:"):
        return derived
    identifier = node.get("@id") or node.get("identifier")
    if isinstance(identifier, Mapping):
        identifier = identifier.get("value")
    return named_id(identifier) if isinstance(identifier, str) and identifier.strip() else derived


def _source(node: Node) -> dict[str, Any] | None:
    publisher = node.get("publisher") or node.get("sourceOrganization")
    name = next(iter(names_of(publisher)), None)
    if name is None:
        return None
    place = _address({"publisher": publisher[0] if isinstance(publisher, list) else publisher}, "publisher")
    return {"id": (place or name)[:200], "name": name}


def _subjects(node: Node) -> Iterator[tuple[str, str | None]]:
    about = node.get("about")
    for one in about if isinstance(about, list) else [about]:
        if isinstance(one, Mapping) and (uri := _address({"about": one}, "about")):
            yield uri, _name(one)


def _rights(node: Node) -> dict[str, Any] | None:
    holder = next(iter(names_of(node.get("copyrightHolder") or node.get("copyrightNotice"))), None)
    terms = node.get("usageInfo") or node.get("license")
    if not holder and not isinstance(terms, str):
        return None
    return {"holder": holder, "usage_terms": terms if isinstance(terms, str) else None}
