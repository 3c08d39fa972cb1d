"""Reads a sentence with everything that claims are bound from, and nothing that needs the knowledge base."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from factwire.extraction.attribution.speakers import SpeechGrammar, attribute_speech
from factwire.extraction.claims.binding import ClaimGrammar, bind_claims
from factwire.extraction.lexicons import Lexicons, load_lexicons
from factwire.extraction.model import Article, Document
from factwire.extraction.quantities.identifiers import IdentifierGrammar, find_identifiers
from factwire.extraction.quantities.quantities import QuantityGrammar, find_quantities
from factwire.extraction.text.layout import lay_out
from factwire.extraction.text.sections import SectionGrammar, mark_sections
from factwire.extraction.text.sentences import SentenceGrammar, split_sentences
from factwire.extraction.times.expressions import TimeGrammar, find_times

PUBLISHED = datetime(2024, 5, 15, 12, tzinfo=UTC)
"""A Wednesday."""


@pytest.fixture(scope="session")
def lexicons() -> Lexicons:
    return load_lexicons()


@pytest.fixture(scope="session")
def read(lexicons: Lexicons) -> Callable[..., Document]:
    stages = (
        partial(mark_sections, grammar=SectionGrammar.compile(lexicons)),
        partial(split_sentences, grammar=SentenceGrammar.compile(lexicons)),
        partial(find_times, grammar=TimeGrammar.compile(lexicons)),
        partial(find_identifiers, grammar=IdentifierGrammar.compile(lexicons)),
        partial(find_quantities, grammar=QuantityGrammar.compile(lexicons)),
        partial(attribute_speech, grammar=SpeechGrammar.compile(lexicons)),
        partial(bind_claims, grammar=ClaimGrammar.compile(lexicons)),
    )

    def reader(text: str, *, title: bool = False) -> Document:
        """``title``: the text is the headline of an article that tells nothing else."""
        headline, body = (text, "Nothing else was told.") if title else (None, text)
        document = lay_out(Article(title=headline, body=body, language="en", published_at=PUBLISHED))
        for stage in stages:
            document = stage(document)
        return document

    return reader


@pytest.fixture(scope="session")
def bind(lexicons: Lexicons) -> Callable[[Document], Document]:
    """Only the stages under test: who speaks, and the binding of claims."""
    speech, claims = SpeechGrammar.compile(lexicons), ClaimGrammar.compile(lexicons)
    return lambda document: bind_claims(attribute_speech(document, grammar=speech), grammar=claims)
