"""Who takes part in what a number tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from factwire.extraction.model import Document, Entity, Mention, Span

NAMES = {"Freedonia": "place", "Sylvania": "place", "Berg": "person", "Lyon": "place"}


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Freedonia sold 40 tanks to Sylvania.", {"Freedonia": "agent", "Sylvania": "recipient"}),
        ("Freedonia has 40 tanks.", {"Freedonia": "subject"}),
        ("Freedonia's exports rose 4 percent.", {"Freedonia": "holder"}),
        (
            "The 40 tanks bought by Freedonia came from Sylvania.",
            {"Freedonia": "recipient", "Sylvania": "counterparty"},
        ),
        ("About 40 people died in Lyon.", {"Lyon": "place"}),
        ("About 40 people work in Berg.", {}),
        ("Berg said Freedonia has 40 tanks.", {"Freedonia": "subject"}),
    ],
)
def test_roles_of_the_entities_around_a_number(
    text: str, roles: dict[str, str], read: Callable[[str], Document], bind: Callable[[Document], Document]
) -> None:
    document = bind(replace(read(text), entities=tuple(_entities(text)), claims=()))
    assert {a.span.of(text): a.role for a in document.claims[0].arguments} == roles


def _entities(text: str) -> Any:
    for name, kind in NAMES.items():
        if name in text:
            span = Span(text.index(name), text.index(name) + len(name))
            yield Entity(f"nil:{name}", kind, None, name, 0.9, 0.5, (Mention(span, "name", 0.9, "test"),))
