"""Numbers that look like quantities and, seen in their phrase, are none: "the world's two largest economies"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document, Dropped

_SMALL: Final = 12
"""A ranking names its first few; "the 500 largest companies" is a list that somebody counted."""
_RANKING: Final = "names the first few of a ranking and counts nothing"
_OWNERS: Final = frozenset({"the", "its", "their", "our", "his", "her", "these", "those"})


@dataclass(frozen=True, slots=True)
class ExclusionGrammar:
    superlative: frozenset[str]
    no_superlative: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> ExclusionGrammar:
        table = lexicons.table("claims/exclusions")
        return cls(frozenset(table.words("superlative")), frozenset(table.words("no_superlative")))


def drop_no_claims(document: Document, drafts: Drafts, grammar: ExclusionGrammar) -> tuple[Drafts, tuple[Dropped, ...]]:
    """The drafts that stay, and the others with the reason."""
    kept: list[Draft] = []
    dropped: list[Dropped] = []
    for draft in drafts:
        if _ranks(draft, grammar):
            dropped.append(Dropped(draft.claim.span, _RANKING, "exclusion.superlative"))
        else:
            kept.append(draft)
    return tuple(kept), tuple(dropped)


def _ranks(draft: Draft, grammar: ExclusionGrammar) -> bool:
    value = draft.claim.value
    if draft.claim.kind != "count" or value is None or not 1 < value <= _SMALL:
        return False
    at = draft.words.first_from(draft.quantity.number.end)
    following = draft.words.forms[at] if at < len(draft.words) else ""
    preceding = draft.words.forms[draft.first - 1] if draft.first else ""
    definite = preceding in _OWNERS or preceding.endswith(("'s", "s'", "'"))
    return definite and _is_superlative(following, grammar)


def _is_superlative(word: str, grammar: ExclusionGrammar) -> bool:
    if word in grammar.superlative:
        return True
    return len(word) > 4 and word.endswith("est") and word not in grammar.no_superlative
