"""What each stretch of the text is: title, summary, dateline, body, subhead, boilerplate or a repeat.

Furniture is marked, never removed: every offset stays, and later stages ask ``speaks``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from factwire.extraction.lexicons import Lexicons, Table
from factwire.extraction.model import Document, Section, SectionKind, Span
from factwire.extraction.text.paragraphs import paragraphs_of

_SUBHEAD_WORDS: Final = 12
_HEADING_LETTERS: Final = 8
_REPEAT_LETTERS: Final = 30
"""A shorter paragraph that comes again ("Yes.") is no repeat of a text but a word said twice."""
_DATELINE_REACH: Final = 120
_DATELINE_PARAGRAPHS: Final = 3
"""A dateline stands before the body's first paragraph, or after a deck of one or two."""
_PROSE_LEAST: Final = 60
_LONGEST_FURNITURE: Final = 700
"""Characters: a longer paragraph is article, whatever it begins with."""
_WORD: Final = re.compile(r"\w+")
_ORNAMENT: Final = re.compile(r"[-–*•=#\s]+")


@dataclass(frozen=True, slots=True)
class SectionGrammar:
    """``furniture``: (rule, pattern) for paragraphs that are no article."""

    furniture: tuple[tuple[str, re.Pattern[str]], ...]
    dateline: re.Pattern[str]
    place_line: re.Pattern[str]
    kickers: tuple[str, ...]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> SectionGrammar:
        """Raises :class:`factwire.errors.VocabularyFault` for a pattern that is none."""
        table = lexicons.table("text/sections")
        place = r"[A-Z][\w'./-]*(?:,? (?:[A-Z][\w'.-]*|de|del|la|of|the|and|al|el)){0,4}"
        return cls(
            furniture=tuple(_furniture(table)),
            dateline=_dateline(table, place),
            place_line=re.compile(rf"(?:{place})\s*:$"),
            kickers=tuple(table.section("dateline").get("kickers", ())),
        )


def mark_sections(document: Document, *, grammar: SectionGrammar) -> Document:
    """Sections that cover the text without gap or overlap; white space belongs to what stands before it."""
    marks: list[tuple[SectionKind, int]] = []
    seen = _Seen(set(), set())
    paragraphs = list(paragraphs_of(document))
    alone = len(paragraphs) == 1
    for place, (part, span) in enumerate(paragraphs):
        paragraph = document.folded[span.start : span.end]
        kind = _furniture_kind(part, paragraph, grammar, seen)
        if kind is not None and not (alone and kind == "boilerplate"):
            marks.append((kind, span.start))
        elif sum(mark == "body" for mark, _ in marks) < _DATELINE_PARAGRAPHS and (
            opening := _dateline_of(paragraph, span.start, grammar)
        ):
            marks.extend(opening)
        else:
            following = paragraphs[place + 1][1] if place + 1 < len(paragraphs) else None
            prose = following is not None and _is_prose(document.folded[following.start : following.end])
            marks.append(("subhead" if prose and _is_subhead(paragraph) else "body", span.start))
    return replace(document, sections=tuple(_cover(marks, len(document.text))))


@dataclass(frozen=True, slots=True)
class _Seen:
    """Wordings that stood before: of title and summary, and of paragraphs."""

    headings: set[str]
    paragraphs: set[str]

    def repeats(self, wording: str, least: int = _REPEAT_LETTERS) -> bool:
        """Whether it stood before; a short paragraph that comes again is a word said twice and no repeat."""
        if wording in self.headings and len(wording) >= _HEADING_LETTERS:
            return True
        if wording in self.paragraphs:
            return len(wording) >= least
        self.paragraphs.add(wording)
        return False


def _furniture_kind(part: str, paragraph: str, grammar: SectionGrammar, seen: _Seen) -> SectionKind | None:
    """Title, summary, repeat or boilerplate; None for what is left: the article itself."""
    wording = _wording(paragraph)
    if part == "title":
        seen.headings.add(wording)
        return "title"
    if seen.repeats(wording):
        return "duplicate"
    if is_furniture(paragraph, grammar):
        return "boilerplate"
    if part == "summary":
        seen.headings.add(wording)
        return "summary"
    return None


