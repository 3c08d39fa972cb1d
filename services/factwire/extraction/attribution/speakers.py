"""Who is said to say what: every cue gets its speaker, every quotation its cue, every pronoun the last to speak."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from factwire.extraction.attribution.cues import Cue, CueFinder
from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.attribution.phrases import PhraseFinder
from factwire.extraction.attribution.quotes import Quotation, find_quotations
from factwire.extraction.model import Attribution, Document, Entity, Mention, Span, Speaker, SpeechMode
from factwire.extraction.text.spans import OrderedSpans
from factwire.extraction.text.words import Words

__all__ = ["SpeechGrammar", "attribute_speech"]

_GAP: Final = 30
"""Characters between a quotation and the cue behind it."""
_NOT_BETWEEN: Final = frozenset('\n".;')
_REACH: Final = 160
"""Characters between a quotation and the cue before it in the same sentence."""
_BARE: Final = re.compile(r"[^a-z'-]+")
_MOST_WORDS: Final = 1000
"""A longer "sentence" is a table or noise: nobody speaks in it, and looking for speakers would not be linear."""
_STALE: Final = 4
"""Sentences after which a speaker is no longer the one that a pronoun means first."""
_DETERMINERS: Final = frozenset({"the", "that", "this", "a", "an", "its", "his", "her"})


@dataclass(frozen=True, slots=True)
class Voice:
    """A cue and the speaker that it was found to mean."""

    cue: Cue
    speaker: Speaker
    head: str
    sentence: int


def attribute_speech(document: Document, *, grammar: SpeechGrammar) -> Document:
    """Fills ``attributions``: one per cue for what its sentence reports, one per quotation for what it quotes."""
    quotations = find_quotations(document.text, document.folded)
    voices = list(_name_speakers(document, _cues(document, grammar, quotations), grammar))
    indirect = [_reported(voice, grammar) for voice in voices if voice.cue.content.end > voice.cue.content.start]
    direct = list(_quoted(document, quotations, voices))
    return replace(document, attributions=tuple(sorted([*indirect, *direct], key=lambda a: (a.content[0], a.cue))))


def _cues(document: Document, grammar: SpeechGrammar, quotations: Sequence[Quotation]) -> Iterator[tuple[int, Cue]]:
    quotes = OrderedSpans.of(q.span for q in quotations)
    dates = OrderedSpans.of(t.span for t in document.times)
    numbers = OrderedSpans.of(q.span for q in document.quantities)
    for index, sentence in enumerate(document.sentences):
        if not sentence.speaks or not _signals(document.folded, sentence.span, grammar):
            continue
        words = Words.of(document.folded, sentence.span)
        if len(words) > _MOST_WORDS:
            continue
        counted = numbers.within(sentence.span)
        phrases = PhraseFinder(words, grammar, words.inside(dates.within(sentence.span)), words.inside(counted))
        for cue in CueFinder(words, sentence.span, grammar, phrases, quotes.within(sentence.span), counted).find():
            yield index, cue


def _signals(folded: str, span: Span, grammar: SpeechGrammar) -> bool:
    """Whether any word of the sentence can be a cue: a look at the set, before anything is parsed."""
    return not grammar.signals.isdisjoint(_BARE.split(folded[span.start : span.end].lower()))


# -- speakers


@dataclass(frozen=True, slots=True)
class _Heard:
    """Who has spoken so far: the last person (and in which sentence), the last body or paper, and the last of all."""

    sentence: int = -1
    person: Speaker | None = None
    body: Speaker | None = None
    last: Speaker | None = None


def _name_speakers(document: Document, cues: Iterator[tuple[int, Cue]], grammar: SpeechGrammar) -> Iterator[Voice]:
    mentions = _Mentions.of(document.entities)
    heard = _Heard()
    by_head: dict[str, Speaker] = {}
    for sentence, cue in cues:
        speaker = _speaker(document, cue, mentions, _recent(heard, sentence, mentions, cue), by_head, grammar)
        if speaker is None:
            continue
        heard = replace(_remember(heard, cue, speaker, mentions, grammar), sentence=sentence)
        if cue.head not in grammar.he | grammar.it:
            by_head.setdefault(cue.head, speaker)
        yield Voice(cue, speaker, cue.head, sentence)


def _recent(heard: _Heard, sentence: int, mentions: _Mentions, cue: Cue) -> _Heard:
    """What was heard; if that is long ago, the person named last is the likelier "he"."""
    if heard.sentence >= 0 and sentence - heard.sentence > _STALE:
        return replace(heard, person=mentions.last_person(cue.phrase.start) or heard.person)
    return heard


def _speaker(
    document: Document,
    cue: Cue,
    mentions: _Mentions,
    heard: _Heard,
    by_head: dict[str, Speaker],
    grammar: SpeechGrammar,
) -> Speaker | None:
    phrase = document.text[cue.phrase.start : cue.phrase.end]
    if cue.head in grammar.he and len(phrase) <= 4:
        meant = heard.person or mentions.last_person(cue.phrase.start) or heard.last
        return Speaker(cue.phrase, meant.entity_id, meant.name) if meant else Speaker(cue.phrase, None, phrase)
    if cue.head in grammar.it and len(phrase) <= 4:
        meant = _named(document, cue.antecedent, mentions, grammar) or heard.body or heard.last
        return Speaker(cue.phrase, meant.entity_id, meant.name) if meant else None
    named = mentions.named_in(cue.phrase, document.folded, grammar)
    if named is not None:
        entity, _ = named
        return Speaker(cue.phrase, entity.entity_id, entity.name)
    words = phrase.split()
    before = by_head.get(cue.head)
    if len(words) == 2 and words[0].lower() in _DETERMINERS and before is not None:
        return Speaker(cue.phrase, before.entity_id, before.name)
    full = by_head.get("~" + words[-1].lower()) if len(words) == 1 else None
    if full is not None:
        return Speaker(cue.phrase, full.entity_id, full.name)
    found = Speaker(cue.phrase, None, phrase)
    if len(words) > 1 and words[-1][:1].isupper():
        by_head.setdefault("~" + words[-1].lower(), found)
    return found


def _named(document: Document, span: Span | None, mentions: _Mentions, grammar: SpeechGrammar) -> Speaker | None:
    """The speaker that a noun phrase names."""
    if span is None:
        return None
    named = mentions.named_in(span, document.folded, grammar)
    return Speaker(span, named[0].entity_id, named[0].name) if named else Speaker(span, None, span.of(document.text))


def _remember(heard: _Heard, cue: Cue, speaker: Speaker, mentions: _Mentions, grammar: SpeechGrammar) -> _Heard:
    kind = mentions.type_of(speaker.entity_id)
    is_body = kind in ("organization", "place", "group") or cue.head in grammar.it or cue.head in grammar.documents
    plural = cue.head.endswith("s") and cue.head in grammar.people
    return _Heard(
        person=heard.person if is_body or plural else speaker,
        body=speaker if is_body or plural else heard.body,
        last=speaker,
    )


@dataclass(frozen=True, slots=True)
class _Mentions:
    """Entity mentions by offset."""

    starts: tuple[int, ...]
    rows: tuple[tuple[Mention, Entity], ...]
    types: dict[str, str]

    @classmethod
    def of(cls, entities: Sequence[Entity]) -> _Mentions:
        rows = sorted(((m, e) for e in entities for m in e.mentions), key=lambda row: row[0].span)
        return cls(tuple(m.span.start for m, _ in rows), tuple(rows), {e.entity_id: e.type for e in entities})

    def type_of(self, entity_id: str | None) -> str | None:
        return self.types.get(entity_id) if entity_id else None

    def named_in(self, phrase: Span, folded: str, grammar: SpeechGrammar) -> tuple[Entity, Mention] | None:
        """The entity that the phrase names: a person in it, else whatever its last words name ("the WHO")."""
        first = bisect_right(self.starts, phrase.start - 1)
        inside = []
        for mention, entity in self.rows[first:]:
            if mention.span.start >= phrase.end:
                break
            if mention.span.end <= phrase.end + 2 and mention.form not in ("pronoun", "title"):
                inside.append((entity, mention))
        people = [row for row in inside if row[0].type == "person"]
        if people:
            return people[0]
        whole = [
            row
            for row in inside
            if row[1].span.end >= phrase.end and _only_article(folded, phrase.start, row[1].span.start)
        ]
        return whole[0] if whole else None

    def last_person(self, before: int) -> Speaker | None:
        for at in range(bisect_right(self.starts, before) - 1, -1, -1):
            mention, entity = self.rows[at]
            if entity.type == "person":
                return Speaker(mention.span, entity.entity_id, entity.name)
        return None


def _only_article(folded: str, start: int, end: int) -> bool:
    return folded[start:end].strip().lower() in ("", "the", "a", "an", "both")


# -- what they say


def _reported(voice: Voice, grammar: SpeechGrammar) -> Attribution:
    return Attribution(voice.speaker, voice.cue.span, _mode(voice, grammar), (voice.cue.content,), voice.cue.rule)


def _mode(voice: Voice, grammar: SpeechGrammar) -> SpeechMode:
    return "document" if voice.cue.head in grammar.documents else "indirect"


def _quoted(document: Document, quotations: Sequence[Quotation], voices: Sequence[Voice]) -> Iterator[Attribution]:
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
