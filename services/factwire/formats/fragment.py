"""Pieces of HTML that are all text (a feed's content, a summary): their words, paragraph by paragraph.

A page's extractor looks for the main text among menus and advertisements; a fragment *is* the main text, and an
extractor loses what is short or a list.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

_MARKUP: Final = re.compile(r"<[a-zA-Z/!]|&(?:#\w{1,8}|\w{2,12});")
_DOCUMENT: Final = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_CLOSED: Final = re.compile(r"</(?:body|html)\s{0,9}>", re.IGNORECASE)
"""Behind one of these the parser reads nothing."""
_SPACE: Final = re.compile(r"[^\S\n]+")
_BREAKS: Final = re.compile(r" *\n *(?:\n *)+")
_SILENT: Final = frozenset({"script", "style", "noscript", "iframe", "object", "template", "svg", "head", "title"})
_PARAGRAPHS: Final = frozenset(
    {"p", "div", "section", "article", "blockquote", "ul", "ol", "li", "table", "tr", "pre", "figure", "figcaption"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "hr"}
)


def holds_markup(text: str) -> bool:
    """Whether there is a tag or an entity in it."""
    return _MARKUP.search(text) is not None


def is_fragment(html: str) -> bool:
    """Whether it is a piece rather than a page: neither ``<html>`` nor ``<body>`` nor a document type."""
    return _DOCUMENT.search(html) is None


def fragment_text(html: str) -> str:
    """The words, paragraphs apart by a blank line; text without markup comes back with its white space alone tidied."""
    if not holds_markup(html):
        return _tidy(html)
    body = _body(html.replace("\x00", ""))
    return "" if body is None else _tidy("".join(_words(body)))


def _body(html: str) -> Any:
    """Not by lxml's own way for fragments: that one cannot keep words with a control character before the first tag."""
    try:
        return lxml_html.document_fromstring(f"<html><body>{_CLOSED.sub('', html)}</body></html>").find("body")
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _words(root: Any) -> list[str]:
    """In reading order, by events rather than recursion: nesting may be as deep as it likes."""
    words: list[str] = []
    silence = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        starts, tag = event == "start", element.tag if isinstance(element.tag, str) else ""
        if tag in _SILENT:
            silence += 1 if starts else -1
        if tag in _PARAGRAPHS:
            words.append("\n\n")
        elif tag == "br" and starts:
            words.append("\n")
        said = element.text if starts else element.tail
        if said and not silence and (starts or element is not root):
            words.append(_SPACE.sub(" ", said.replace("\n", " ")))
    return words


def _tidy(text: str) -> str:
    return _BREAKS.sub("\n\n", _SPACE.sub(" ", text.replace("\r\n", "\n"))).strip()
