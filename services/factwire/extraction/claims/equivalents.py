"""Conversions: "4.5 billion Swiss francs ($5.1 billion)" is one fact in two units."""

from __future__ import annotations

from typing import Final

from factwire.extraction.claims.comparators import with_comparator
from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.model import Claim, Document

_LONGEST: Final = 3
"""Words between the two: an opening bracket, "or", a comma."""


def join_equivalents(document: Document, drafts: Drafts) -> Drafts:
    """Sets ``equivalent_of``; a conversion takes comparator and hedge, role and direction from what it converts."""
    found: list[Draft] = []
    for index, draft in enumerate(drafts):
        found.append(_joined(draft, index, found))
    return tuple(found)


def _joined(draft: Draft, index: int, found: list[Draft]) -> Draft:
    if not found:
        return draft
    previous = found[-1]
    if not _converts(previous, draft):
        return draft
    base = index - 1 if previous.claim.equivalent_of is None else previous.claim.equivalent_of
    original = found[base].claim
    inherited = _inherited(draft.claim, original)
    return draft._replace(claim=inherited, verb=found[base].verb).but("equivalent.bracket", equivalent_of=base)


def _inherited(claim: Claim, original: Claim) -> Claim:
    if claim.comparator == "eq" and original.comparator in ("gt", "ge", "lt", "le"):
        claim = with_comparator(claim, original.comparator)
    return claim._replace(
        approximate=claim.approximate or original.approximate,
        role=original.role,
        direction=original.direction,
        group=original.group,
    )


def _converts(previous: Draft, draft: Draft) -> bool:
    if previous.claim.sentence != draft.claim.sentence or previous.claim.unit.code == draft.claim.unit.code:
        return False
    if previous.claim.unit.system != draft.claim.unit.system or draft.claim.unit.system not in ("ISO4217", "UCUM"):
        return False
    if previous.claim.kind != draft.claim.kind:
        return False
    between = draft.words.forms[previous.stop : draft.first]
    chained = previous.claim.equivalent_of is not None and between in (
        (",",),
        (";",),
        ("/",),
        (",", "or"),
        ("or",),
        ("and",),
    )
    bracketed = between in (
        ("(",),
        ("[",),
        ("(", "or"),
        ("/",),
        (",", "or"),
        ("(", "equivalent", "to"),
        ("(", "or", "around"),
    )
    return (bracketed and len(between) <= _LONGEST and draft.claim.kind != "percent") or chained
