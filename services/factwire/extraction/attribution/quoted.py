"""What each voice says: the part of its sentence that it reports, and the quotations next to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from factwire.extraction.attribution.cues import Cue
from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.attribution.quotes import Quotation
from factwire.extraction.model import Attribution, Document, Span, Speaker, SpeechMode

_GAP: Final = 30
"""Characters between a quotation and the cue behind it."""
_NOT_BETWEEN: Final = frozenset('\n".;')
_REACH: Final = 160
"""Characters between a quotation and the cue before it in the same sentence."""


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


def quoted(document: Document, quotations: Sequence[Quotation], voices: Sequence[Voice]) -> Iterator[Attribution]:
    """Every quotation with the cue behind it or before it, else with the voice that spoke last in its paragraph."""
    last: tuple[Voice, int] | None = None
    held: list[Span] = []
    at = _Order(document, voices)
    for quotation in quotations:
        voice = at.behind(quotation.span) or at.ahead(quotation.span)
        if voice is None and last is not None and at.continues(quotation.span, last[1]):
            voice = last[0]
        if voice is None:
            held = [*held, quotation.span] if quotation.goes_on else []
            continue
        rule = "quote.chain" if last and voice is last[0] else "quote.cue"
        for span in (*held, quotation.span):
            yield Attribution(voice.speaker, voice.cue.span, "direct", (span,), rule)
        held, last = [], (voice, max(quotation.span.end, voice.cue.span.end))


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

    def _sentence(self, offset: int) -> int:
        return bisect_right(self._sentences, offset)
