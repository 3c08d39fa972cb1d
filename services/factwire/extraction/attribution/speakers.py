"""Who is said to say what: every cue gets its speaker, every quotation its cue, every pronoun the last to speak."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from factwire.extraction.attribution.cues import HEADLINE, Cue, CueFinder, headline_cue
from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.attribution.mentions import Mentions
from factwire.extraction.attribution.phrases import PhraseFinder
from factwire.extraction.attribution.quoted import Voice, quoted, reported
from factwire.extraction.attribution.quotes import Quotation, find_quotations
from factwire.extraction.model import Document, Span, Speaker
from factwire.extraction.text.spans import OrderedSpans
from factwire.extraction.text.words import Words

__all__ = ["SpeechGrammar", "attribute_speech"]

_BARE: Final = re.compile(r"[^a-z'-]+")
_MOST_WORDS: Final = 1000
"""A longer "sentence" is a table or noise: nobody speaks in it, and looking for speakers would not be linear."""
_STALE: Final = 4
"""Sentences after which a speaker is no longer the one that a pronoun means first."""
_DETERMINERS: Final = frozenset({"the", "that", "this", "a", "an", "its", "his", "her"})


def attribute_speech(document: Document, *, grammar: SpeechGrammar) -> Document:
    """Fills ``attributions``: one per cue for what its sentence reports, one per quotation for what it quotes."""
    quotations = find_quotations(document.text, document.folded)
    voices = list(_name_speakers(document, _cues(document, grammar, quotations), grammar))
    indirect = [reported(voice, grammar) for voice in voices if voice.cue.content.end > voice.cue.content.start]
    direct = list(quoted(document, quotations, voices))
    return replace(document, attributions=tuple(sorted([*indirect, *direct], key=lambda a: (a.content[0], a.cue))))


def _cues(document: Document, grammar: SpeechGrammar, quotations: Sequence[Quotation]) -> Iterator[tuple[int, Cue]]:
    quotes = OrderedSpans.of(q.span for q in quotations)
    dates = OrderedSpans.of(t.span for t in document.times)
    numbers = OrderedSpans.of(q.span for q in document.quantities)
    for index, sentence in enumerate(document.sentences):
        if sentence.section == "title" and (named := headline_cue(Words.of(document.folded, sentence.span), grammar)):
            yield index, named
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
    mentions = Mentions.of(document.entities)
    heard = _Heard()
    by_head: dict[str, Speaker] = {}
    for sentence, cue in cues:
        speaker = _speaker(document, cue, mentions, _recent(heard, sentence, mentions, cue), by_head, grammar)
        if speaker is None or (cue.rule == HEADLINE and not _names_one(cue, speaker, mentions, grammar)):
            continue
        heard = replace(_remember(heard, cue, speaker, mentions, grammar), sentence=sentence)
        if cue.head not in grammar.he | grammar.it:
            by_head.setdefault(cue.head, speaker)
        yield Voice(cue, speaker, cue.head, sentence)


def _names_one(cue: Cue, speaker: Speaker, mentions: Mentions, grammar: SpeechGrammar) -> bool:
    """Whether what closes a headline is a person, a body or a noun that can speak."""
    known = mentions.type_of(speaker.entity_id) in ("person", "organization")
    return known or cue.head in grammar.people or cue.head in grammar.documents


def _recent(heard: _Heard, sentence: int, mentions: Mentions, cue: Cue) -> _Heard:
    """What was heard; if that is long ago, the person named last is the likelier "he"."""
    if heard.sentence >= 0 and sentence - heard.sentence > _STALE:
        return replace(heard, person=mentions.last_person(cue.phrase.start) or heard.person)
    return heard


def _speaker(
    document: Document,
    cue: Cue,
    mentions: Mentions,
    heard: _Heard,
    by_head: dict[str, Speaker],
    grammar: SpeechGrammar,
) -> Speaker | None:
    phrase = document.text[cue.phrase.start : cue.phrase.end]
    if cue.head in grammar.he and len(phrase) <= 4:
        meant = heard.person or mentions.last_person(cue.phrase.start) or heard.last
        return Speaker(cue.phrase, meant.entity_id, meant.name) if meant else Speaker(cue.phrase, None, phrase)
    if cue.head in grammar.it and len(phrase) <= 4:
        meant = _antecedent(document, cue, mentions, heard)
        return Speaker(cue.phrase, meant.entity_id, meant.name) if meant else None
    named = mentions.named_in(cue.phrase, document.folded)
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


def _antecedent(document: Document, cue: Cue, mentions: Mentions, heard: _Heard) -> Speaker | None:
    """Whom "it" means: the body that its sentence names, else the one heard last, else its sentence's subject.

    ``Profit had fallen, it added``: a subject without an article is what is told of, and nobody who tells.
    """
    span = cue.antecedent
    named = mentions.named_in(span, document.folded) if span else None
    if span and named:
        return Speaker(span, named[0].entity_id, named[0].name)
    written = span.of(document.text) if span else ""
    told = Speaker(span, None, written) if span and written[:4].lower() == "the " else None
    return heard.body or told or heard.last


def _remember(heard: _Heard, cue: Cue, speaker: Speaker, mentions: Mentions, grammar: SpeechGrammar) -> _Heard:
    kind = mentions.type_of(speaker.entity_id)
    is_body = kind in ("organization", "place", "group") or cue.head in grammar.it or cue.head in grammar.documents
    plural = cue.head.endswith("s") and cue.head in grammar.people
    return _Heard(
        person=heard.person if is_body or plural else speaker,
        body=speaker if is_body or plural else heard.body,
        last=speaker,
    )
