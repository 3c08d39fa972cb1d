"""Numbers that look like quantities and, seen in their phrase, are none: "the world's two largest economies"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.model import Document, Dropped

_SUPERLATIVE: Final = re.compile(
    r"(?:most|least|best|worst|[a-z]{2,14}[^aeiou\W]est|(?:larg|clos|lat|nic|wid|saf|simpl|earl)(?:i)?est)$"
)
_NO_SUPERLATIVE: Final = frozenset(
    {
        "west",
        "rest",
        "test",
        "guest",
        "forest",
        "interest",
        "protest",
        "harvest",
        "request",
        "honest",
        "invest",
        "suggest",
        "contest",
        "arrest",
        "quest",
        "nest",
        "chest",
        "vest",
        "modest",
        "midwest",
        "northwest",
        "southwest",
        "conquest",
        "unrest",
        "priest",
        "digest",
    }
)
_SMALL: Final = 12
"""Superlatives follow small whole numbers; "500 largest companies" is a list that somebody counted."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    rule: str
    reason: str


SUPERLATIVE: Final = Exclusion("exclusion.superlative", "names the first few of a ranking and counts nothing")


def drop_no_claims(document: Document, drafts: Drafts) -> tuple[Drafts, tuple[Dropped, ...]]:
    """The drafts that stay, and the others with the reason."""
    kept: list[Draft] = []
    dropped: list[Dropped] = []
    for draft in drafts:
        exclusion = _exclusion(draft)
        if exclusion is None:
            kept.append(draft)
        else:
            dropped.append(Dropped(draft.claim.span, exclusion.reason, exclusion.rule))
    return tuple(kept), tuple(dropped)


def _exclusion(draft: Draft) -> Exclusion | None:
    return SUPERLATIVE if _ranks(draft) else None


def _ranks(draft: Draft) -> bool:
    value = draft.claim.value
    if draft.claim.kind != "count" or value is None or not 1 < value <= _SMALL:
        return False
    at = draft.words.first_from(draft.quantity.number.end)
    preceding = draft.words.forms[draft.first - 1] if draft.first else ""
    following = draft.words.forms[at] if at < len(draft.words) else ""
    definite = preceding in ("the", "its", "their", "our", "his", "her") or preceding.endswith(("'s", "s'", "'"))
    return definite and _SUPERLATIVE.fullmatch(following) is not None and following not in _NO_SUPERLATIVE
