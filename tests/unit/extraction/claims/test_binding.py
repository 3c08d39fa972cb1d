"""What is read from a sentence, as the corpus tells it; and what holds for any text at all."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.growth import grows_with_its_input

from factwire.extraction.model import Claim, Document

CORPUS = (Path(__file__).parents[3] / "corpora/claims/claims.toml").read_text("utf-8")
CASES = tomllib.loads(CORPUS)["case"]
WORDS = sorted({word for case in CASES for word in case["text"].split()} | set("()“”'–[];€%$") | {"dozens", "\n"})
PARAGRAPH = (
    "Sales in the shops of Lyon and its suburbs rose 5 percent, the chamber of commerce of the region said on Tuesday, "
    "and the mayor hoped for more of the same in the weeks before Christmas."
)


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_claims_of_the_corpus(case: dict[str, Any], read: Callable[[str], Document]) -> None:
    document = read(case["text"])
    found = [_told(document, claim, want) for claim, want in zip(document.claims, case["claims"], strict=False)]
    assert found == case["claims"]
    assert len(document.claims) == len(case["claims"])


def _told(document: Document, claim: Claim, want: dict[str, Any]) -> dict[str, Any]:
    """The fields of the claim that the case names, as the corpus writes them."""
    text = document.text
    period, attribution = claim.period, claim.attribution
    fields = {
        "span": claim.span.of(text),
        "kind": claim.kind,
        "unit": claim.unit.code,
        "comparator": claim.comparator,
        "lower": "" if claim.lower is None else str(claim.lower),
        "upper": "" if claim.upper is None else str(claim.upper),
        "approximate": claim.approximate,
        "hedge": claim.hedge or "",
        "role": claim.role,
        "direction": claim.direction or "",
        "group": -1 if claim.group is None else claim.group,
        "equivalent_of": -1 if claim.equivalent_of is None else claim.equivalent_of,
        "of": claim.of.span.of(text) if claim.of else "",
        "of_claim": claim.of.claim if claim.of else -1,
        "concept": claim.concept.span.of(text) if claim.concept else "",
        "period": (period.edtf or "") if period else "",
        "period_role": period.role if period else "",
        "assumed": period.assumed if period else False,
        "speaker": attribution.speaker.name if attribution else "",
        "modality": claim.modality,
        "polarity": claim.polarity,
    }
    return {key: fields[key] for key in want}


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join), st.text(max_size=200)))
def test_whatever_the_text_claims_are_well_formed(read: Callable[[str], Document], text: str) -> None:
    document = read(text)
    for claim in document.claims:
        sentence = document.sentences[claim.sentence].span
        assert sentence.start <= claim.span.start < claim.span.end <= sentence.end
        assert claim.lower is None or claim.upper is None or claim.lower <= claim.upper
        assert claim.lower is not None or claim.upper is not None
        assert claim.lower_inclusive or claim.comparator in ("gt", "lt", "le")
        assert claim.upper_inclusive or claim.comparator in ("gt", "ge", "lt")
        assert 0 < claim.confidence <= 1
        assert claim.equivalent_of is None or document.claims[claim.equivalent_of].equivalent_of is None
        assert claim.of is None or claim.of.claim is None or claim.of.claim < len(document.claims)
        assert claim.concept is None or sentence.holds(claim.concept.span)


@pytest.mark.parametrize(
    "piece",
    ["12 people were killed on Monday, ", 'He said "12 percent" ', "rose 3 percent to 4 from ", "(5 km) ", "1,"],
)
def test_time_grows_with_the_text(
    piece: str, read: Callable[[str], Document], bind: Callable[[Document], Document]
) -> None:
    def work(count: int) -> Callable[[], Document]:
        return partial(bind, read(piece * count))

    assert grows_with_its_input(work, 100)


def test_furniture_makes_no_claims(read: Callable[[str], Document]) -> None:
    document = read(f"{PARAGRAPH}\n\n{PARAGRAPH}")
    assert len(document.claims) == 1


def test_a_ranking_is_dropped_with_its_reason(read: Callable[[str], Document]) -> None:
    document = read("The world's two largest economies met.")
    drop = next(d for d in document.dropped if d.rule == "exclusion.superlative")
    assert drop.span.of(document.text) == "two largest economies"
    assert "ranking" in drop.reason
