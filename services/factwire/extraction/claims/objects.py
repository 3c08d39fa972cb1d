"""What a number measures where the words behind it or its verb say so: what moves, what is bought, what was done."""

from __future__ import annotations

from typing import Final

from factwire.extraction.claims.drafts import Draft
from factwire.extraction.claims.wholes import NounGrammar, Place, phrase_end

_OBJECTS: Final = frozenset({"money", "percent", "measure", "rate", "index"})
_DONE: Final = frozenset({"money", "measure", "rate", "count"})
_ARTICLES: Final = frozenset({"a", "an", "the", "some", "only", "just", "another", "further", "additional", "about"})
_SPELLS: Final = frozenset({"day", "week", "month", "quarter", "year", "season", "decade", "calendar", "fiscal"})
_CLAUSES: Final = frozenset({"that", "this", "these", "those", "all", "no", "any"})
"""What begins a clause behind a number, and no noun that it would measure."""
_PURPOSES: Final = frozenset({"on", "for"})
_PER: Final = frozenset({"a", "an", "per"})
_MEANT: Final = (("is", "for"), ("are", "for"), ("was", "for"), ("were", "for"))
_OBJECT: Final = 6
"""Words from a verb over whoever gets it to the number: "fined the medical association 40 million"."""
_BREAKS: Final = frozenset({"to", "of", "for", "in", "by", "at", "with", "from", "and", "or", "that"})
_PRONOUNS: Final = frozenset({"them", "it", "him", "her", "us", "me", "you", "each", "what"})
_NOUN: Final = 4
_RELATIVE: Final = 8
"""Words from a number to the verb of the clause behind it."""
_WANTING: Final = frozenset({"it", "they", "he", "she", "we", "the", "its", "their", "his", "her"})


