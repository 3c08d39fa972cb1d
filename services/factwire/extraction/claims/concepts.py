"""What a number measures: the subject of the verb that moves it, "X of", the noun behind it, or what happened."""

from __future__ import annotations

from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.claims.wholes import NounGrammar, phrase_end
from factwire.extraction.model import Concept, Document

_REACH: Final = 12
"""Words from a number to the verb that governs it."""
_LONGEST: Final = 8
_FATE: Final = 6
_OBJECTS: Final = frozenset({"money", "percent", "measure", "rate"})
_OF: Final = frozenset({"of", "at", "worth"})
_AUXILIARIES: Final = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "will",
        "would",
        "could",
        "may",
        "might",
        "can",
        "to",
        "also",
        "only",
        "not",
        "now",
    }
)


def find_concepts(document: Document, drafts: Drafts, grammar: NounGrammar) -> Drafts:
    """Sets ``concept``; numbers of one change, and conversions, share it."""
    found: list[Draft] = []
    for draft in drafts:
        shared = _shared(draft, found)
        found.append(draft.but(concept=shared.claim.concept) if shared else _measured(document, draft, grammar))
    return tuple(found)


def _shared(draft: Draft, found: list[Draft]) -> Draft | None:
    if draft.claim.equivalent_of is not None:
        return found[draft.claim.equivalent_of]
    if draft.claim.group is not None and found and found[-1].claim.group == draft.claim.group:
        return found[-1]
    return None


def _measured(document: Document, draft: Draft, grammar: NounGrammar) -> Draft:
    fate = _fate(draft, grammar) if draft.claim.kind in ("count", "fraction") else None
    if fate is not None:
        return _named(draft, fate, fate + 1, "concept.fate")
    phrase = _noun_behind(draft, grammar) or _noun_of(draft, grammar) or _subject(draft, grammar)
    if phrase is not None:
        first, stop, rule = phrase
        return _named(draft, first, stop, rule)
    return _own_noun(document, draft)


def _named(draft: Draft, first: int, stop: int, rule: str) -> Draft:
    span = draft.words.span(first, stop)
    return draft.but(rule, concept=Concept(span, draft.words.forms[stop - 1]))


def _own_noun(document: Document, draft: Draft) -> Draft:
    noun = draft.quantity.noun
    if noun is None or noun.end <= noun.start:
        return draft
    head = document.folded[noun.start : noun.end].lower().split()
    return draft.but("concept.noun", concept=Concept(noun, head[-1])) if head else draft


def _fate(draft: Draft, grammar: NounGrammar) -> int | None:
    """``killing at least 20``, ``20 people were killed``: the word that says what happened to them."""
    forms = draft.words.forms
    for at in range(draft.first - 1, max(-1, draft.first - 4), -1):
        if forms[at] in grammar.fates:
            return at
        if forms[at] in (",", ";", ".", "and", "but") or at in draft.counted:
            break
    for at in range(draft.stop, min(len(forms), draft.stop + _FATE)):
        if forms[at] in grammar.fates:
            return at
        if forms[at] in (",", ";", ".", "but", ":"):
            break
    nouns = (at for at in range(draft.first - 1, max(-1, draft.first - 4), -1) if forms[at] in grammar.fate_nouns)
    return next(nouns, None)


def _noun_behind(draft: Draft, grammar: NounGrammar) -> tuple[int, int, str] | None:
    """``a $500 million pledge``, ``$350 million in aid``, ``a 12 percent stake``"""
    if draft.claim.kind not in _OBJECTS or draft.claim.role == "delta" or draft.stop >= len(draft.words):
        return None
    forms, first = draft.words.forms, draft.stop
    if (
        forms[first] == "in"
        and first + 1 < len(forms)
        and first + 1 not in draft.dated
        and not draft.words.capital(first + 1)
    ):
        first += 1
        first += forms[first] in grammar.determiners
    elif not forms[first].isalpha() or (draft.claim.kind == "percent" and forms[first] == "of"):
        return None
    stop = phrase_end(draft, first, grammar)
    stop = min(stop, first + 4)
    if stop <= first or forms[first] in grammar.verbs or forms[first].endswith("ly"):
        return None
    return first, stop, "concept.noun-behind"


def _noun_of(draft: Draft, grammar: NounGrammar) -> tuple[int, int, str] | None:
    """``a storm surge of three feet``, ``sales of 16 billion``"""
    at = draft.first - 1
    forms = draft.words.forms
    while at > 0 and forms[at] in ("a", "an", "the", "some", "only", "just"):
        at -= 1
    if at < 1 or forms[at] not in _OF or draft.verb is not None:
        return None
    first = _phrase_start(draft, at - 1, grammar)
    return (first, at, "concept.noun-of") if first < at else None


def _subject(draft: Draft, grammar: NounGrammar) -> tuple[int, int, str] | None:
    """The subject of the verb that moves the number, or of the nearest verb before it."""
    verb = draft.verb if draft.verb is not None and draft.verb < draft.first else _verb_before(draft, grammar)
    if verb is None:
        return None
    forms, end = draft.words.forms, verb - 1
    while end >= 0 and (
        forms[end] in _AUXILIARIES or forms[end].endswith("ly") or end in draft.dated or forms[end] in grammar.verbs
    ):
        end -= 1
    if end > 1 and forms[end] == ",":
        opening = next((i for i in range(end - 1, max(-1, end - 16), -1) if forms[i] == ","), None)
        end = opening - 1 if opening else end - 1
    first = _phrase_start(draft, end, grammar)
    return (first, end + 1, "concept.subject") if 0 <= first <= end else None


def _verb_before(draft: Draft, grammar: NounGrammar) -> int | None:
    for at in range(draft.first - 1, max(-1, draft.first - _REACH), -1):
        if draft.words.forms[at] in grammar.verbs:
            return at
    return None


def _phrase_start(draft: Draft, end: int, grammar: NounGrammar) -> int:
    """The first word of the noun phrase whose last word is ``end``; beyond ``end`` if there is none."""
    forms, first = draft.words.forms, end + 1
    while first > 0 and end - first < _LONGEST and _belongs(draft, first - 1, end, grammar):
        first -= 1
    while first <= end and (
        forms[first] in grammar.determiners or forms[first] in grammar.stops or forms[first] == "of"
    ):
        first += 1
    return first


def _belongs(draft: Draft, at: int, end: int, grammar: NounGrammar) -> bool:
    form = draft.words.forms[at]
    if not form[0].isalnum() or at in draft.counted or at in draft.dated:
        return False
    if form in ("of", "in", "for") and at < end:
        return True
    return form not in grammar.stops and form not in grammar.verbs
