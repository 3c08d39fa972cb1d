"""The noun phrase before a number that says what it measures: a subject, an apposition, the label of a row."""

from __future__ import annotations

from typing import Final

from factwire.extraction.claims.drafts import Draft
from factwire.extraction.claims.wholes import NounGrammar, Place

_REACH: Final = 12
"""Words from a number to the verb that governs it."""
_PREFIX: Final = 3
"""Letters: what ends in "-ed" and is longer is a verb."""
_LONGEST: Final = 8
_APPOSITION: Final = 16
_OF: Final = frozenset({"of", "at", "worth"})
_ARTICLES: Final = frozenset({"a", "an", "the", "some", "only", "just"})
_ROW: Final = 3
"""Words of a subject whose verb is left unsaid."""
_LABEL: Final = 4
"""Words before the number in a line of a table."""
_LINKS: Final = ("of", "in", "for", "on")
"""Prepositions that go on with a noun phrase."""
_BETWEEN: Final = ("from", "with", "between", "against", "among", "at")
"""They go on with it as well, behind a noun."""
_CLOSING: Final = frozenset({"from", "in", "at", "to", "for", "by", "with"})
_RELATIVES: Final = ("which", "that")
_APPOSED: Final = frozenset({"money", "percent", "measure", "rate", "index", "count"})
_DATING: Final = frozenset({"in", "for", "of", "on", "during", "over", "at", "since", "the", "its", "this"})


