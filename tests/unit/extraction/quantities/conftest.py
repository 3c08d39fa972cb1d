"""Phrases through the two stages, and the corpora of phrases with what they must give."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from factwire.extraction.lexicons import Lexicons, load_lexicons
from factwire.extraction.model import Article, Document, Sentence, Span
from factwire.extraction.quantities.identifiers import IdentifierGrammar, find_identifiers
from factwire.extraction.quantities.quantities import QuantityGrammar, find_quantities
from factwire.extraction.text.layout import lay_out

CORPORA = Path(__file__).parents[3] / "corpora" / "quantities"

Reader = Callable[..., Document]


def rows(section: str, *, only: str | None = None, without: str | None = None) -> list[Any]:
    """The rows of one section of all corpora, named for the test report."""
    found = []
    for path in sorted(CORPORA.glob("*.toml")):
        if path.stem in (without,) or (only is not None and path.stem != only):
            continue
        cases = tomllib.loads(path.read_text("utf-8")).get(section, [])
        found.extend(pytest.param(row, id=f"{path.stem}-{row['rule']}-{row['text'][:40]}") for row in cases)
    return found


def through(lexicons: Lexicons) -> Reader:
    """A reader of one text as one sentence: both stages, with the given lexicons."""
    identifiers, quantities = IdentifierGrammar.compile(lexicons), QuantityGrammar.compile(lexicons)

    def read(text: str, country: str | None = None, section: str = "body") -> Document:
        document = lay_out(Article(body=text, country=country))
        sentence = Sentence(Span(0, len(document.text)), section)  # type: ignore[arg-type]
        document = replace(document, sentences=(sentence,) if text else ())
        return find_quantities(find_identifiers(document, grammar=identifiers), grammar=quantities)

    return read


@pytest.fixture(scope="session")
def lexicons() -> Lexicons:
    return load_lexicons()


@pytest.fixture(scope="session")
def read(lexicons: Lexicons) -> Reader:
    return through(lexicons)
