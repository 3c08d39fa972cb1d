"""How sure we are: the share of right claims of this kind and in these circumstances, as measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document


@dataclass(frozen=True, slots=True)
class ConfidenceGrammar:
    base: float
    kinds: Mapping[str, float]
    circumstances: Mapping[str, float]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> ConfidenceGrammar:
        table = lexicons.table("claims/confidence")
        base = table.content.get("base")
        if not isinstance(base, float) or not 0 < base < 1:
            raise table.fault("base", "'base' must be a number between 0 and 1")
        return cls(base, dict(table.section("kinds")), dict(table.section("circumstances")))


def weigh(document: Document, drafts: Drafts, grammar: ConfidenceGrammar) -> Drafts:
    """Sets ``confidence``: the kind's share, times what each circumstance leaves of it."""
    return tuple(draft.but(confidence=_confidence(document, draft, grammar)) for draft in drafts)


def _confidence(document: Document, draft: Draft, grammar: ConfidenceGrammar) -> float:
    confidence = grammar.kinds.get(draft.claim.kind, grammar.base)
    for circumstance in _circumstances(document, draft):
        confidence *= grammar.circumstances.get(circumstance, 1.0)
    return round(confidence, 3)


def _circumstances(document: Document, draft: Draft) -> Iterator[str]:
    claim = draft.claim
    if claim.unit.assumed:
        yield "assumed_unit"
    if claim.vague:
        yield "vague"
    if claim.kind == "count" and claim.unit.code is None:
        yield "no_unit"
    if claim.kind == "count" and claim.value is not None and claim.value <= 1:
        yield "small_word"
    if claim.comparator == "between" and not claim.vague:
        yield "range"
    if document.sentences[claim.sentence].section == "title":
        yield "title"
    if claim.period is not None and claim.period.assumed:
        yield "carried_period"
