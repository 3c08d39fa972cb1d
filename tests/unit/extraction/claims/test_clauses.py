"""Where a number's clause begins and ends, and what a relative clause says of its noun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factwire.extraction.claims.clauses import ClauseGrammar, clause_of, relative_behind
from factwire.extraction.claims.drafts import Draft, open_drafts
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document

WORDS: Final = [
    "Oslo",
    "sold",
    "40 ships",
    "$5 million",
    "that",
    "which",
    "the",
    "of",
    ",",
    "and",
    "it",
    "to",
    "is",
    "(",
    ";",
]


@pytest.fixture(scope="session")
def grammar(lexicons: Lexicons) -> ClauseGrammar:
    return ClauseGrammar.compile(lexicons)


def _last(document: Document) -> Draft:
    return open_drafts(document)[-1]


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Sales fell after Norvik closed 40 shops while prices rose.", "norvik closed 40 shops"),
        ("Berg sold ships, and Norvik bought 40 shops.", "norvik bought 40 shops ."),
        ("Norvik closed shops and sold 40 ships.", "norvik closed shops and sold 40 ships ."),
        ("Berg sold ships. Oslo and Bergen each bought 40 shops.", "oslo and bergen each bought 40 shops ."),
        ("Ships came from Norvik, which sold 40 shops.", "norvik , which sold 40 shops ."),
        ("Since 2019, Norvik has closed 40 shops.", "since 2019 , norvik has closed 40 shops ."),
    ],
)
def test_clause_of_the_last_number(
    text: str, clause: str, read: Callable[[str], Document], grammar: ClauseGrammar
) -> None:
    draft = _last(read(text))
    verbs = grammar.verbs_of(draft.words)
    found = clause_of(draft, relative_behind(draft, verbs, grammar), verbs, grammar)
    assert " ".join(draft.words.forms[found.first : found.stop]) == clause


@pytest.mark.parametrize(
    ("text", "relative"),
    [
        ("The 20 jets Norvik had ordered are late.", "norvik had ordered"),
        ("It is part of the $5 million in tools that Norvik imported.", "norvik imported"),
        ("Some 20 jets that Norvik ordered are late.", "norvik ordered"),
        ("It is half the 20 tonnes of aid the agency sent.", "the agency sent"),
        ("The 20 jets that the Norse Navy and Norvik ordered are late.", "the norse navy and norvik ordered"),
        ("The 20 jets are late.", ""),
        ("The 20 people who died were old.", ""),
        ("They sold the 20 jets, and Norvik ordered more.", ""),
        ("They sold the 20 jets to Norvik and left.", ""),
        ("After 20 months the company closed.", ""),
    ],
)
def test_relative_clause_behind_the_number(
    text: str, relative: str, read: Callable[[str], Document], grammar: ClauseGrammar
) -> None:
    draft = _last(read(text))
    found = relative_behind(draft, grammar.verbs_of(draft.words), grammar)
    assert (" ".join(draft.words.forms[found.first : found.governs + 1]) if found else "") == relative


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_whatever_the_text_a_clause_holds_its_number(
    read: Callable[[str], Document], grammar: ClauseGrammar, text: str
) -> None:
    for draft in open_drafts(read(text)):
        verbs = grammar.verbs_of(draft.words)
        relative = relative_behind(draft, verbs, grammar)
        clause = clause_of(draft, relative, verbs, grammar)
        assert 0 <= clause.first <= draft.first < draft.stop <= clause.stop <= len(draft.words)
        assert relative is None or draft.stop <= relative.first < relative.verb <= relative.governs
