"""Reads a request body into items: one per article, each an article or the list of its faults. Pure."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.identity import derive_id
from factwire.gateway.bodies import TOO_LARGE
from factwire.runtime.web.problems import Fault, Problem, ProblemType
from factwire.streaming.codec import NUL

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
LD_JSON: Final = "application/ld+json"
LINE_MEDIA_TYPES: Final = frozenset({NDJSON, "application/ndjson", "application/jsonl", "application/x-jsonlines"})

NOT_JSON: Final = ProblemType("not-json", 400, "The body is not JSON", "Send UTF-8 JSON as RFC 8259 has it: no NaN.")
EMPTY: Final = ProblemType("empty", 422, "There is no article in the body", "Send at least one article.")
MEDIA_TYPE: Final = ProblemType(
    "unsupported-media-type", 415, "The body is of a kind we do not read", f"Send {JSON}, {NDJSON} or {LD_JSON}."
)

MOST_IN_ARRAY: Final = 10_000
"""Articles of one array, all of which are held at once with what is said of each; lines have no such limit."""
REMEMBERED: Final = 100_000
"""Articles of one body among which a repeat is noticed. Further apart, it is sent on: the revision merge settles it."""


@dataclass(frozen=True, slots=True)
class Item:
    """What one place in the body holds: ``article``, or why it is none. Pointers count from the item's own root."""

    index: int
    article: RawArticle | None = None
    faults: tuple[Fault, ...] = ()
    article_id: str | None = None


@dataclass
class Repeats:
    """The articles seen in one body, by digest. Of two with the same id and revision one must be wrong: the second is
    refused.
    """

    _seen: OrderedDict[bytes, int] = field(default_factory=OrderedDict)

    def refuse(self, item: Item) -> Item:
        if item.article is None:
            return item
        name = f"{item.article.revision} {item.article.article_id}".encode()
        first = self._seen.setdefault(hashlib.sha256(name).digest()[:16], item.index)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        if first == item.index:
            return item
        detail = f"same article_id and revision as item {first}; raise the revision of the newer one"
        return replace(item, article=None, faults=(Fault(pointer="/article_id", detail=detail, code="repeated"),))


def read_items(content: bytes) -> tuple[Item, ...]:
    """The items of one JSON value. Raises :class:`Problem` only for a body that is unreadable as a whole."""
    payload = _decode_body(content)
    entries = payload if isinstance(payload, list) else [payload]
    if not entries:
        raise Problem(EMPTY, "the body holds no article")
    if len(entries) > MOST_IN_ARRAY:
        raise Problem(TOO_LARGE, f"an array of {len(entries)}, more than {MOST_IN_ARRAY}: send one article a line")
    repeats, nul = Repeats(), NUL in content
    return tuple(repeats.refuse(read_item(index, entry, nul=nul)) for index, entry in enumerate(entries))


def read_named_item(content: bytes, content_type: str, article_id: str) -> Item:
    """The only item of a body, to be kept under ``article_id``: the body may repeat the id, not contradict it."""
    if media_type_of(content_type) != JSON:
        raise unsupported("one article under one id is one JSON object")
    payload = _decode_body(content)
    if not isinstance(payload, dict):
        return read_item(0, payload)
    named = payload.get("article_id") or article_id
    if named != article_id:
        return _refused(0, article_id, Fault(pointer="/article_id", detail=f"the address says {article_id!r}"))
    return read_item(0, {**payload, "article_id": article_id}, nul=NUL in content)


def is_lines(content_type: str) -> bool:
    """Whether a body is one JSON value a line rather than one in all. Raises :class:`Problem` for other kinds."""
    media_type = media_type_of(content_type)
    if media_type in LINE_MEDIA_TYPES:
        return True
    if media_type not in {JSON, LD_JSON}:
        raise unsupported(f"content-type is {content_type or 'missing'}")
    return False


def media_type_of(content_type: str) -> str:
    """In lower case, without parameters. Raises :class:`Problem` for a charset that JSON cannot have."""
    media_type, _, parameters = content_type.lower().partition(";")
    refuse_charset(parameters)
    return media_type.strip()


def unsupported(detail: str) -> Problem:
    return Problem(
        MEDIA_TYPE, f"{detail}; {MEDIA_TYPE.remedy}", headers={"accept-post": f"{JSON}, {NDJSON}, {LD_JSON}"}
    )


def refuse_charset(parameters: str) -> None:
    """JSON is UTF-8 (RFC 8259, section 8.1); a body that says it is something else would be misread."""
    name, _, charset = parameters.strip().partition("=")
    if name == "charset" and charset.strip('" ') not in {"utf-8", "utf8", "us-ascii"}:
        raise unsupported(f"charset is {charset}")


def read_item(index: int, payload: Any, *, nul: bool = True) -> Item:
    """One decoded value; every fault in it is named, not the first alone.

    ``nul``: whether U+0000 may be in it. To look for that takes longer than all the rest.
    """
    if not isinstance(payload, dict):
        return _refused(index, None, Fault(pointer="", detail=f"expected an object, found {_kind(payload)}"))
    payload = payload if payload.get("article_id") else {**payload, "article_id": derive_id(payload)}
    name = payload["article_id"] if isinstance(payload["article_id"], str) else None
    try:
        article = RawArticle.model_validate(payload)
    except ValidationError as error:
        return _refused(index, name, *map(_fault, error.errors(include_url=False, include_input=False)))
    if nul and (pointer := find_nul(payload)):
        return _refused(index, name, Fault(pointer=pointer, detail="holds U+0000, which cannot be stored: remove it"))
    return Item(index, article, article_id=article.article_id)


def read_foreign(content: bytes, read: Callable[[bytes], RawArticle]) -> Item:
    """The one item of a body in another format than ours."""
    try:
        article = read(content)
    except InvalidInput as error:
        return _refused(0, None, Fault(pointer=error.field or "", detail=error.reason))
    return Item(0, article, article_id=article.article_id)


def find_nul(value: Any, pointer: str = "") -> str | None:
    """Where a text with the character U+0000 is."""
    if isinstance(value, str):
        return pointer or "/" if "\x00" in value else None
    if isinstance(value, Mapping):
        children: Iterator[tuple[Any, Any]] = iter(value.items())
    elif isinstance(value, Sequence):
        children = iter(enumerate(value))
    else:
        return None
    found = (find_nul(child, f"{pointer}/{_escape(key)}") or find_nul(key, pointer) for key, child in children)
    return next(filter(None, found), None)


def read_line(index: int, line: bytes) -> Item:
    """The item of one line, where a body has one article a line."""
    try:
        payload = decode(line)
    except ValueError as error:
        return _refused(index, None, Fault(pointer="", detail=f"not JSON: {error}"))
    return read_item(index, payload, nul=NUL in line)


def decode(content: bytes) -> Any:
    """JSON as RFC 8259 has it: UTF-8, no NaN, no lone surrogates, bounded depth. Raises :class:`ValueError`."""
    return from_json(content.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)


def _decode_body(content: bytes) -> Any:
    try:
        return decode(content)
    except ValueError as error:
        raise Problem(NOT_JSON, str(error)) from error


def _refused(index: int, name: str | None, *faults: Fault) -> Item:
    return Item(index, faults=faults, article_id=name)


def _fault(error: Any) -> Fault:
    pointer = "".join(f"/{_escape(part)}" for part in error["loc"])
    return Fault(pointer=pointer, detail=error["msg"].removeprefix("Value error, "))


def _escape(part: Any) -> str:
    """A member name inside a JSON pointer (RFC 6901, section 3)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def _kind(payload: Any) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(payload), "a number")
