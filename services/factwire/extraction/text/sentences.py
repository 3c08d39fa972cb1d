"""Sentences: a fast general splitter, run within one paragraph at a time, and repairs for what news does to it.

Quotation marks are hidden from the splitter, which would keep a quotation of ten sentences as one; an introduction or
a speaker ("...," he said) is joined again afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import sentencex

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document, Section, Sentence, Span
from factwire.extraction.text.paragraphs import split_paragraphs

_HIDDEN: Final = str.maketrans({'"': " ", "\n": " ", "\r": " "})
_PUNCTUATION: Final = "\"'([{)]}?!.… "
_OPENERS: Final = "\"'(["
_ENUMERATION_REACH: Final = 8
_AFTER_BRACKET: Final = re.compile(r"[.!?][\"']?[)\]]\s+(?=[\"'(]?[A-Z])")
_GLUED: Final = re.compile(r"(?<=[a-z)\d][a-z)\d%])[.!?](?=[A-Z][a-z])")
_ENUMERATION: Final = re.compile(r"\(?\w{1,3}[.)]\s*$")
_LAST_WORD: Final = re.compile(r"([\w.]{1,12})\.[\"')\]]*\s*$")


@dataclass(frozen=True, slots=True)
class SentenceGrammar:
    """Words after which a full stop ends no sentence."""

    before_names: frozenset[str]
    before_numbers: frozenset[str]
    always: frozenset[str]
    after_clock: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> SentenceGrammar:
        table = lexicons.table("text/sentences")
        return cls(
            *(frozenset(table.words(key)) for key in ("before_names", "before_numbers", "always", "after_clock"))
        )


def split_sentences(document: Document, *, grammar: SentenceGrammar) -> Document:
    """Sentences of every section, in order, each trimmed of white space; none crosses a paragraph."""
    found = tuple(
        Sentence(sentence, section.kind)
        for section in document.sections
        for paragraph in _paragraphs(document, section)
        for sentence in split_paragraph(document.folded, paragraph, document.language, grammar)
    )
    return replace(document, sentences=found)


def split_paragraph(text: str, within: Span, language: str | None, grammar: SentenceGrammar) -> Iterator[Span]:
    """The sentences of ``text[within]``, which lie in one paragraph."""
    pieces = _pieces(text, within, language)
    start = next(pieces, within).start
    for piece in pieces:
        if _goes_on(text, start, piece, grammar):
            continue
        yield from _trimmed(text, start, piece.start)
        start = piece.start
    yield from _trimmed(text, start, within.end)


def _paragraphs(document: Document, section: Section) -> Iterator[Span]:
    """Paragraphs in a section; a section that lies within one paragraph (after a dateline) is one."""
    for part in document.parts:
        start, end = max(part.span.start, section.span.start), min(part.span.end, section.span.end)
        if start < end:
            yield from split_paragraphs(document.folded, Span(start, end))


def _pieces(text: str, within: Span, language: str | None) -> Iterator[Span]:
    """What the splitter makes of the paragraph, and the cuts it leaves out."""
    hidden = text[within.start : within.end].translate(_HIDDEN)
    for boundary in sentencex.get_sentence_boundaries((language or "en")[:2], hidden):
        start = _with_openers(text, within.start + boundary["start_index"], within.start)
        end = _with_openers(text, within.start + boundary["end_index"], start)
        for cut in _cuts(text, start, end):
            yield Span(start, cut)
            start = cut
        yield Span(start, end)


def _with_openers(text: str, start: int, least: int) -> int:
    """The place before the quotation marks and brackets that open the sentence."""
    at = start
    while at > least and text[at - 1] in _OPENERS:
        at -= 1
    return at if at == least or text[at - 1].isspace() else start


def _cuts(text: str, start: int, end: int) -> list[int]:
    after_brackets = [match.end() for match in _AFTER_BRACKET.finditer(text, start, end)]
    glued = [match.end() for match in _GLUED.finditer(text, start, end)]
    return sorted({cut for cut in after_brackets + glued if start < cut < end})


def _goes_on(text: str, start: int, piece: Span, grammar: SentenceGrammar) -> bool:
    """Whether the sentence that began at ``start`` goes on in ``piece``."""
    before = text[max(start, piece.start - 24) : piece.start]
    after = text[piece.start : piece.end].lstrip()
    if after[:1].islower() or not after.strip(_PUNCTUATION):
        return True
    if piece.start - start < _ENUMERATION_REACH and _ENUMERATION.fullmatch(text, start, piece.start):
        return True
    return _is_abbreviation(before, after, grammar)


def _is_abbreviation(before: str, after: str, grammar: SentenceGrammar) -> bool:
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word, following = last[1], after.split(maxsplit=1)[0].strip(".,;:")
    if word in ("a.m", "p.m"):
        return following in grammar.after_clock
    if word in grammar.always or (word in grammar.before_names and after[0].isupper()):
        return True
    return word in grammar.before_numbers and after[0].isdigit()


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without white space at its ends, if anything is left."""
    content = text[start:end]
    bare = content.strip()
    if bare:
        begins = start + (len(content) - len(content.lstrip()))
        yield Span(begins, begins + len(bare))
