"""Which input formats there are, and items read from a stream one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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


FORMATS: Final[Mapping[str, Format]] = {
    "jsonl": Format(read_json, lines=True),
    "text": Format(read_text, lines=False),
}


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
    first = stream.readline()
    if first.strip() in (b"{", b"["):
        yield InputItem(origin, 1, first + stream.read(), format)
        return
    line, number = first, 1
    while line:
        if line.strip():
            yield InputItem(origin, number, line, format)
        line, number = stream.readline(), number + 1
