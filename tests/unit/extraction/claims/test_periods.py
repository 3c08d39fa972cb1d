"""When each number of a text held, as the corpus says it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factwire.extraction.model import Claim, Document

CASES = tomllib.loads((Path(__file__).parents[3] / "corpora/claims/periods.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["holds"] for case in CASES])
def test_every_number_has_the_period_it_held_in(case: dict[str, Any], read: Callable[[str], Document]) -> None:
    document = read(case["text"])
    assert [[claim.span.of(document.text), _period(claim)] for claim in document.claims] == case["held"]


def _period(claim: Claim) -> str:
    return (claim.period.edtf or "") if claim.period else ""
