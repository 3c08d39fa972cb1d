"""Every rule that can appear in a claim has a reason that is written down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import factwire.extraction
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Modality

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
