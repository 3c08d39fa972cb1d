"""Where quotation marks open and close, over sentences and over paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from factwire.extraction.model import Span

_MARK: Final = re.compile(r'["\n]')
_OPENING: Final = "\u201c\u201e\u00ab"
_CLOSING: Final = "\u201d\u00bb"
_BEFORE_OPENING: Final = " \n\t([{-\u2013/'"
_LONGEST: Final = 4000
"""Characters: a mark that finds no partner within them is taken to be stray."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """``span`` includes the marks. ``goes_on``: the next paragraph opens with a mark, so the same voice continues."""

    span: Span
    goes_on: bool = False


def find_quotations(text: str, folded: str) -> tuple[Quotation, ...]:
    """Quotations in reading order; none overlaps another."""
    if '"' not in folded:
        return ()
    found: list[Quotation] = []
    opened: int | None = None
    for mark in _MARK.finditer(folded):
        at = mark.start()
        if folded[at] == "\n":
            if opened is not None and _paragraph_opens(folded, at):
                found.append(Quotation(Span(opened, at), goes_on=True))
            opened = None
        elif opened is None or at - opened > _LONGEST:
            opened = at if _opens(text, folded, at) else None
        elif not _opens(text, folded, at) or (
            text[at] == '"' == text[opened] and at - opened > 1 and _at_end(folded, at)
        ):
            found.append(Quotation(Span(opened, at + 1)))
            opened = None
        else:
            opened = at
    return tuple(found)


def _opens(text: str, folded: str, at: int) -> bool:
    if text[at] in _OPENING:
        return True
    if text[at] in _CLOSING:
        return False
    before = folded[at - 1] if at else " "
    after = folded[at + 1] if at + 1 < len(folded) else " "
    return before in _BEFORE_OPENING and not after.isspace()


def _at_end(folded: str, at: int) -> bool:
    return at + 1 >= len(folded) or folded[at + 1].isspace()


def _paragraph_opens(folded: str, at: int) -> bool:
    following = folded[at : at + 8].lstrip()
    return following.startswith('"')
