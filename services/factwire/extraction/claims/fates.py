"""What happened to those whom a number counts: killed, injured, left without power."""

from __future__ import annotations

from typing import Final

from factwire.extraction.claims.drafts import Draft
from factwire.extraction.claims.wholes import NounGrammar, Place, phrase_end

_BEFORE: Final = 4
_BEHIND: Final = 6
"""Words from a number to the word of its fate."""
_ASIDE: Final = 16
_ASIDES: Final = frozenset({"including", "among", "mostly", "most", "many", "some", "all", "both"})
_OPENERS: Final = frozenset({"as", "after", "before", "when", "while", "because"})
"""They open another clause, in which something else happens."""
_CLAUSE_ENDS: Final = frozenset({",", ";", ".", ":", "but"})


def fate_of(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``killing at least 20``, ``20 people were killed``, ``a death toll of 20``, ``2 million without power``"""
    if draft.claim.kind not in ("count", "fraction"):
        return None
    forms = draft.words.forms
    near = range(draft.first - 1, max(-1, draft.first - _BEFORE), -1)
    for at in near:
        if _is_fate(draft, at, grammar):
            return at, at + 1, "concept.fate"
        if forms[at] in _CLAUSE_ENDS or forms[at] == "and" or at in draft.counted:
            break
    told = _behind(draft, grammar)
    toll = next((at for at in near if forms[at] in grammar.fate_nouns), None)
    return told if told or toll is None else (toll, toll + 1, "concept.fate")


def _is_fate(draft: Draft, at: int, grammar: NounGrammar) -> bool:
    """``fired 40 workers``, but not ``fired 40 missiles``."""
    form = draft.words.forms[at]
    return form in grammar.fates and not (form in grammar.shooting and draft.claim.unit.code in grammar.projectiles)


def _behind(draft: Draft, grammar: NounGrammar) -> Place | None:
    forms, first = draft.words.forms, _behind_aside(draft)
    for at in range(first, min(len(forms), first + _BEHIND)):
        if forms[at] == "without":
            stop = phrase_end(draft, at + 1, grammar)
            return (at, stop, "concept.fate") if stop > at + 1 else None
        if forms[at] in grammar.fates:
            active = forms[at - 1] == "and" and at + 1 in draft.counted
            return None if active else (at, at + 1, "concept.fate")
        if forms[at] in _CLAUSE_ENDS or forms[at] in _OPENERS:
            return None
    return None


def _behind_aside(draft: Draft) -> int:
    """``18 people, including three children, were killed``: the first word behind the aside, if there is one."""
    forms, at = draft.words.forms, draft.stop
    if forms[at : at + 1] != (",",) or _ASIDES.isdisjoint(forms[at + 1 : at + 2]):
        return at
    closing = (i for i in range(at + 2, min(len(forms), at + _ASIDE)) if forms[i] == ",")
    return next(closing, at - 1) + 1
