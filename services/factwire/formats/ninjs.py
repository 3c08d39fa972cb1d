"""ninjs, IPTC's news in JSON, versions 1.x to 3.x (https://iptc.org/standards/ninjs/).

1.x is flat and in lower case (``body_text``, ``person``), 2.x has lists (``bodies``), 3.x writes them in camelCase. All
are folded into one spelling, so that there is one reader; faults point into the document as it was spelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.dates import date_fields, moment_of, written_date, zone_note
from factwire.formats.fragment import fragment_text, holds_markup
from factwire.formats.identity import named_id
from factwire.formats.payload import article, decode_object, validated

UNTIL_FURTHER_NOTICE: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""The embargo of what is withheld without a date: a later version releases it."""
_LARGEST_REVISION: Final = 2**31 - 1
_WORDED: Final = {"headline": "headlines", "body": "bodies", "description": "descriptions"}
_RENAMED: Final = {
    "person": "people", "organisation": "organisations", "place": "places", "subject": "subjects", "genre": "genres",
    "infosource": "infosources", "byline": "by", "embargoed": "embargoeduntil",
}  # fmt: skip
"""Names of 1.x (and 2.x), and what 3.x calls them."""
_MAPPED: Final = frozenset({
    "uri", "version", "versioncreated", "firstcreated", "contentcreated", "embargoeduntil", "pubstatus", "language",
    "headlines", "bodies", "descriptions", "title", "by", "located", "subjects", "infosources", "renditions",
    "keywords", "copyrightholder", "usageterms", "associations",
})  # fmt: skip
_ORIGINATORS: Final = frozenset({"originator", "author", "creator", "provider", "newsprovider", "agency"})


def _as_list(value: Any) -> Any:
    """1.x writes one thing as an object or a string where later versions have a list."""
    if value is None:
        return []
    return [value] if isinstance(value, (dict, str)) else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Words(_Part):
    role: str | None = None
    contenttype: str | None = None
    value: str | None = None

    @property
    def html(self) -> bool:
        kind = (self.contenttype or "").lower()
        if "plain" in kind or kind.endswith("_text"):
            return False
        return bool(kind and any(name in kind for name in ("html", "nitf", "xml"))) or holds_tags(self.value or "")


class _Named(_Part):
    name: str | None = None
    rel: str | None = None
    role: str | None = None
    uri: str | None = None
    scheme: str | None = None
    code: str | None = None
    literal: str | None = None

    @property
    def identifier(self) -> str | None:
        """A URI, or what 1.x has instead: a scheme and a code in it."""
        if self.uri or not self.code:
            return self.uri or self.literal
        return f"{self.scheme.rstrip('/')}/{self.code}" if self.scheme else self.code


class _Rendition(_Part):
    href: str | None = None
    contenttype: str | None = None
    mimetype: str | None = None


class _Document(_Part):
    uri: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    pubstatus: Literal["usable", "withheld", "canceled"] = "usable"
    version: str | int | None = None
    versioncreated: str | None = None
    firstcreated: str | None = None
    contentcreated: str | None = None
    embargoeduntil: str | None = None
    language: str | None = None
    title: str | None = None
    by: str | None = None
    located: str | None = None
    copyrightholder: str | None = None
    copyrightnotice: str | None = None
    usageterms: str | None = None
    headlines: list[_Words] = []
    descriptions: list[_Words] = []
    bodies: list[_Words] = []
    people: Annotated[list[_Named], BeforeValidator(_as_list)] = []
    subjects: Annotated[list[_Named], BeforeValidator(_as_list)] = []
    genres: Annotated[list[_Named], BeforeValidator(_as_list)] = []
    infosources: Annotated[list[_Named], BeforeValidator(_as_list)] = []
    keywords: Annotated[list[str], BeforeValidator(_as_list)] = []
    renditions: list[_Rendition] = []


def read_ninjs(content: bytes) -> RawArticle:
    """One ninjs document. Raises :class:`InvalidInput` with a JSON pointer into it, in its own spelling."""
    return read_ninjs_payload(decode_object(content))


def read_ninjs_payload(payload: Mapping[str, Any]) -> RawArticle:
    """The same for a document that is decoded already."""
    document = validated(_Document, _fold(payload), payload)
    dates, assumed = _dates(document, payload)
    return article(
        {
            "article_id": named_id(document.uri),
            "revision": _revision(document, payload),
            "status": "withdrawn" if document.pubstatus == "canceled" else "usable",
            "language": document.language,
            "url": _address(document.renditions),
            **_said(document, payload),
            **dates,
            **_people(document),
            **_topics(document),
            "rights": _rights(document),
            "extra": {"ninjs": {**_carried(payload), **assumed}},
        }
    )


def _fold(payload: Mapping[str, Any]) -> dict[str, Any]:
    """In lower case, with the names of 3.x; ``body_text`` and its like become entries of the list of bodies."""
    folded: dict[str, Any] = {}
    for name, value in payload.items():
        stem, _, ending = name.lower().partition("_")
        if stem in _WORDED and isinstance(value, str):
            folded.setdefault(_WORDED[stem], []).append({"contenttype": ending and f"{stem}_{ending}", "value": value})
        else:
            folded[_RENAMED.get(name.lower(), name.lower())] = _lowered(value)
    if isinstance(folded.get("renditions"), dict):  # 1.x: an object by name
        folded["renditions"] = list(folded["renditions"].values())
    return folded


