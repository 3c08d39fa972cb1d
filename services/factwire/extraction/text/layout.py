"""Lays title, summary and body out as the one text that every offset points into."""

from __future__ import annotations

import re
from typing import Final

from factwire.extraction.model import Article, Document, Part, Span

GAP: Final = "\n\n"

_PLAIN: Final = (
    ("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
    ("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    ("\u2010\u2011\u2212\ufe63\uff0d", "-"),
    ("\u2012\u2013\u2014\u2015", "\u2013"),
    ("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "),
    ("\uff05", "%"),
    ("\uff04", "$"),
    *((chr(0xFF10 + digit), str(digit)) for digit in range(10)),
    ("".join(map(chr, range(0xD800, 0xE000))), "\ufffd"),
)
_LOOK_ALIKES: Final = {ord(odd): plain for odds, plain in _PLAIN for odd in odds}
"""Look-alikes mapped one to one, never removed: hyphens and minus signs to "-", all longer dashes to an en dash,
lone surrogates to the replacement character, so that what is folded can always be encoded."""


_LOST_OPENING: Final = re.compile(r"(?:^|(?<=[\s(]))\?(?=[A-Za-z])")
_LOST_APOSTROPHE: Final = re.compile(r"(?<=[A-Za-z])\?(?=(?:s|t|d|m|ll|re|ve)\b)")
_LOST_CLOSING: Final = re.compile(r"(?<=[.,!])\?|(?<=[a-z])\?(?=[,;)]| [a-z])")


def fold(text: str) -> str:
    """The same length as ``text``, with curly quotes, dashes and odd spaces as their plain forms."""
    return _with_lost_quotes(text.translate(_LOOK_ALIKES))


def _with_lost_quotes(folded: str) -> str:
    """``he said, ?We saw the thief?s car.?``: an encoding lost the curly quotes, and left a question mark for each.

    No sound text has a question mark between a blank and a letter: one such mark, and all are looked at.
    """
    if "?" not in folded or _LOST_OPENING.search(folded) is None:
        return folded
    opened = _LOST_OPENING.sub('"', folded)
    return _LOST_CLOSING.sub('"', _LOST_APOSTROPHE.sub("'", opened))


def lay_out(article: Article) -> Document:
    """Title, summary and body in this order, joined by a blank line where more than one is there; nothing altered."""
    parts: list[Part] = []
    text = ""
    for kind, content in (("title", article.title), ("summary", article.summary), ("body", article.body)):
        if not content:
            continue
        if text:
            text += GAP
        parts.append(Part(kind, Span(len(text), len(text) + len(content))))  # type: ignore[arg-type]
        text += content
    return Document(article=article, text=text, folded=fold(text), parts=tuple(parts), language=article.language)
