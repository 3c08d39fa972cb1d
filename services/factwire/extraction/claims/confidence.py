"""How sure we are that all of a claim is right: the share of such claims, as measured (see ``confidence.toml``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document

_AFAR: Final = frozenset({"change.object", "change.noun-behind"})
_MOST: Final = 0.99


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
    return tuple(draft.but(confidence=_confidence(draft, grammar)) for draft in drafts)


def _confidence(draft: Draft, grammar: ConfidenceGrammar) -> float:
    confidence = grammar.kinds.get(draft.claim.kind, grammar.base)
    for circumstance in _circumstances(draft):
        confidence *= grammar.circumstances.get(circumstance, 1.0)
    return round(min(confidence, _MOST), 3)


def _circumstances(draft: Draft) -> Iterator[str]:
    claim = draft.claim
    yield "attributed" if claim.attribution else "own_voice"
    if claim.unit.assumed:
        yield "assumed_unit"
    if claim.kind == "count" and claim.unit.code is None:
        yield "no_unit"
    if claim.comparator == "between" and not claim.vague:
        yield "range"
    if "comparator.verb" in claim.rules:
        yield "bounded_by_verb"
    if not _AFAR.isdisjoint(claim.rules):
        yield "moved_from_afar"