def moved_by(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``cut its key rate by 25 basis points``, ``a 5 percent rise in wages``: what the verb or the noun moves."""
    if draft.verb is None:
        return None
    if "change.noun-of" in draft.claim.rules:
        return _moved_in(draft, grammar)
    if "change.noun-behind" in draft.claim.rules:
        return _moved_behind(draft, grammar)
    if "change.multiple" in draft.claim.rules:
        opens = draft.after(1)
        named = not opens or (opens[0] in grammar.determiners and draft.after(2) != ("that", "of"))
        return _phrase(draft, draft.stop, grammar) if named else None
    return _phrase(draft, draft.verb + 1, grammar) if "change.object" in draft.claim.rules else None


def _phrase(draft: Draft, first: int, grammar: NounGrammar) -> Place | None:
    """The noun phrase from ``first`` on, up to the number if it stands behind."""
    while first < len(draft.words) and draft.words.forms[first] in grammar.determiners:
        first += 1
    stop = phrase_end(draft, first, grammar)
    stop = draft.first if first < draft.first < stop else stop
    return (first, stop, "concept.moved") if first < stop and not first <= draft.first < stop else None


def _moved_behind(draft: Draft, grammar: NounGrammar) -> Place | None:
    verb = draft.verb or 0
    if draft.stop < verb:
        named = draft.words.forms[verb - 1] == "of"
        return (verb, verb + 1, "concept.moved") if named else (draft.stop, verb, "concept.moved")
    opens = draft.words.forms[verb + 1 : verb + 2] in (("in",), ("of",))
    return _phrase(draft, verb + 2, grammar) if opens and _is_thing(draft, verb + 2) else None


def _moved_in(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``a drop of 12 points to 24 percent in the price index``: past the numbers of the movement, what moved."""
    forms, at = draft.words.forms, draft.stop
    while at < len(forms) and (at in draft.counted or forms[at] in ("to", "from")):
        at += 1
    first = at + 1
    if forms[at : at + 1] != ("in",) or first in draft.dated or draft.words.capital(min(first, len(forms) - 1)):
        return None
    while first < len(forms) and forms[first] in grammar.determiners:
        first += 1
    stop = phrase_end(draft, first, grammar)
    return (first, stop, "concept.moved") if first < stop else None


def noun_behind(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``a $500 million pledge``, ``$350 million in aid``, ``a 12 percent stake``"""
    first = _noun_from(draft, grammar)
    if first is None:
        return None
    forms = draft.words.forms
    inner = (at for at in range(first, draft.stop) if forms[at] in _PER)
    stop = min(phrase_end(draft, first, grammar), first + _NOUN, next(inner, len(forms)))
    if stop <= first or forms[first] in grammar.verbs or draft.words.adverb(first) or forms[first] in _CLAUSES:
        return None
    counted = first >= draft.stop and any(at in draft.counted for at in range(first, stop))
    if counted or forms[stop - 1] in _SPELLS or forms[stop : stop + 1] in (("had",), ("have",)):
        return None
    return first, stop, "concept.noun-behind"


def _noun_from(draft: Draft, grammar: NounGrammar) -> int | None:
    """Where a noun behind the number would begin."""
    forms, first = draft.words.forms, draft.stop
    if draft.claim.kind not in _OBJECTS or draft.claim.role == "delta":
        return None
    if draft.claim.role in ("to", "from") and draft.verb is not None and draft.claim.kind == "measure":
        return None
    if draft.claim.kind == "measure" and "of" in forms[draft.first : draft.stop]:
        return draft.first + forms[draft.first : draft.stop].index("of") + 1
    if first >= len(forms) or draft.words.ends[first - 1] > draft.claim.span.end:
        return None
    if forms[first] == "in" and _is_thing(draft, first + 1):
        return first + 1 + (forms[first + 1] in grammar.determiners)
    if forms[first] == "of":
        return first + 1
    bare = forms[first] == "in" or forms[first] in grammar.determiners or not forms[first].isalpha()
    return None if bare else first


def _is_thing(draft: Draft, at: int) -> bool:
    """Whether the word behind "in" is what a sum consists of, and neither a place nor a date."""
    return at < len(draft.words) and at not in draft.dated and not draft.words.capital(at)


def bought_with(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``spent 40 million on cameras and lighting``, ``paid 40 million for spare parts``: what the sum went on."""
    if draft.claim.kind != "money" or draft.claim.role == "delta":
        return None
    if draft.before(1) == ("for",):
        return _bought_for(draft, grammar)
    forms, at = draft.words.forms, draft.stop
    while at < len(forms) and at in draft.dated:
        at += 1
    meant = forms[at : at + 2] in _MEANT
    first = at + 1 + meant
    if not (meant or (at < len(forms) and forms[at] in _PURPOSES and _is_spent(draft, grammar))):
        return None
    while first < len(forms) and (forms[first] in grammar.determiners or forms[first][0].isdigit()):
        first += 1
    stop = phrase_end(draft, first, grammar)
    if stop <= first or forms[first] in _PRONOUNS or first in draft.dated or forms[first].endswith("ing"):
        return None
    return first, _with_second(draft, stop, grammar), "concept.bought"


def _bought_for(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``acquired a plant in Bergen for $3 billion``: what was bought or sold for the sum."""
    forms = draft.words.forms
    near = range(draft.first - 2, max(-1, draft.first - 2 * _OBJECT), -1)
    verb = next((at for at in near if forms[at] in grammar.traded or not forms[at][0].isalnum()), None)
    if verb is None or forms[verb] not in grammar.traded:
        return None
    first = verb + 1
    while first < len(forms) and forms[first] in grammar.determiners:
        first += 1
    stop = phrase_end(draft, first, grammar)
    return (first, stop, "concept.bought") if first < stop < draft.first else None


def _is_spent(draft: Draft, grammar: NounGrammar) -> bool:
    """Whether the number is a sum that was spent, or part of one (``including 40 million for Berg``)."""
    return draft.before(1) == ("including",) or _verb_over(draft, grammar.bought, grammar) is not None


def _with_second(draft: Draft, stop: int, grammar: NounGrammar) -> int:
    """``cameras and lighting``: behind the second noun, where the clause ends there or a preposition follows."""
    forms = draft.words.forms
    if forms[stop : stop + 1] != ("and",) or stop + 2 >= len(forms) or draft.words.capital(stop + 1):
        return stop
    second = forms[stop + 1]
    ends = forms[stop + 2] in grammar.stops or not forms[stop + 2][0].isalnum()
    noun = second.isalpha() and second not in grammar.stops and second not in grammar.verbs
    return stop + 2 if ends and noun and second not in grammar.determiners else stop


def done_with(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``had donated over $1.2 million``: what was done with a sum, rather than who did it."""
    if draft.claim.kind not in _DONE or draft.claim.role != "level":
        return None
    at = _verb_over(draft, grammar.done, grammar)
    if at is not None:
        return at, at + 1, "concept.done"
    aside = draft.before(2)[-1:] == ("aside",) and len(draft.before(2)) > 1
    return (draft.first - 2, draft.first, "concept.done") if aside else None


def _verb_over(draft: Draft, verbs: frozenset[str], grammar: NounGrammar) -> int | None:
    """The verb before the number, over its article and over whoever gets it (``lent farmers 40 million``)."""
    forms, at = draft.words.forms, draft.first - 1
    while at > 0 and (forms[at] in _ARTICLES or draft.words.adverb(at)):
        at -= 1
    at -= 2 if forms[max(0, at - 1) : at + 1] == ("total", "of") else 0
    while at > 0 and forms[at] in _ARTICLES:
        at -= 1
    for near in range(at, max(-1, at - _OBJECT), -1):
        if forms[near] in verbs:
            return near
        breaks = forms[near] in _BREAKS or forms[near] in grammar.verbs or not forms[near][0].isalnum()
        if breaks or near in draft.counted:
            return None
    return None


def wanted_by(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``the $2.7 billion it needs``: a sum without a noun measures what the clause behind it does."""
    forms, first = draft.words.forms, draft.stop
    if draft.claim.kind not in _OBJECTS or draft.claim.role != "level" or _WANTING.isdisjoint(draft.after(1)):
        return None
    if _WANTING.isdisjoint(draft.before(1)):
        return None
    for at in range(first + 1, min(len(forms), first + _RELATIVE)):
        if not forms[at][0].isalnum() or at in draft.counted:
            return None
        if forms[at] not in grammar.auxiliaries and (forms[at] in grammar.verbs or forms[at].endswith("ed")):
            return at, at + 1, "concept.done"
    return None
