"""Two bounds on one number: "at least 300 but less than 500 residents" is one claim with both ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.model import Document, Span

_FROM_BELOW: Final = frozenset({"ge", "gt"})
_FROM_ABOVE: Final = frozenset({"le", "lt"})
_JOINTS: Final = (("but",), ("and",), (",", "but"), (",", "and"), ("yet",))


def join_bounds(document: Document, drafts: Drafts) -> Drafts:
    """Drafts with a lower bound and the upper one behind it made one; its unit is the second's."""
    found: list[Draft] = []
    for draft in drafts:
        if found and _belong_together(found[-1], draft):
            draft = _joined(document, found.pop(), draft)
        found.append(draft)
    return tuple(found)


def _belong_together(low: Draft, high: Draft) -> bool:
    if low.claim.sentence != high.claim.sentence or low.words.forms[low.stop : high.first] not in _JOINTS:
        return False
    if low.claim.comparator not in _FROM_BELOW or high.claim.comparator not in _FROM_ABOVE:
        return False
    bare = low.claim.kind == "count" and low.quantity.noun is None
    rising = low.claim.lower is not None and high.claim.upper is not None and low.claim.lower < high.claim.upper
    return rising and (bare or (low.claim.kind, low.claim.unit.code) == (high.claim.kind, high.claim.unit.code))


def _joined(document: Document, low: Draft, high: Draft) -> Draft:
    span = Span(low.claim.span.start, high.claim.span.end)
    number = Span(low.quantity.number.start, high.quantity.number.end)
    claim = high.claim._replace(
        span=span,
        value=None,
        lower=low.claim.lower,
        lower_inclusive=low.claim.lower_inclusive,
        comparator="between",
        approximate=low.claim.approximate or high.claim.approximate,
        hedge=low.claim.hedge or high.claim.hedge,
        precision=max(low.claim.precision, high.claim.precision),
        rules=(*low.claim.rules, *high.claim.rules, "comparator.two-sided"),
    )
    quantity = replace(high.quantity, span=span, number=number)
    return high._replace(quantity=quantity, claim=claim, first=low.first)
