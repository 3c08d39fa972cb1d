"""Who and what takes part: the entities around a number, each with the role that its preposition or place gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts, by_sentence
from factwire.extraction.model import Argument, ArgumentRole, Document, EntityType, Span
from factwire.extraction.text.spans import OrderedSpans

_PREPOSITIONS: Final[dict[str, ArgumentRole]] = {
    "in": "place",
    "at": "place",
    "near": "place",
    "across": "place",
    "throughout": "place",
    "to": "recipient",
    "for": "recipient",
    "by": "agent",
    "with": "counterparty",
    "from": "counterparty",
    "against": "counterparty",
}
_PLACES: Final = frozenset({"place"})
_MOST: Final = 6
"""Arguments of one claim: those nearest to it."""


@dataclass(frozen=True, slots=True)
class _Named:
    span: Span
    entity_id: str
    type: EntityType


def find_arguments(document: Document, drafts: Drafts) -> Drafts:
    """Sets ``arguments`` from the entity mentions of the claim's sentence; the speaker is none of them."""
    named = [_Named(m.span, e.entity_id, e.type) for e in document.entities for m in e.mentions if m.form != "title"]
    if not named:
        return drafts
    ordered = OrderedSpans.of(n.span for n in named)
    found: list[Draft] = []
    for sentence in by_sentence(drafts):
        span = document.sentences[sentence[0].claim.sentence].span
        near = [named[i] for i in ordered.indices(span)]
        found.extend(_with_arguments(draft, near) for draft in sentence)
    return tuple(found)


def _with_arguments(draft: Draft, near: list[_Named]) -> Draft:
    speaker = draft.claim.attribution.speaker.span if draft.claim.attribution else None
    others = [n for n in near if speaker is None or not n.span.overlaps(speaker)]
    nearest = sorted(others, key=lambda n: _distance(n.span, draft.claim.span))[:_MOST]
    arguments: dict[tuple[str, str], Argument] = {}
    for one in sorted(nearest, key=lambda n: n.span):
        role = _role(draft, one)
        if role is not None:
            arguments.setdefault((role, one.entity_id), Argument(role, one.entity_id, one.span))
    return draft.but(arguments=tuple(arguments.values()))


def _distance(a: Span, b: Span) -> int:
    return max(a.start - b.end, b.start - a.end, 0)


def _role(draft: Draft, named: _Named) -> ArgumentRole | None:
    words = draft.words
    first = words.first_from(named.span.start)
    stop = words.first_from(named.span.end)
    before = first - 1
    while before >= 0 and words.forms[before] in ("the", "a", "an", "its", "their"):
        before -= 1
    preposition = words.forms[before] if before >= 0 else ""
    if _possesses(words.forms, stop):
        return "holder"
    role = _PREPOSITIONS.get(preposition)
    if role == "place":
        return "place" if named.type in _PLACES else None
    if role is not None:
        return role
    if preposition == "of":
        return "holder"
    return "subject" if named.span.end <= draft.claim.span.start else None


def _possesses(forms: tuple[str, ...], stop: int) -> bool:
    return 0 < stop <= len(forms) and (forms[stop - 1].endswith(("'s", "s'")) or forms[stop : stop + 1] == ("'",))
