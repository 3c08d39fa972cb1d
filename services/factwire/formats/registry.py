"""Which input formats there are, and items read from a stream one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final, TypeAlias

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.json import read_json
from factwire.formats.text import read_text

Reader: TypeAlias = Callable[[bytes], RawArticle]


@dataclass(frozen=True, slots=True)
class Format:
    """``lines``: one article a line; else one article a file."""

    read: Reader
    lines: bool


def _html(content: bytes) -> RawArticle:
    from factwire.formats.html import read_html

    return read_html(content)


def _ninjs(content: bytes) -> RawArticle:
    from factwire.formats.ninjs import read_ninjs

    return read_ninjs(content)


def _jsonld(content: bytes) -> RawArticle:
    from factwire.formats.jsonld import read_jsonld

    return read_jsonld(content)


FORMATS: Final[Mapping[str, Format]] = {
    "jsonl": Format(read_json, lines=True),
    "text": Format(read_text, lines=False),
    "html": Format(_html, lines=False),
    "ninjs": Format(_ninjs, lines=True),
    "jsonld": Format(_jsonld, lines=True),
}
"""What needs a library is imported by whoever sends it: a command that reads JSON starts in no time."""


@dataclass(frozen=True, slots=True)
class InputItem:
    """One article as bytes, with the place it came from."""

    origin: str
    line: int
    content: bytes
    format: str

    def article(self) -> RawArticle:
        """Raises :class:`factwire.errors.InvalidInput` that names the field."""
        return FORMATS[self.format].read(self.content)


def read_items(stream: BinaryIO, origin: str, format: str) -> Iterator[InputItem]:
    """The items of a stream; a JSON file that spans lines (pretty-printed) is one item."""
    found = FORMATS.get(format)
    if found is None:
        raise InvalidInput(f"unknown format '{format}'; there are {', '.join(FORMATS)}", field="--format")
    if not found.lines:
        yield InputItem(origin, 1, stream.read(), format)
        return
    first, second = stream.readline(), stream.readline()
    if _spans_lines(first.strip(), second.strip()):
        yield InputItem(origin, 1, first + second + stream.read(), format)
        return
    for number, line in enumerate(chain((first, second), stream), 1):
        if line.strip():
            yield InputItem(origin, number, line, format)


def _spans_lines(first: bytes, second: bytes) -> bool:
    """Whether the first line opens what it does not close, and the second goes on with it."""
    opens = first[:1] in (b"{", b"[") and first[-1:] not in (b"}", b"]")
    return first in (b"{", b"[") or (opens and not second.startswith(b"{"))
