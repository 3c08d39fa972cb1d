"""Heads in the singular, and where a counted noun phrase ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document
from factwire.extraction.quantities.nouns import NounGrammar

Reader = Callable[..., Document]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("drones", "drone"), ("countries", "country"), ("buses", "bus"), ("boxes", "box"), ("churches", "church"),
        ("classes", "class"), ("houses", "house"), ("cases", "case"), ("people", "person"), ("gunmen", "gunman"),
        ("policewomen", "policewoman"), ("lives", "life"), ("aircraft", "aircraft"), ("viruses", "virus"),
        ("gas", "gas"), ("press", "press"), ("analysis", "analysis"), ("movies", "movie"), ("heroes", "hero"),
        ("Swedes", "Swede"), ("ties", "tie"), ("species", "species"),
    ],
)  # fmt: skip
def test_singular_of_a_plural(lexicons: Lexicons, plural: str, singular: str) -> None:
    assert NounGrammar.compile(lexicons).singular(plural) == singular


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("They freed 20 hostages in Basra.", "20 hostages"),
        ("They freed 20 hostages held since May.", "20 hostages"),
        ("They met 20 sports fans there.", "20 sports fans"),
        ("They met 20 well-known arms dealers.", "20 well-known arms dealers"),
        ("They met 20 political analysts.", "20 political analysts"),
        ("They met the two countries' leaders.", "two countries"),
        ("Three earlier primaries were held.", "Three earlier primaries"),
        ("Three died earlier.", "Three"),
        ("Some 190 voted against lawmakers.", "190"),
        ("It has one board meeting left.", "one board meeting"),
        ("It hired one analyst covering banks.", "one analyst"),
        ("They hit 20 IS militants.", "20 IS militants"),
    ],
)
def test_counted_phrase_ends_with_its_noun(read: Reader, text: str, phrase: str) -> None:
    document = read(text)
    assert document.quantities[0].span.of(document.text) == phrase
