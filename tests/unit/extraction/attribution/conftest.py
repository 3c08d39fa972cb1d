"""Texts that have sentences and nothing else, and single sentences: the words alone must do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from factwire.extraction.attribution.cues import CuedSentence
from factwire.extraction.attribution.phrases import PhraseFinder
from factwire.extraction.attribution.speakers import SpeechGrammar, attribute_speech
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document, Entity, Span
from factwire.extraction.text.layout import lay_out
from factwire.extraction.text.sections import SectionGrammar, mark_sections
from factwire.extraction.text.sentences import SentenceGrammar, split_sentences
from factwire.extraction.text.words import Words


@pytest.fixture(scope="session")
def hear() -> Callable[..., Document]:
    lexicons = load_lexicons()
    sections, sentences = SectionGrammar.compile(lexicons), SentenceGrammar.compile(lexicons)
    speech = SpeechGrammar.compile(lexicons)

    def listener(body: str, entities: tuple[Entity, ...] = ()) -> Document:
        document = mark_sections(lay_out(Article(body=body, language="en")), grammar=sections)
        document = replace(split_sentences(document, grammar=sentences), entities=entities)
        return attribute_speech(document, grammar=speech)

    return listener


@pytest.fixture(scope="session")
def cued() -> Callable[[str], CuedSentence]:
    """A sentence as the rules of speech see it: every word of digits is a quantity, nothing is a date or quoted."""
    grammar = SpeechGrammar.compile(load_lexicons())

    def cue_sentence(text: str) -> CuedSentence:
        span = Span(0, len(text))
        words = Words.of(text, span)
        numbers = tuple(words.span(at, at + 1) for at, form in enumerate(words.forms) if form[0].isdigit())
        phrases = PhraseFinder(words, grammar, frozenset(), words.inside(numbers))
        return CuedSentence(words, span, grammar, phrases, (), numbers)

    return cue_sentence
