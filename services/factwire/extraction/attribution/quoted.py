"""What each voice says: the part of its sentence that it reports, and the quotations next to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from factwire.extraction.attribution.antecedents import Antecedents
from factwire.extraction.attribution.cues import Cue
from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.attribution.quotes import Quotation
from factwire.extraction.model import Attribution, Document, Span, Speaker, SpeechMode

_GAP: Final = 30
"""Characters between a quotation and the cue behind it."""
_NOT_BETWEEN: Final = frozenset('\n".;')
_REACH: Final = 160
"""Characters between a quotation and the cue before it in the same sentence."""


_BLANK: Final = 8
"""Characters of white space between two paragraphs."""
_SENTENCE: Final = 5
"""Words: a shorter quotation is a title or a catchword."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A cue and the speaker that it was found to mean."""

    cue: Cue
    speaker: Speaker
    head: str
    sentence: int


def reported(voice: Voice, grammar: SpeechGrammar) -> Attribution:
    return Attribution(voice.speaker, voice.cue.span, _mode(voice, grammar), (voice.cue.content,), voice.cue.rule)


def _mode(voice: Voice, grammar: SpeechGrammar) -> SpeechMode:
    return "document" if voice.cue.head in grammar.documents else "indirect"


def quoted(quotations: Sequence[Quotation], voices: Sequence[Voice], antecedents: Antecedents) -> Iterator[Attribution]:
    """Every quotation with the cue behind it or before it, else with the voice that it goes on with.

    That is who spoke last in its paragraph, or in the one before where its mark was left open; a paragraph of
    quotation that nobody claims is told by whom the paragraph before it is about.
    """
    at = _Order(antecedents.document, voices)
    last: Attribution | None = None
    since, left_open = 0, False
    held: list[Span] = []
    for quotation in quotations:
        span, voice = quotation.span, at.behind(quotation.span) or at.ahead(quotation.span)
        if voice is not None:
            last = Attribution(voice.speaker, voice.cue.span, "direct", (span,), "quote.cue")
            since = voice.cue.span.end
        elif last is not None and (left_open or at.continues(span, since)):
            last = replace(last, rule="quote.chain")
        elif quotation.goes_on:
            held.append(span)
            continue
        else:
            opening = held[0] if held else span
            last = _named_ahead(opening, at, antecedents) or _told_of(opening, at, antecedents)
        if last is not None:
            yield from (replace(last, content=(part,)) for part in (*held, span))
        held, since, left_open = [], max(since, span.end), quotation.goes_on


class _Order:
    """Voices by position, to look up those next to a quotation."""

    def __init__(self, document: Document, voices: Sequence[Voice]) -> None:
        self._folded = document.folded
        self._voices = voices
        self._edges = [min(v.cue.phrase.start, v.cue.span.start) for v in voices]
        self._sentences = [s.span.start for s in document.sentences]

    def behind(self, quote: Span) -> Voice | None:
        """``"...," she said``: the cue that begins where the quotation ends."""
        i = bisect_right(self._edges, quote.end - 1)
        if i >= len(self._voices):
            return None
        voice, edge = self._voices[i], self._edges[i]
        gap = self._folded[quote.end : edge]
        if len(gap) > _GAP or not _NOT_BETWEEN.isdisjoint(gap):
            return None
        same = self._sentence(quote.end - 1) == self._sentence(edge)
        return voice if same or voice.cue.inverted else None

    def ahead(self, quote: Span) -> Voice | None:
        """``She said: "..."``: the last cue before the quotation in its sentence."""
        i = bisect_right(self._edges, quote.start) - 1
        if i < 0:
            return None
        voice = self._voices[i]
        gap = self._folded[voice.cue.span.end : quote.start]
        same = self._sentence(voice.cue.span.start) == self._sentence(quote.start)
        introduced = gap.rstrip().endswith((":", ",", "that")) or not gap.strip()
        near = len(gap) < _REACH and "\n\n" not in gap and (same or introduced)
        inside = voice.cue.content.start <= quote.start < voice.cue.content.end
        return voice if near and (inside or introduced) else None

    def continues(self, quote: Span, since: int) -> bool:
        """Whether the quotation follows the last one in the same paragraph as a sentence of its own."""
        gap = self._folded[since : quote.start]
        return "\n" not in gap and (len(gap.strip()) <= 3 or gap.rstrip().endswith((".", ":", "!", "?")))

    def opens_paragraph(self, quote: Span) -> bool:
        before = self._folded[max(0, quote.start - _BLANK) : quote.start]
        return "\n" in before[len(before.rstrip()) :]

    def sentence_of(self, offset: int) -> int:
        """The index of the sentence that an offset lies in."""
        return self._sentence(offset) - 1

    def _sentence(self, offset: int) -> int:
        return bisect_right(self._sentences, offset)


def _named_ahead(quote: Span, at: _Order, antecedents: Antecedents) -> Attribution | None:
    """``Council leader Ann Holt: "..."``: whose name stands before the colon."""
    from_ = max(0, quote.start - _BLANK)
    before = antecedents.document.folded[from_ : quote.start].rstrip()
    colon = from_ + len(before) - 1
    named = antecedents.before_colon(colon, at.sentence_of(colon)) if before.endswith(":") else None
    return None if named is None else Attribution(named, Span(colon, colon + 1), "direct", (quote,), "quote.colon")


def _told_of(quote: Span, at: _Order, antecedents: Antecedents) -> Attribution | None:
    """Whom a paragraph is about, for the paragraph of quotation behind it that names no speaker."""
    if not at.opens_paragraph(quote) or len(quote.of(antecedents.document.text).split()) < _SENTENCE:
        return None
    person = antecedents.told_of(at.sentence_of(quote.start))
    if person is None:
        return None
    return Attribution(person, Span(quote.end - 1, quote.end), "direct", (quote,), "quote.told-of")
