"""The shipped knowledge base and lexicons, opened once, and texts put through the stages that entities rest on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from factwire.extraction.entities.linking import EntityGrammar, link_mentions
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document
from factwire.extraction.text.layout import lay_out
from factwire.extraction.text.sections import SectionGrammar, mark_sections
from factwire.extraction.text.sentences import SentenceGrammar, split_sentences
from factwire.kb.catalogue import Catalogue
from factwire.kb.load import load_catalogue

Link = Callable[..., Document]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def link(catalogue: Catalogue) -> Link:
    lexicons = load_lexicons()
    sections, sentences = SectionGrammar.compile(lexicons), SentenceGrammar.compile(lexicons)
    grammar = EntityGrammar.compile(lexicons)

    def linked(body: str, *, title: str | None = None, published: str = "2024-04-12") -> Document:
        day = datetime.fromisoformat(published).replace(tzinfo=UTC)
        document = lay_out(Article(title=title, body=body, language="en", published_at=day))
        document = split_sentences(mark_sections(document, grammar=sections), grammar=sentences)
        return link_mentions(document, grammar=grammar, catalogue=catalogue)

    return linked
