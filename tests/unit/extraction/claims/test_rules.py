"""Every rule that can appear in a claim has a reason, a text in which it fires, and one in which it stays silent."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import factwire.extraction
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document, Modality

CORPORA = Path(__file__).parents[3] / "corpora"
PACKAGE = Path(factwire.extraction.__file__).parent
FAMILIES = {
    "claims/rules": (
        "comparator",
        "change",
        "equivalent",
        "unit",
        "whole",
        "concept",
        "period",
        "modality",
        "exclusion",
    ),
    "attribution/rules": ("speech", "quote"),
}


def _named(folder: str, families: tuple[str, ...]) -> set[str]:
    code = "\n".join(path.read_text("utf-8") for path in (PACKAGE / folder).glob("*.py"))
    return set(re.findall(rf'"((?:{"|".join(families)})\.[a-z-]+)"', code))


@pytest.mark.parametrize("table", FAMILIES)
def test_every_rule_has_a_reason(table: str, lexicons: Lexicons) -> None:
    reasons = lexicons.table(table).content
    told = {f"{family}.{rule}" for family, rules in reasons.items() for rule in rules}
    assert _named(table.split("/")[0], FAMILIES[table]) <= told


def test_every_modality_has_a_reason(lexicons: Lexicons) -> None:
    moods = set(Modality.__args__) - {"asserted"}  # type: ignore[attr-defined]
    assert moods <= set(lexicons.table("claims/rules").section("modality"))


def _corpus(folder: str) -> dict[str, dict[str, Any]]:
    families: dict[str, Any] = tomllib.loads((CORPORA / folder / "rules.toml").read_text("utf-8"))
    return {f"{family}.{rule}": texts for family, rules in families.items() for rule, texts in rules.items()}


RULES = [
    pytest.param(rule, texts, id=rule) for part in ("claims", "attribution") for rule, texts in _corpus(part).items()
]


def _fired(document: Document) -> set[str]:
    claimed = {rule for claim in document.claims for rule in claim.rules}
    return claimed | {heard.rule for heard in document.attributions} | {dropped.rule for dropped in document.dropped}


@pytest.mark.parametrize(("rule", "texts"), RULES)
def test_rule_fires_where_it_must(rule: str, texts: dict[str, Any], read: Callable[..., Document]) -> None:
    assert rule in _fired(read(texts["fires"], title=texts.get("title", False)))


@pytest.mark.parametrize(("rule", "texts"), RULES)
def test_rule_stays_silent_where_it_must(rule: str, texts: dict[str, Any], read: Callable[..., Document]) -> None:
    assert rule not in _fired(read(texts["silent"], title=texts.get("title", False)))


@pytest.mark.parametrize("table", FAMILIES)
def test_every_rule_has_a_text_of_either_kind(table: str, lexicons: Lexicons) -> None:
    told = {f"{family}.{rule}" for family, rules in lexicons.table(table).content.items() for rule in rules}
    assert set(_corpus(table.split("/")[0])) == told
