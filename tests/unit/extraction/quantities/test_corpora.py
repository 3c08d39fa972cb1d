"""Every rule has a phrase in which it must fire, with the value it must give, and one in which it must stay silent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Document, Quantity

from .conftest import Reader, rows


def _quoted(document: Document, quote: str) -> Quantity:
    found = [quantity for quantity in document.quantities if quantity.span.of(document.text) == quote]
    assert found, f"{quote!r} not among {[q.span.of(document.text) for q in document.quantities]}"
    return found[-1]


def _fired(document: Document) -> set[str]:
    rules = {rule for quantity in document.quantities for rule in quantity.rules}
    return rules | {identifier.rule for identifier in document.identifiers}


@pytest.mark.parametrize("row", rows("cases", without="identifiers"))
def test_phrase_gives_its_value_and_unit(read: Reader, row: dict[str, Any]) -> None:
    document = read(row["text"], row.get("country"))
    quantity = _quoted(document, row["quote"])
    assert row["rule"] in quantity.rules
    assert quantity.value == (Decimal(row["value"]) if "value" in row else None)
    assert quantity.lower == Decimal(row.get("value", row.get("lower")))
    assert quantity.upper == Decimal(row.get("value", row.get("upper")))
    if "kind" in row:
        assert quantity.kind == row["kind"]
        assert quantity.unit.code == row.get("code")
        assert quantity.unit.label == row.get("label", quantity.unit.label)
    assert quantity.vague == row.get("vague", quantity.vague)
    assert quantity.approximate == row.get("approximate", quantity.approximate)
    assert quantity.unit.assumed == row.get("assumed", quantity.unit.assumed)
    assert (quantity.unit.per.code if quantity.unit.per else None) == row.get("per")


@pytest.mark.parametrize("row", rows("cases", only="identifiers"))
def test_name_with_a_number_is_found_and_holds_no_quantity(read: Reader, row: dict[str, Any]) -> None:
    document = read(row["text"])
    last = document.identifiers[-1]
    assert (last.span.of(document.text), last.rule) == (row["quote"], row["rule"])
    assert not any(quantity.number.overlaps(last.span) for quantity in document.quantities)


@pytest.mark.parametrize("row", rows("silent"))
def test_rule_stays_silent(read: Reader, row: dict[str, Any]) -> None:
    document = read(row["text"], row.get("country"))
    here = [q for q in document.quantities if q.span.of(document.text) == row.get("quote", q.span.of(document.text))]
    assert row["rule"] not in {rule for quantity in here for rule in quantity.rules}
    assert row["rule"] not in {identifier.rule for identifier in document.identifiers}


@pytest.mark.parametrize("row", rows("dropped"))
def test_number_that_is_no_quantity_is_dropped_with_its_reason(read: Reader, row: dict[str, Any]) -> None:
    document = read(row["text"])
    rules = {dropped.span.of(document.text): dropped for dropped in document.dropped}
    assert rules[row["quote"]].rule == row["rule"]
    assert rules[row["quote"]].reason


def test_every_rule_that_fires_has_a_phrase_that_must_not_fire_it() -> None:
    fires = {row.values[0]["rule"] for row in rows("cases")}
    silent = {row.values[0]["rule"] for row in rows("silent")}
    assert fires == silent


def test_every_rule_has_its_reason_in_one_line() -> None:
    table = load_lexicons().table("quantities/rules").content
    reasons = {name: reason for family in table.values() for name, reason in family.items()}
    assert set(reasons) == {row.values[0]["rule"] for row in rows("cases")}
    assert all(reason and "\n" not in reason for reason in reasons.values())