def _dateline_of(paragraph: str, start: int, grammar: SectionGrammar) -> tuple[tuple[SectionKind, int], ...]:
    """The dateline that a paragraph is, or begins with, and the body behind it; nothing if there is none."""
    if paragraph.startswith(grammar.kickers):
        return ()
    if len(paragraph) < _DATELINE_REACH and grammar.place_line.match(paragraph):
        return (("dateline", start),)
    found = grammar.dateline.match(paragraph[:_DATELINE_REACH])
    if found and found.end() < len(paragraph):
        return (("dateline", start), ("body", start + found.end()))
    return ()


def is_furniture(paragraph: str, grammar: SectionGrammar) -> bool:
    """Whether a paragraph is agency tail, credit, link or plea rather than article."""
    return len(paragraph) <= _LONGEST_FURNITURE and any(rule.match(paragraph) for _, rule in grammar.furniture)


def _wording(paragraph: str) -> str:
    """The words alone: a repeat may differ in punctuation and case."""
    return " ".join(_WORD.findall(paragraph)).casefold()


def _is_subhead(paragraph: str) -> bool:
    """A short line of words without a full stop."""
    bare = _ORNAMENT.sub(" ", paragraph).strip()
    words = bare.split()
    return (
        0 < len(words) <= _SUBHEAD_WORDS
        and "\n" not in paragraph
        and bare[-1] not in ".!,;:\"')"
        and words[-1] not in ("and", "or", "but")
        and "://" not in bare
        and (bare[0].isupper() or paragraph.startswith(("-", "–", "*", "=")))
        and sum(word[0].isdigit() for word in words) < 2
    )


def _is_prose(paragraph: str) -> bool:
    return len(paragraph) > _PROSE_LEAST and paragraph.rstrip("\"')").endswith((".", "!", "?", ":"))


def _cover(marks: list[tuple[SectionKind, int]], length: int) -> Iterator[Section]:
    """Neighbours of one kind joined, the first stretched to the beginning."""
    joined: list[tuple[SectionKind, int]] = []
    for kind, start in marks or ([("body", 0)] if length else []):
        if not joined or joined[-1][0] != kind:
            joined.append((kind, start if joined else 0))
    starts = [start for _, start in joined]
    for (kind, start), end in zip(joined, [*starts[1:], length], strict=False):
        yield Section(kind, Span(start, end))


def _furniture(table: Table) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, row in table.section("boilerplate").items():
        try:
            yield name, re.compile(row["pattern"], re.IGNORECASE | re.DOTALL)
        except (re.error, KeyError, TypeError) as fault:
            raise table.fault(name, f"'{name}' needs a pattern that is a regular expression: {fault}") from fault


def _dateline(table: Table, place: str) -> re.Pattern[str]:
    """``PLACE[, date] (AGENCY) - ``, ``PLACE, date (AGENCY)``, ``PLACE (AGENCY) - `` or ``PLACE - `` in capitals."""
    section = table.section("dateline")
    agencies = "|".join(sorted((re.escape(name) for name in section.get("agencies", ())), key=len, reverse=True))
    months = "|".join(sorted(section.get("months", ()), key=len, reverse=True))
    day = rf"(?:(?:{months})\.? \d{{1,2}}|\d{{1,2}} (?:{months})\.?)(?:,? \d{{4}})?"
    agency = rf"(?:\((?:{agencies})\)|/?(?:{agencies})/?)"
    byline = r"(?:By (?:[A-Z][\w.'-]*,? ){1,5})?"
    dash = r"(?:-{1,2}|–)"
    capitals = r"[A-Z][A-Z'./-]+(?:,? [A-Z][A-Z'./-]+){0,3}(?:, [A-Z][\w.]+(?: [A-Z][\w.]+)?)?"
    return re.compile(
        rf"{byline}(?:{place}, {day},? {agency}\s*:?\s*(?:{dash}|:)?\s+"
        rf"|{place},? (?:{day},? )?{agency}\s*(?:{dash}|:)\s*"
        rf"|{place}, {day}\s*(?:{dash}|:)\s+"
        rf"|{capitals}(?:, {day})?(?: \([^()]{{1,40}}\))?\s*(?:{dash}|:)\s+)"
    )
