"""RSS, RDF and Atom, by well-kept libraries: the fast one first, the forgiving one where that finds nothing.

Before either sees a byte the document type is cut out. With it go entity bombs and external entities, which are
refused by name; what entities remain are those of XML and HTML. Dates are taken from the document as they stand,
because both libraries complete a broken one from today's.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from lxml import etree

from factwire.errors import InvalidInput
from factwire.formats.charset import decode_page
from factwire.formats.feed_parts import EntryParts, FeedParts, PollHints, Words

_ENTRIES: Final = frozenset({"item", "entry"})
_ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel"})
_PUBLISHED: Final = ("pubdate", "published", "issued", "date", "created", "available")
_UPDATED: Final = ("updated", "modified", "lastmod")
_PERIODS: Final = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE\b", re.IGNORECASE)
_ENTITY: Final = re.compile(
    rb"""<!ENTITY\s+(%\s+)?([^\s"']+)\s+(?:(SYSTEM|PUBLIC)\b(?!\s+["']-//W3C//)|"([^"]*)"|'([^']*)')"""
)
"""External: unless it is a table of characters of the W3C, which old feeds name and nobody needs to read."""
_REFERENCE: Final = re.compile(rb"[&%](?!#)[^\s;&]{1,100};")
_LONGEST_ENTITY: Final = 1000
_NUMBERED: Final = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,12})|([0-9]{1,12}));")
_WIDE: Final = (
    (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xfe\xff", "utf-16"), (b"\xff\xfe", "utf-16"),
    (b"\x00\x00\x00<", "utf-32-be"), (b"<\x00\x00\x00", "utf-32-le"), (b"\x00<", "utf-16-be"), (b"<\x00", "utf-16-le"),
)  # fmt: skip
_CHARSET: Final = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_BROKEN_DECLARATION: Final = re.compile(rb"<\?xml\?[^>]{0,200}>")
"""As one publishing system has been writing it for years."""
_UNQUOTED: Final = re.compile(rb"""(?<!\s)(\s+[\w:]+)=([^\s>"']+)""")
"""An attribute without quotes, after which no parser finds the elements; for looking at dates alone."""
_DECLARED: Final = re.compile(r"""^(\ufeff?\s*<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")


def parse_xml_feed(content: bytes) -> FeedParts:
    """Raises :class:`InvalidInput` for what is no feed, and for a document type that could harm."""
    content = _without_doctype(_BROKEN_DECLARATION.sub(b"", _narrow(content), count=1))
    content = _NUMBERED.sub(_character, content)
    survey = _Survey(_tree(content))
    if not survey.dates:
        survey = _Survey(_tree(_UNQUOTED.sub(rb'\1="\2"', content)))
    fast = _by_fast_parser(content, survey)
    if fast is not None and 0 < len(fast.entries) == len(survey.dates):
        return fast
    slow = _by_forgiving_parser(content, survey)
    if slow is not None and slow.entries:
        return slow
    found = fast or slow  # its entries have no dates: which date is whose is not known
    if found is None or not (found.entries or survey.root in _ROOTS):
        raise InvalidInput(_what_instead(content, survey.root))
    return found


# -- before any parser


def _narrow(content: bytes) -> bytes:
    """UTF-16 and UTF-32 as UTF-8, so that what follows sees the document type. Raises :class:`InvalidInput`."""
    for mark, encoding in _WIDE:
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError as fault:
                raise InvalidInput(f"begins as {encoding} and is none at byte {fault.start}") from fault
            return _undeclared(text)
    return _mended(content)


def _mended(content: bytes) -> bytes:
    """What says UTF-8 and is not, or UTF-16 and has no such bytes, under the charset it is really in."""
    declared = _CHARSET.match(content[:200])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name.startswith(("utf-16", "utf-32", "ucs", "iso-10646")):
        return _undeclared(decode_page(content))
    if name not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return content
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _undeclared(decode_page(content))
    return content


def _undeclared(text: str) -> bytes:
    return _DECLARED.sub(r"\1", text).lstrip("\ufeff").encode("utf-8", "replace")


def _without_doctype(content: bytes) -> bytes:
    """The document without its type. Raises :class:`InvalidInput` where that declares what may grow or reach out."""
    begin = _DOCTYPE.search(content)
    first = re.search(rb"<[a-zA-Z]", content)
    if begin is None or (first is not None and first.start() < begin.start()):
        return content
    end = _end_of_doctype(content, begin.end())
    _refuse_entities(content[begin.start() : end])
    return content[: begin.start()] + content[end:]


def _end_of_doctype(content: bytes, position: int) -> int:
    """Where it closes: brackets and quotes are minded, nothing is read twice."""
    bracket = quote = 0
    for found in re.finditer(rb"""["'\[\]>]""", content[position:]):
        sign = found[0][0]
        if quote:
            quote = 0 if sign == quote else quote
        elif sign in b"\"'":
            quote = sign
        elif sign == ord("["):
            bracket += 1
        elif sign == ord("]"):
            bracket -= 1
        elif bracket <= 0:
            return position + found.end()
    raise InvalidInput("the document type has no end")


def _refuse_entities(declared: bytes) -> None:
    for found in _ENTITY.finditer(declared):
        name = found[2].decode("utf-8", "replace")[:60]
        if found[3]:
            raise InvalidInput(f"declares the external entity '{name}': feeds may not have others read files for them")
        value = found[4] or found[5] or b""
        if found[1] or _REFERENCE.search(value) or len(value) > _LONGEST_ENTITY:
            raise InvalidInput(f"declares the entity '{name}', which grows when it is read: an entity bomb")


def _character(reference: re.Match[bytes]) -> bytes:
    """The reference as it stands, unless XML has no such character: a half of one spoils the text around it."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    known = code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    return reference[0] if known else "\ufffd".encode()


# -- what is read from the document itself


def _tree(content: bytes) -> Any:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


class _Survey:
    """What the libraries drop or change: dates as written, hubs, and when the publisher wants to be asked."""

    def __init__(self, root: Any) -> None:
        elements = [] if root is None else [one for one in root.iter() if isinstance(one.tag, str)]
        self.root = _local(elements[0]) if elements else ""
        items = [one for one in elements if _local(one) in _ENTRIES]
        self.dates = [(_first(one, _PUBLISHED), _first(one, _UPDATED)) for one in items]
        self._head = [one for one in elements if (parent := one.getparent()) is not None and _is_head(parent)]
        self.language = self._said("language") or next(
            (v for k, v in _attributes(elements[:2]) if k == _LANGUAGE), None
        )
        self.hints = PollHints(self._interval(), self._numbers("skiphours", "hour"), self._weekdays())

    def link(self, relation: str) -> str | None:
        links = (
            one for one in self._head if _local(one) == "link" and relation in (one.get("rel") or "").lower().split()
        )
        return next((one.get("href") for one in links if one.get("href")), None)

    def _said(self, name: str) -> str:
        return next((_text(one) for one in self._head if _local(one) == name), "")

    def _interval(self) -> timedelta | None:
        minutes = self._said("ttl")
        if minutes.isdecimal() and 0 < int(minutes[:9]) <= 60 * 24 * 365:
            return timedelta(minutes=int(minutes[:9]))
        hours = _PERIODS.get(self._said("updateperiod").lower())
        times = self._said("updatefrequency") or "1"
        return timedelta(hours=hours) / max(1, int(times[:4])) if hours and times.isdecimal() else None

    def _numbers(self, group: str, member: str) -> frozenset[int]:
        words = [
            _text(one) for parent in self._head if _local(parent) == group for one in parent if _local(one) == member
        ]
        return frozenset(int(word) % 24 for word in words if word.isdecimal() and len(word) <= 2)

    def _weekdays(self) -> frozenset[int]:
        words = [_text(one).lower() for parent in self._head if _local(parent) == "skipdays" for one in parent]
        return frozenset(_DAYS.index(word) for word in words if word in _DAYS)


def _attributes(elements: Iterable[Any]) -> Iterator[tuple[str, str]]:
    return ((name, value) for one in elements for name, value in one.attrib.items() if value)


def _is_head(element: Any) -> bool:
    return _local(element) in {"channel", "feed"}


def _local(element: Any) -> str:
    """Without its prefix, even one that was never declared."""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    return (element.text or "").strip()


def _first(item: Any, names: Iterable[str]) -> str | None:
    children = {_local(child): _text(child) for child in reversed(item) if _text(child)}
    return next((children[name] for name in names if name in children), None)


# -- the libraries


def _by_fast_parser(content: bytes, survey: _Survey) -> FeedParts | None:
    """None where it fails; without dates where its entries are not those of the document."""
    import fastfeedparser

    try:
        parsed = fastfeedparser.parse(content, include_media=False, include_enclosures=False)
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, ArithmeticError, etree.Error):
        return None
    known = len(parsed.entries) == len(survey.dates)
    dates = survey.dates if known else [(None, None)] * len(parsed.entries)
    entries = (_fast_entry(entry, *written) for entry, written in zip(parsed.entries, dates, strict=True))
    return _parts(parsed.feed, tuple(entries), survey)


def _fast_entry(entry: Mapping[str, Any], published: str | None, updated: str | None) -> EntryParts:
    content, summary = next(_contents(entry), None), entry.get("description")
    if content is not None and summary and content.value.strip() == summary.strip():
        content = None  # it repeats the description where there is no content
    return _entry(entry, Words(summary, html=True) if summary else None, content, published, updated)


def _by_forgiving_parser(content: bytes, survey: _Survey) -> FeedParts | None:
    """As a stream, because bytes might be taken for the name of a file."""
    import feedparser

    headers = {"content-type": "application/xml"}
    parsed = feedparser.parse(io.BytesIO(content), response_headers=headers, sanitize_html=False)
    if not parsed.get("version") and not parsed.entries:
        return None
    return _parts(dict(parsed.feed), tuple(_slow_entry(dict(entry)) for entry in parsed.entries), survey)


def _slow_entry(entry: Mapping[str, Any]) -> EntryParts:
    detail = entry.get("summary_detail") or {}
    summary = entry.get("summary")
    words = Words(summary, html=detail.get("type") != "text/plain") if summary else None
    return _entry(entry, words, next(_contents(entry), None), entry.get("published"), entry.get("updated"))


def _entry(
    entry: Mapping[str, Any], summary: Words | None, content: Words | None, published: str | None, updated: str | None
) -> EntryParts:
    language = next((part.get("language") for part in entry.get("content") or () if part.get("language")), None)
    return EntryParts(
        id=entry.get("id") or None,
        link=entry.get("link") or None,
        title=entry.get("title") or None,
        summary=summary,
        content=content,
        published=published,
        updated=updated,
        authors=_named(entry.get("authors"), "name") or _named([entry], "author"),
        categories=_named(entry.get("tags"), "term", "label"),
        language=language,
    )


def _contents(entry: Mapping[str, Any]) -> Iterator[Words]:
    for part in entry.get("content") or ():
        if part.get("value"):
            yield Words(part["value"], html=part.get("type") != "text/plain")


def _parts(head: Mapping[str, Any], entries: tuple[EntryParts, ...], survey: _Survey) -> FeedParts:
    return FeedParts(
        title=head.get("title") or None,
        link=head.get("link") or None,
        language=head.get("language") or survey.language,
        hub=survey.link("hub"),
        topic=survey.link("self"),
        hints=survey.hints,
        entries=entries,
    )


def _named(parts: Iterable[Mapping[str, Any]] | None, *keys: str) -> tuple[str, ...]:
    names = (next((part.get(key) for key in keys if part.get(key)), None) for part in parts or ())
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))


def _what_instead(content: bytes, root: str) -> str:
    if root == "html" or b"<html" in content[:2000].lower():
        return "this is an HTML page and no feed"
    if root:
        return f"this is XML with the root <{root[:60]}> and no feed"
    return "this is not XML: no feed can be read from it"