def _lowered(value: Any) -> Any:
    """The names of the entries of a list; nothing that is read lies deeper."""
    if isinstance(value, Mapping):
        return {name.lower(): _lowered(part) if isinstance(part, Mapping) else part for name, part in value.items()}
    return [_lowered(one) if isinstance(one, Mapping) else one for one in value] if isinstance(value, list) else value


def _said(document: _Document, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The words. Raises :class:`InvalidInput` where an article that is not withdrawn has none."""
    body = _preferred(document.bodies)
    title = _text(_preferred(document.headlines)) or _plain(document.title)
    if document.pubstatus != "canceled" and not (title or body):
        raise InvalidInput("neither a headline nor a body holds text", field="/" + _spelling(payload, "bodies"))
    return {
        "title": title,
        "summary": _text(_preferred(document.descriptions)),
        "body": body.value if body else None,
        "body_format": "html" if body and body.html else "text",
        "dateline": document.located,
    }


def _people(document: _Document) -> dict[str, Any]:
    return {
        "source": _source(document),
        "provider": _provider(document),
        "byline": document.by,
        "authors": [p.name for p in document.people if p.name and (p.rel or p.role or "").lower() == "author"],
    }


def _topics(document: _Document) -> dict[str, Any]:
    """A subject without an identifier is no more than a keyword."""
    return {
        "categories": [genre.name for genre in document.genres if genre.name],
        "keywords": [*document.keywords, *(s.name for s in document.subjects if s.name and not s.identifier)],
        "subjects": [{"uri": s.identifier, "name": s.name} for s in document.subjects if s.identifier],
    }


def _dates(document: _Document, payload: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields that say when, and what was assumed for them. A version's own date stands in for the first one."""
    names = ("firstcreated", "contentcreated", "versioncreated", "embargoeduntil")
    first, content, version, until = (
        written_date(getattr(document, name), "/" + _spelling(payload, name)) for name in names
    )
    embargo = moment_of(until) or (UNTIL_FURTHER_NOTICE if document.pubstatus == "withheld" else None)
    dates = {**date_fields(first or content or version, version, "event"), "embargoed_until": embargo}
    return dates, zone_note(first, content, version, until)


def _preferred(words: Iterable[_Words]) -> _Words | None:
    """Plain before marked-up, the main one before others, the longest of equals."""
    filled = [one for one in words if (one.value or "").strip()]
    return max(
        filled, key=lambda one: (not one.html, (one.role or "").lower() == "main", len(one.value or "")), default=None
    )


def _text(words: _Words | None) -> str | None:
    return None if words is None else (fragment_text(words.value or "") if words.html else words.value)


def _plain(written: str | None) -> str | None:
    return written.strip() or None if written else None


def holds_tags(text: str) -> bool:
    """Whether words of no said type are markup: ``&`` alone is none, a closing tag is."""
    return "</" in text and holds_markup(text)


def _revision(document: _Document, payload: Mapping[str, Any]) -> int:
    """A whole number is the revision; versions that are names or dates leave it at 1, where the later one wins."""
    written = str(document.version or "").strip()
    if not (written.isascii() and written.isdecimal()):
        return 1
    if len(written) > 10 or int(written) > _LARGEST_REVISION:
        raise InvalidInput(f"is larger than {_LARGEST_REVISION}", field="/" + _spelling(payload, "version"))
    return max(1, int(written))


def _source(document: _Document) -> dict[str, Any] | None:
    """The first source named, else whoever holds the copyright."""
    named = next((source for source in document.infosources if source.name or source.identifier), None)
    name = named.name or named.identifier if named else document.copyrightholder
    if not name:
        return None
    return {"id": ((named.identifier if named else None) or name)[:200], "name": name}


def _provider(document: _Document) -> str | None:
    """An originator named beside the source."""
    others = document.infosources[1:]
    return next((source.name for source in others if (source.role or source.rel or "").lower() in _ORIGINATORS), None)


def _address(renditions: Iterable[_Rendition]) -> str | None:
    """Where the article can be read, if one of its renditions is a page."""
    pages = (one.href for one in renditions if "html" in (one.contenttype or one.mimetype or ""))
    return next((href for href in pages if href), None)


def _rights(document: _Document) -> dict[str, Any] | None:
    holder = document.copyrightholder or document.copyrightnotice
    if not holder and not document.usageterms:
        return None
    return {"holder": holder, "usage_terms": document.usageterms}


def _carried(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What has no place of its own, as it was sent."""
    return {name: value for name, value in payload.items() if not set(_aliases(name)) & _MAPPED}


def _aliases(name: str) -> Iterator[str]:
    folded = name.lower()
    stem = folded.partition("_")[0]
    yield _WORDED.get(stem, _RENAMED.get(folded, folded))


def _spelling(payload: Mapping[str, Any], folded: str) -> str:
    """How the document writes a name, or else how 3.x would."""
    return next((name for name in payload if folded in _aliases(name)), folded)
