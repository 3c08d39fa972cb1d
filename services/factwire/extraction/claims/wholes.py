"""The whole that a percent or a fraction is a part of: "90 percent of the country's imports"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document, Span, Whole

_WITHIN: Final = frozenset({"$", "%", "&", '"'})
_PARTS: Final = frozenset({"percent", "fraction", "one_of", "multiple"})
_LONGEST: Final = 12
_TRAILING: Final = frozenset({"of", "and", "or", '"'})
_LINKING: Final = frozenset({"of", "and", "or", "not"})
_BARE: Final = frozenset({"the", "its", "their", "his", "her", "these", "those", "all"})
"""Behind "of" they open what a bare number is a part of."""

Place: TypeAlias = tuple[int, int, str]
"""First word, word behind the last, rule."""


@dataclass(frozen=True, slots=True)
class NounGrammar:
    """The words that a noun phrase stops at, to either side; what governs a number; what happens to people."""

    stops: frozenset[str]
    verbs: frozenset[str]
    fates: frozenset[str]
    fate_nouns: frozenset[str]
    determiners: frozenset[str]
    auxiliaries: frozenset[str]
    shares: frozenset[str]
    particles: frozenset[str]
    account: frozenset[str]
    account_before: frozenset[str]
    done: frozenset[str]
    bought: frozenset[str]
    traded: frozenset[str]
    shooting: frozenset[str]
    projectiles: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> NounGrammar:
        table = lexicons.table("claims/concepts")
        keys = ("stops", "verbs", "fates", "fate_nouns", "determiners", "auxiliaries", "shares", "particles")
        accounts = ("account", "account_before", "done", "bought", "traded", "shooting", "projectiles")
        return cls(*(frozenset(table.words(key)) for key in (*keys, *accounts)))


def find_wholes(document: Document, drafts: Drafts, grammar: NounGrammar) -> Drafts:
    """Sets ``of`` on parts; ``of.claim`` is the index of the claim that the whole's phrase holds."""
    return tuple(_with_whole(drafts, index, grammar) for index in range(len(drafts)))


def _with_whole(drafts: Drafts, index: int, grammar: NounGrammar) -> Draft:
    draft = drafts[index]
    if draft.claim.kind not in _PARTS and not _is_bare_part(draft):
        return draft
    first = _opening(draft, grammar)
    if first is None:
        return _of_its_noun(draft, grammar)
    stop = phrase_end(draft, first, grammar)
    if stop <= first:
        return draft
    span = draft.words.span(first, stop)
    return draft.but("whole.of", of=Whole(span, _claim_in(drafts, index, span)))


def _is_bare_part(draft: Draft) -> bool:
    """``250 of the 577 seats``: a count whose noun is that of its whole."""
    if draft.claim.kind != "count" or draft.quantity.noun is not None or draft.after(1) != ("of",):
        return False
    behind = draft.stop + 1
    owned = any(form.endswith("'s") for form in draft.words.forms[behind : behind + 3])
    return owned or behind in draft.counted or not _BARE.isdisjoint(draft.words.forms[behind : behind + 1])


def _of_its_noun(draft: Draft, grammar: NounGrammar) -> Draft:
    """``a third voters``, ``one in four households``: the noun behind a fraction is its whole."""
    noun = draft.quantity.noun
    if draft.claim.kind != "fraction":
        return draft
    if noun is None and "in" in draft.words.forms[draft.first : draft.stop]:
        stop = phrase_end(draft, draft.stop, grammar)
        named = stop > draft.stop and not grammar.verbs.intersection(draft.after(1)) and draft.stop not in draft.dated
        noun = draft.words.span(draft.stop, stop) if named else None
    return draft if noun is None else draft.but("whole.of", of=Whole(noun))


def _opening(draft: Draft, grammar: NounGrammar) -> int | None:
    """The first word behind "of", "share of" or "of" inside a fraction's own noun phrase."""
    forms, at = draft.words.forms, draft.stop
    if at < len(forms) and forms[at] in grammar.shares:
        at += 1
    if at + 1 < len(forms) and forms[at] == "of":
        return at + 1
    if draft.claim.kind == "fraction" and forms[at : at + 1] and forms[at] in grammar.determiners:
        return at
    start = draft.words.first_from(draft.quantity.number.end)
    for inner in range(start, draft.stop - 1):
        if forms[inner] == "of":
            return inner + 1
    return None


def phrase_end(draft: Draft, first: int, grammar: NounGrammar) -> int:
    """Where the noun phrase that begins at ``first`` ends (exclusive)."""
    forms, stop = draft.words.forms, first
    while stop < min(len(forms), first + _LONGEST) and not _ends(draft, stop, first, grammar):
        stop += 1
    while stop > first and (forms[stop - 1] in grammar.determiners or forms[stop - 1] in _TRAILING):
        stop -= 1
    return stop


def _ends(draft: Draft, at: int, first: int, grammar: NounGrammar) -> bool:
    form = draft.words.forms[at]
    if form in _WITHIN or at in draft.counted or (at == first and form in grammar.determiners):
        return False
    if not form[0].isalnum():
        return not (form == "." and draft.words.abbreviates(at))
    if form == "in" and at - 1 in draft.counted and at + 1 not in draft.dated:
        return False
    if at in draft.dated or (at > first and form in grammar.determiners and _opens(draft, at, grammar)):
        return True
    if at > first and draft.words.forms[at - 1] in grammar.determiners:
        return False
    owned = at > first and draft.words.forms[at - 1].endswith("'s")
    described = form.endswith("ed") and not draft.words.adverb(at - 1)
    follows = at > first and not owned and (form in grammar.verbs or described)
    return follows or form in grammar.stops


def _opens(draft: Draft, at: int, grammar: NounGrammar) -> bool:
    """Whether a determiner inside a phrase begins another: "aid | the agency sent", "ice | a year"."""
    before = draft.words.forms[at - 1]
    return before.isalpha() and before not in grammar.determiners and before not in _LINKING


def _claim_in(drafts: Drafts, index: int, span: Span) -> int | None:
    for at in range(index + 1, min(len(drafts), index + 4)):
        if drafts[at].claim.span.end <= span.end and drafts[at].claim.span.start >= span.start:
            return at
    return None
