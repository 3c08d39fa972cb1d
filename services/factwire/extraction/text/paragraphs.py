"""Where paragraphs begin and end: blank lines, indents, or lines, whichever the text was set with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from factwire.extraction.model import Document, Span

_WRAP_WIDTH: Final = 110
"""Characters: no wrapped line of a wire is longer."""
_WRAPPED_LEAST: Final = 40
_TERMINAL: Final = (".", "!", "?", ":", '"', "'", ")", "]", "*")
_INDENT: Final = ("  ", "\t")


def paragraphs_of(document: Document) -> Iterator[tuple[str, Span]]:
    """(part kind, span trimmed of white space) of every paragraph, in order."""
    for part in document.parts:
        for span in split_paragraphs(document.folded, part.span):
            yield part.kind, span


def split_paragraphs(text: str, within: Span) -> list[Span]:
    """Paragraphs of ``text[within]``, each trimmed of white space and not empty."""
    lines = list(_lines(text, within))
    wrapped = _is_wrapped(text, lines)
    found: list[Span] = []
    open_from: int | None = None
    last_end = within.start
    for line in lines:
        content = text[line.start : line.end]
        bare = content.strip()
        if not bare:
            found, open_from = _close(found, open_from, last_end)
            continue
        begins = line.start + content.index(bare[0])
        is_wrap = wrapped or (bare[0].islower() and text[last_end - 1] not in _TERMINAL)
        if open_from is not None and (not is_wrap or content.startswith(_INDENT)):
            found, open_from = _close(found, open_from, last_end)
        open_from = begins if open_from is None else open_from
        last_end = begins + len(bare)
    return _close(found, open_from, last_end)[0]


def _close(found: list[Span], open_from: int | None, end: int) -> tuple[list[Span], None]:
    if open_from is not None:
        found.append(Span(open_from, end))
    return found, None


def _lines(text: str, within: Span) -> Iterator[Span]:
    start = within.start
    while start <= within.end:
        stop = text.find("\n", start, within.end)
        stop = within.end if stop < 0 else stop
        yield Span(start, stop)
        start = stop + 1


def _is_wrapped(text: str, lines: list[Span]) -> bool:
    """Whether a single line feed is only a wrap: indented paragraphs, or short lines that stop in mid-sentence."""
    contents = [text[line.start : line.end] for line in lines]
    if max(map(len, contents)) > _WRAP_WIDTH:
        return False
    if any(line.startswith(_INDENT) and line.strip() for line in contents):
        return True
    inner = [a.rstrip() for a, b in pairwise(contents) if a.strip() and b.strip()]
    open_ended = sum(not line.endswith(_TERMINAL) for line in inner)
    long_enough = sum(len(line) > _WRAPPED_LEAST for line in inner)
    return bool(inner) and 2 * open_ended > len(inner) and 2 * long_enough > len(inner)
