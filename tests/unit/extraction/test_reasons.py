"""A rule's reason is found by the name that facts carry."""

from __future__ import annotations

from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.reasons import reasons_of


def test_reasons_go_by_the_names_that_facts_carry() -> None:
    reasons = reasons_of(load_lexicons())
    assert {"digits", "known.name", "speech.according-to", "change.verb"} <= set(reasons)


def test_no_name_means_two_rules() -> None:
    lexicons = load_lexicons()
    tables = [t for name, t in lexicons.tables.items() if name.endswith("/rules")]
    assert len(reasons_of(lexicons)) == sum(len(rules) for t in tables for rules in t.content.values())
