"""A seat of government that is spoken to is its government; where something happens there it is a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from factwire.extraction.model import Document

GOVERNMENTS: Final = [
    ("Beijing has warned Washington over tariffs.", "Washington", "Q30"),
    ("The minister urged Moscow to sign.", "Moscow", "Q159"),
    ("Envoys told Beijing that talks were off.", "Beijing", "Q148"),
    ("Farmers blamed Paris for the delay.", "Paris", "Q142"),
]
PLACES: Final = [
    ("He was told in Beijing that talks were off.", "Beijing", "Q956"),
    ("The warning reached Moscow by train.", "Moscow", "Q649"),
]


def senses(document: Document, words: str) -> list[tuple[str, bool]]:
    found = ((e, m) for e in document.entities for m in e.mentions)
    return [(e.entity_id, m.form == "metonym") for e, m in found if m.span.of(document.text) == words]


@pytest.mark.parametrize(("text", "words", "entity_id"), GOVERNMENTS)
def test_capital_that_is_addressed_is_its_government(
    link: Callable[..., Document], text: str, words: str, entity_id: str
) -> None:
    assert senses(link(text), words) == [(entity_id, True)]


@pytest.mark.parametrize(("text", "words", "entity_id"), PLACES)
def test_capital_where_something_happens_is_a_place(
    link: Callable[..., Document], text: str, words: str, entity_id: str
) -> None:
    assert senses(link(text), words) == [(entity_id, False)]
