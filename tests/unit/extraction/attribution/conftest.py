"""Finds speakers in a text that has sentences and nothing else: the words alone must do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from factwire.extraction.attribution.speakers import SpeechGrammar, attribute_speech
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document, Entity
from factwire.extraction.text.layout import lay_out
from factwire.extraction.text.sections import SectionGrammar, mark_sections
from factwire.extraction.text.sentences import SentenceGrammar, split_sentences


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
