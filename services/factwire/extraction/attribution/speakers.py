"""Who is said to say what: every cue gets its speaker, every quotation its cue, every pronoun the last to speak."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from factwire.extraction.attribution.antecedents import Antecedents, Heard
from factwire.extraction.attribution.cues import HEADLINE, PASSIVE, Cue, CuedSentence
from factwire.extraction.attribution.finder import find_cues, headline_cue
from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.attribution.mentions import Mentions
from factwire.extraction.attribution.phrases import PhraseFinder
from factwire.extraction.attribution.quoted import Voice, quoted, reported
from factwire.extraction.attribution.quotes import Quotation, find_quotations
from factwire.extraction.model import Document, Span, Speaker
from factwire.extraction.text.spans import OrderedSpans
from factwire.extraction.text.words import Words

__all__ = ["SpeechGrammar", "attribute_speech"]

_BARE: Final = re.compile(r"[a-z'-]+")
_MOST_WORDS: Final = 1000
"""A longer "sentence" is a table or noise: nobody speaks in it, and looking for speakers would not be linear."""
_PRONOUN: Final = 4
"""Letters of the longest pronoun that speaks."""
_BODIES: Final = ("organization", "place", "group")
_WITH_ARTICLE: Final = 2
_CALLED: Final = 4
"""Words of a phrase that a firm is called by: "the state-owned Canadian miner"."""
_DETERMINERS: Final = frozenset({"the", "that", "this", "a", "an", "its", "his", "her"})


def attribute_speech(document: Document, *, grammar: SpeechGrammar) -> Document:
    """Fills ``attributions``: one per cue for what its sentence reports, one per quotation for what it quotes."""
    quotations = find_quotations(document.text, document.folded)
    antecedents = Antecedents(document, Mentions.of(document.entities), grammar)
    voices = list(_name_speakers(_cues(document, grammar, quotations), antecedents))
    indirect = [reported(voice, grammar) for voice in voices if voice.cue.content.end > voice.cue.content.start]
    direct = list(quoted(quotations, voices, antecedents))
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
        cued = CuedSentence(words, sentence.span, grammar, phrases, quotes.within(sentence.span), counted)
        for cue in find_cues(cued):
            yield index, cue


def _signals(folded: str, span: Span, grammar: SpeechGrammar) -> bool:
    """Whether any word of the sentence can be a cue: a look at the set, before anything is parsed."""
    return not grammar.signals.isdisjoint(_BARE.findall(folded[span.start : span.end].lower()))


# -- speakers


def _name_speakers(cues: Iterator[tuple[int, Cue]], antecedents: Antecedents) -> Iterator[Voice]:
    grammar = antecedents.grammar
    heard = Heard()
    by_head: dict[str, Speaker] = {}
    for sentence, cue in cues:
        if _is_pronoun(cue, antecedents):
            speaker = _meant(cue, sentence, heard, antecedents)
        else:
            speaker = _named(cue, sentence, antecedents, by_head)
        if speaker is None or not _may_be(cue, speaker, antecedents):
            continue
        heard = _remember(heard, sentence, cue, speaker, antecedents)
        if cue.head not in grammar.he | grammar.it:
            by_head.setdefault(cue.head, speaker)
        yield Voice(cue, speaker, cue.head, sentence)


def _may_be(cue: Cue, speaker: Speaker, antecedents: Antecedents) -> bool:
    """Whether what closes a headline can speak, and whether an "it" that showed something is a paper."""
    if cue.rule == HEADLINE:
        return antecedents.can_speak(cue, speaker)
    return not cue.shows or antecedents.can_show(speaker)


def _is_pronoun(cue: Cue, antecedents: Antecedents) -> bool:
    alone = cue.phrase.end - cue.phrase.start <= _PRONOUN
    return alone and (cue.head in antecedents.grammar.he or cue.head in antecedents.grammar.it)


def _meant(cue: Cue, sentence: int, heard: Heard, antecedents: Antecedents) -> Speaker | None:
    """Whom a pronoun means; a "he" whom nobody explains speaks for himself, an "it" does not speak."""
    if cue.head in antecedents.grammar.it:
        meant = antecedents.of_it(cue, sentence, heard)
    else:
        meant = antecedents.of_he(cue, sentence, heard) or Speaker(
            cue.phrase, None, cue.phrase.of(antecedents.document.text)
        )
    return None if meant is None else replace(meant, span=cue.phrase)


def _named(cue: Cue, sentence: int, antecedents: Antecedents, by_head: dict[str, Speaker]) -> Speaker:
    """Whom a phrase names, or describes as somebody who was named before; else the phrase itself."""
    document, mentions = antecedents.document, antecedents.mentions
    named = mentions.named_in(cue.phrase, document.folded)
    if named is not None:
        return Speaker(cue.phrase, named[0].entity_id, named[0].name)
    phrase = cue.phrase.of(document.text)
    words = phrase.split()
    before = _before(cue, sentence, words, antecedents, by_head)
    if before is not None:
        return replace(before, span=cue.phrase)
    found = Speaker(cue.phrase, None, phrase)
    if len(words) > 1 and words[-1][:1].isupper():
        by_head.setdefault("~" + words[-1].lower(), found)
    return found


def _before(
    cue: Cue, sentence: int, words: Sequence[str], antecedents: Antecedents, by_head: dict[str, Speaker]
) -> Speaker | None:
    """``the official``, ``Berg``: who spoke under that noun or surname before, or was described by it."""
    if len(words) == 1:
        return by_head.get("~" + words[0].lower())
    if words[0].lower() not in _DETERMINERS:
        return None
    before = by_head.get(cue.head) or antecedents.described(cue) if len(words) == _WITH_ARTICLE else None
    return before or (antecedents.firm(cue, sentence) if len(words) <= _CALLED else None)


def _remember(heard: Heard, sentence: int, cue: Cue, speaker: Speaker, antecedents: Antecedents) -> Heard:
    grammar, kind = antecedents.grammar, antecedents.mentions.type_of(speaker.entity_id)
    is_body = kind in _BODIES or cue.head in grammar.it or cue.head in grammar.documents
    plural = cue.head.endswith("s") and cue.head in grammar.people
    if cue.rule == PASSIVE and heard.person is not None and heard.sentence >= sentence - 1:
        return replace(heard, sentence=sentence)
    return Heard(
        sentence=sentence,
        person=heard.person if is_body or plural else speaker,
        body=speaker if is_body or plural else heard.body,
        last=speaker,
    )
