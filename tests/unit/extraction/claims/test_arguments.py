"""Who takes part in what a number tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factwire.extraction.model import Document, Entity, EntityType, Mention, Span

WORDS = [
    *(
        "Freedonia",
        "Sylvania",
        "Berg",
        "Lyon",
        "Freedonia's",
        "sold",
        "bought",
        "said",
        "was",
        "fined",
        "ordered",
        "to",
    ),
    *("40 tanks", "$40 million", "4 percent", "twice", "of", "the", "that", "which", "it", "by", "in", "with", "and"),
    *(",", ";", ".", "(", "-", "from", "against", "not only"),
]
NAMES: dict[str, EntityType] = {"Freedonia": "place", "Sylvania": "place", "Berg": "person", "Lyon": "place"}


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
        ("Freedonia paid Sylvania $40 million for tanks.", {"Freedonia": "agent", "Sylvania": "recipient"}),
        ("Freedonia paid $40 million for Berg.", {"Freedonia": "agent"}),
        ("Freedonia was fined $40 million in Lyon.", {"Freedonia": "recipient", "Lyon": "place"}),
        ("Freedonia, which borders Sylvania, sold 40 tanks.", {"Freedonia": "agent"}),
        ("Tanks came from Freedonia, which sold 40 ships.", {"Freedonia": "agent"}),
        ("Freedonia and Sylvania each ordered 40 tanks.", {"Freedonia": "recipient", "Sylvania": "recipient"}),
        ("Freedonia sold tanks, and the price in Lyon was $40 million.", {"Lyon": "place"}),
        ("Berg ordered Sylvania to return 40 tanks.", {"Sylvania": "subject"}),
        ("Freedonia said it would send 40 tanks to Sylvania.", {"Freedonia": "agent", "Sylvania": "recipient"}),
        ("Berg said it would cost $40 million.", {}),
        ("Sales rose, Berg said, by 40 percent.", {}),
        ("Shares in Freedonia fell 4 percent in Lyon.", {"Freedonia": "place", "Lyon": "place"}),
        ("A 4 percent stake is owned by Freedonia.", {"Freedonia": "holder"}),
        ("Freedonia owns a 4 percent stake.", {"Freedonia": "holder"}),
        ("Sales rose 4 percent compared to Freedonia.", {}),
        ("LYON - Freedonia bought 40 tanks.", {"Freedonia": "recipient"}),
        ("Fires in rural Freedonia destroyed 40 homes.", {"Freedonia": "place"}),
        ("Freedonia and Sylvania, which use 40 tanks, are rivals.", {"Freedonia": "subject", "Sylvania": "subject"}),
        ("Freedonia makes steel, a rival of coal, and spends $40 million a year on it.", {"Freedonia": "agent"}),
        ("Berg allowed Sylvania to use the 40 tanks it received.", {"Sylvania": "recipient"}),
        ("Freedonia cut orders by 40 percent.", {"Freedonia": "subject"}),
        (
            "Mines closed in Freedonia and Sylvania, raising the total to 40.",
            {"Freedonia": "place", "Sylvania": "place"},
        ),
        ("The agency visited Sylvania, giving it 40 tanks.", {}),
    ],
)
def test_roles_of_the_entities_around_a_number(
    text: str, roles: dict[str, str], read: Callable[[str], Document], bind: Callable[[Document], Document]
) -> None:
    document = bind(replace(read(text), entities=tuple(_entities(text)), claims=()))
    assert {a.span.of(text): a.role for a in document.claims[0].arguments} == roles


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            "Sylvania supplied 60 percent of the $40 million in tanks that Freedonia imported.",
            {"Sylvania": "agent", "Freedonia": "recipient"},
            {"Freedonia": "recipient"},
        ),
        (
            "Sylvania supplied 60 percent of the $40 million in tanks imported last year by Freedonia.",
            {"Sylvania": "agent", "Freedonia": "recipient"},
            {"Freedonia": "recipient"},
        ),
        (
            "Sylvania got 4 percent of the $40 million it needs.",
            {"Sylvania": "recipient"},
            {"Sylvania": "recipient"},
        ),
        (
            "Sylvania spent $40 million, down from the $60 million Freedonia had asked for.",
            {"Sylvania": "agent"},
            {"Freedonia": "agent"},
        ),
        ("Freedonia won 40 seats and Sylvania 20 seats.", {"Freedonia": "recipient"}, {"Sylvania": "recipient"}),
        ("The 40 tanks Freedonia ordered cost $2 million.", {"Freedonia": "recipient"}, {"Freedonia": "subject"}),
        ("Freedonia gave $40 million, Sylvania $20 million.", {"Freedonia": "agent"}, {"Sylvania": "agent"}),
        ("Freedonia sold 40 percent, up from 20 percent.", {"Freedonia": "agent"}, {"Freedonia": "agent"}),
        (
            "Growth was 4 percent in Lyon, against 2 percent in Sylvania.",
            {"Lyon": "place"},
            {"Sylvania": "place"},
        ),
    ],
)
def test_each_number_of_a_sentence_has_its_own(
    text: str,
    first: dict[str, str],
    second: dict[str, str],
    read: Callable[[str], Document],
    bind: Callable[[Document], Document],
) -> None:
    claims = bind(replace(read(text), entities=tuple(_entities(text)), claims=())).claims
    assert [{a.span.of(text): a.role for a in claim.arguments} for claim in claims] == [first, second]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_whatever_the_text_arguments_are_mentions_with_one_role_each(
    read: Callable[[str], Document], bind: Callable[[Document], Document], text: str
) -> None:
    named = tuple(_entities(text))
    spans = {mention.span for entity in named for mention in entity.mentions}
    for claim in bind(replace(read(text), entities=named, claims=())).claims:
        assert {argument.span for argument in claim.arguments} <= spans
        assert len({(argument.role, argument.entity_id) for argument in claim.arguments}) == len(claim.arguments)


def _entities(text: str) -> Any:
    for name, kind in NAMES.items():
        if name in text:
            span = Span(text.index(name), text.index(name) + len(name))
            yield Entity(f"nil:{name}", kind, None, name, 0.9, 0.5, (Mention(span, "name", 0.9, "test"),))