def row_of(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``imports rose to 445 and exports to 151``: the verb is left unsaid, its subject stands before "to"."""
    forms, at = draft.words.forms, draft.first - 2
    if draft.verb is not None or draft.before(1) != ("to",) or at < 1 or not forms[at].endswith("s"):
        return None
    first = at
    while first > 0 and at - first < _ROW and forms[first - 1] not in ("and", ",") and forms[first - 1].isalpha():
        first -= 1
    joined = forms[max(0, first - 1)] in ("and", ",") and grammar.stops.isdisjoint(forms[first : at + 1])
    return (first, at + 1, "concept.row") if joined and grammar.verbs.isdisjoint(forms[first : at + 1]) else None


def noun_of(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``a storm surge of three feet``, ``sales of 16 billion``, ``bail yesterday at 100,000``"""
    forms, at = draft.words.forms, draft.first - 1
    while at > 0 and forms[at] in _ARTICLES:
        at -= 1
    if at < 1 or forms[at] not in _OF or draft.verb is not None or draft.claim.kind == "age":
        return None
    if forms[at] == "at" and (forms[at - 1].endswith(("ed", "ing")) or forms[at - 1] in grammar.verbs):
        return None
    end = at - 1 - (forms[at] in ("worth", "at") and forms[at - 1] == ",")
    while end > 0 and is_date(draft, end):
        end -= 1
    first = phrase_start(draft, end, grammar)
    if first > end > 0 and forms[end] in grammar.verbs and forms[end - 1] in grammar.determiners:
        first = end
    return (first, end + 1, "concept.noun-of") if first <= end else None


def apposed_to(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``The number of pupils in the city, 33,000, is high``: the phrase that the number between two commas tells."""
    if draft.claim.kind not in _APPOSED or draft.before(1) != (",",) or draft.after(1) != (",",):
        return None
    end = draft.first - 2
    while end > 0 and (is_date(draft, end) or draft.words.forms[end] in grammar.verbs):
        end -= 1
    first = phrase_start(draft, end, grammar)
    whose = _antecedent(draft, min(first, end), end, draft.first - 1, grammar)
    named = all(draft.words.capital(at) for at in range(first, end + 1))
    return whose or ((first, end + 1, "concept.subject") if 0 <= first <= end and not named else None)


def subject_of(draft: Draft, grammar: NounGrammar) -> Place | None:
    """The subject of the verb that moves the number, or of the nearest verb before it."""
    moving = draft.verb is not None and draft.verb < draft.stop
    verb = min(draft.verb or 0, draft.first) if moving else _verb_before(draft, grammar)
    if verb is None:
        return None
    forms, end = draft.words.forms, verb - 1
    while end >= 0 and (
        ((forms[end] in grammar.auxiliaries or forms[end] in grammar.verbs) and not draft.words.capital(end))
        or draft.words.adverb(end)
        or is_date(draft, end)
        or (forms[end].endswith("ed") and forms[end + 1] == "to")
    ):
        end -= 1
    if end > 1 and forms[end] in _RELATIVES:
        end -= 1 + (forms[end - 1] == ",")
    elif end > 1 and forms[end] == ",":
        opening = next((i for i in range(end - 1, max(-1, end - _APPOSITION), -1) if forms[i] == ","), None)
        end = opening - 1 if opening else end - 1
    first = phrase_start(draft, end, grammar)
    if "those" in forms[max(0, first - 2) : first]:
        return None
    whose = _antecedent(draft, min(first, end), end, verb, grammar)
    return whose or ((first, end + 1, "concept.subject") if 0 <= first <= end else None)


def _antecedent(draft: Draft, first: int, end: int, verb: int, grammar: NounGrammar) -> Place | None:
    """``The shells the firm makes cost 40``: the noun before the subject of a relative clause that ends at the verb."""
    forms, at = draft.words.forms, first - 1
    behind = forms[end + 1 : verb]
    made = not grammar.verbs.isdisjoint(behind) and grammar.auxiliaries.isdisjoint(behind)
    made = made or any(_closes(draft, inner) for inner in range(first + 1, end + 1))
    if not made or at < 1 or not (forms[at] in grammar.determiners or draft.words.capital(first)):
        return None
    while at > 0 and (forms[at] in grammar.determiners or forms[at] in _RELATIVES):
        at -= 1
    start = at + 1
    while start > 0 and at - start < _ROW and _is_noun(draft, start - 1, grammar):
        start -= 1
    while start <= at and forms[start] in grammar.determiners:
        start += 1
    return (start, at + 1, "concept.subject") if start <= at else None


def _closes(draft: Draft, at: int) -> bool:
    """Whether a past form governs in the middle of a phrase: "Norvik ordered from Oslo"."""
    forms = draft.words.forms
    return len(forms[at]) > _PREFIX + 1 and forms[at].endswith("ed") and forms[at + 1] in _CLOSING


def is_date(draft: Draft, at: int) -> bool:
    """A word of a date, or the preposition before it: ``Profit for the three months to June rose``."""
    return at in draft.dated or (at + 1 in draft.dated and draft.words.forms[at] in _DATING)


def label_of(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``Net profit 72,000 vs 16,000``: a line of a table opens with what it tells."""
    forms = draft.words.forms[: draft.first]
    if not 0 < len(forms) <= _LABEL or not draft.words.capital(0) or not all(form.isalpha() for form in forms):
        return None
    said = not all(words.isdisjoint(forms) for words in (grammar.stops, grammar.verbs, grammar.determiners))
    if draft.dated or said or any(at in draft.counted for at in range(draft.first)):
        return None
    stop = draft.first - (forms[-1] == "of")
    return (0, stop, "concept.label") if stop else None


def _verb_before(draft: Draft, grammar: NounGrammar) -> int | None:
    if draft.before(1) in (("and",), (",",)) and not grammar.verbs.isdisjoint(draft.after(1)):
        return None
    near = range(draft.first - 1, max(-1, draft.first - _REACH), -1)
    governs = draft.first - 1
    while governs > 0 and draft.words.forms[governs] in _ARTICLES:
        governs -= 1
    if governs > 0 and len(draft.words.forms[governs]) > _PREFIX and draft.words.forms[governs].endswith("ed"):
        return governs
    return next((at for at in near if draft.words.forms[at] in grammar.verbs), None)


def phrase_start(draft: Draft, end: int, grammar: NounGrammar) -> int:
    """The first word of the noun phrase whose last word is ``end``; beyond ``end`` if there is none."""
    forms, first = draft.words.forms, end + 1
    while first > 0 and end - first < _LONGEST and _belongs(draft, first - 1, end, grammar):
        first -= 1
    inner = (i for i in range(end - 1, first, -1) if forms[i] in grammar.determiners)
    first = next((i for i in inner if forms[i - 1] not in _LINKS and forms[i - 1] not in _BETWEEN), first)
    while first <= end and (
        forms[first] in grammar.determiners or forms[first] in grammar.stops or forms[first] == "of"
    ):
        first += 1
    return first


def _belongs(draft: Draft, at: int, end: int, grammar: NounGrammar) -> bool:
    form = draft.words.forms[at]
    if form == "." and draft.words.abbreviates(at):
        return True
    compound = at < end and "-" in form
    if not form[0].isalnum() or (not compound and (at in draft.counted or at in draft.dated)):
        return False
    if form in _LINKS and at < end:
        return True
    if form in ("to", "from") and at < end and draft.words.capital(at + 1):
        return True
    if form in _BETWEEN and 0 < at < end:
        return _is_noun(draft, at - 1, grammar)
    if form == "and" and at < end:
        return "between" in draft.words.forms[max(0, at - _ROW) : at]
    return form not in grammar.stops and (form not in grammar.verbs or (at > 0 and draft.words.capital(at)))


def _is_noun(draft: Draft, at: int, grammar: NounGrammar) -> bool:
    form = draft.words.forms[at]
    return (
        form.isalpha()
        and form not in grammar.determiners
        and form not in grammar.stops
        and form not in grammar.verbs
        and not form.endswith(("ed", "ly"))
    )
