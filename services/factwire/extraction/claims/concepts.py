"""What a number measures: the subject of the verb that moves it, "X of", the noun behind it, or what happened."""

from __future__ import annotations

from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.claims.wholes import NounGrammar, phrase_end
from factwire.extraction.model import Concept, Document

_REACH: Final = 12
"""Words from a number to the verb that governs it."""
_PREFIX: Final = 3
"""Letters: what ends in "-ed" and is longer is a verb."""
_LONGEST: Final = 8
_FATE: Final = 6
_APPOSITION: Final = 16
_OBJECTS: Final = frozenset({"money", "percent", "measure", "rate", "index"})
_OF: Final = frozenset({"of", "at", "worth"})
_ARTICLES: Final = frozenset({"a", "an", "the", "some", "only", "just"})
_ASIDES: Final = (("including",), ("among",), ("mostly",), ("most",), ("many",), ("some",), ("all",), ("both",))
_OPENERS: Final = frozenset({"as", "after", "before", "when", "while", "because"})
"""They open another clause, in which something else happens."""
_SPELLS: Final = frozenset({"day", "week", "month", "quarter", "year", "season", "decade", "calendar", "fiscal"})
_ROW: Final = 3
"""Words of a subject whose verb is left unsaid."""
_LABEL: Final = 4
"""Words before the number in a line of a table."""
_LINKS: Final = ("of", "in", "for", "on")
"""Prepositions that go on with a noun phrase."""
_DATING: Final = frozenset({"in", "for", "of", "on", "during", "over", "at", "since", "the", "its", "this"})
_CLAUSES: Final = frozenset({"that", "this", "these", "those", "all", "no", "any"})
"""What begins a clause behind a number, and no noun that it would measure."""
_CLAUSE_ENDS: Final = frozenset({",", ";", ".", ":", "but"})

Place = tuple[int, int, str]
"""First word, word behind the last, rule."""


def find_concepts(document: Document, drafts: Drafts, grammar: NounGrammar) -> Drafts:
    """Sets ``concept``; numbers of one change, conversions, and the further numbers of a list share it."""
    found: list[Draft] = []
    for draft in drafts:
        shared = _shared(draft, found)
        named = draft.but(concept=shared.claim.concept) if shared else _measured(document, draft, grammar)
        found.append(named if named.claim.concept else _listed(named, found))
    return tuple(found)


def _shared(draft: Draft, found: list[Draft]) -> Draft | None:
    if draft.claim.equivalent_of is not None:
        return found[draft.claim.equivalent_of]
    if draft.claim.kind == "percent" and draft.before(1) == ("(",) and found and found[-1].stop == draft.first - 1:
        return found[-1]
    if draft.claim.group is not None and found and found[-1].claim.group == draft.claim.group:
        return found[-1]
    return None


def _listed(draft: Draft, found: list[Draft]) -> Draft:
    """``53% for one, 29% for the other``: what the last number of the kind in the sentence measured."""
    previous = found[-1].claim if found else None
    if previous is None or previous.sentence != draft.claim.sentence or previous.kind != draft.claim.kind:
        return draft
    return draft.but("concept.listed", concept=previous.concept) if previous.concept else draft


def _measured(document: Document, draft: Draft, grammar: NounGrammar) -> Draft:
    place = _fate(draft, grammar) or _whole(draft, grammar)
    if place is None and not _counts_its_noun(draft):
        moved = _moved(draft, grammar)
        place = moved or _row(draft, grammar) or _valued(draft, grammar) or _noun_behind(draft, grammar)
        place = place or _noun_of(draft, grammar) or _done(draft, grammar)
        place = place or _subject(draft, grammar) or _label(draft, grammar)
    if place is None:
        return _own_noun(document, draft)
    first, stop, rule = place
    return draft.but(rule, concept=Concept(draft.words.span(first, stop), draft.words.forms[stop - 1]))


def _counts_its_noun(draft: Draft) -> bool:
    return draft.claim.kind == "count" and draft.claim.role == "level" and draft.quantity.noun is not None


def _own_noun(document: Document, draft: Draft) -> Draft:
    noun = draft.quantity.noun
    head = document.folded[noun.start : noun.end].lower().split() if noun else []
    return draft.but("concept.noun", concept=Concept(noun, head[-1])) if noun and head else draft


def _fate(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``killing at least 20``, ``20 people were killed``: the word that says what happened to them."""
    if draft.claim.kind not in ("count", "fraction"):
        return None
    forms = draft.words.forms
    near = range(draft.first - 1, max(-1, draft.first - 4), -1)
    for at in near:
        if forms[at] in grammar.fates:
            return at, at + 1, "concept.fate"
        if forms[at] in _CLAUSE_ENDS or forms[at] == "and" or at in draft.counted:
            break
    behind = _behind_aside(draft)
    for at in range(behind, min(len(forms), behind + _FATE)):
        if forms[at] in grammar.fates:
            return at, at + 1, "concept.fate"
        if forms[at] in _CLAUSE_ENDS or forms[at] in _OPENERS:
            break
    toll = next((at for at in near if forms[at] in grammar.fate_nouns), None)
    return None if toll is None else (toll, toll + 1, "concept.fate")


def _behind_aside(draft: Draft) -> int:
    """``18 people, including three children, were killed``: the first word behind the aside, if there is one."""
    forms, at = draft.words.forms, draft.stop
    if forms[at : at + 1] != (",",) or forms[at + 1 : at + 2] not in _ASIDES:
        return at
    closing = (i for i in range(at + 2, min(len(forms), at + _APPOSITION)) if forms[i] == ",")
    return next(closing, at - 1) + 1


def _whole(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``10% of the employees``: a part measures its whole; ``a 4% share of the market`` the share, and what
    ``accounted for 11 percent of sales`` is its subject."""
    if draft.claim.of is None or (draft.claim.role == "delta" and not _takes(draft)):
        return None
    if draft.after(1) and draft.after(1)[0] in grammar.shares:
        return draft.stop, draft.stop + 1, "concept.whole"
    if draft.before(1) == ("for",) and draft.before(2)[0].startswith("account"):
        return None
    span = draft.claim.of.span
    return draft.words.first_from(span.start), draft.words.first_from(span.end), "concept.whole"


def _takes(draft: Draft) -> bool:
    """``cut 26 percent of its workforce``: the verb takes the part from the whole."""
    return "change.verb" in draft.claim.rules and draft.before(1) not in (("by",), ("to",), ("from",))


def _moved(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``cut its key rate by 25 basis points``, ``a 5 percent rise in wages``: what the verb or the noun moves."""
    if draft.verb is None:
        return None
    if "change.noun-of" in draft.claim.rules:
        return _moved_in(draft, grammar)
    first = draft.verb + 1
    if "change.multiple" in draft.claim.rules:
        first = draft.stop
        if draft.words.forms[first : first + 1] and draft.words.forms[first] not in grammar.determiners:
            return None
    elif "change.object" not in draft.claim.rules and "change.noun-behind" not in draft.claim.rules:
        return None
    if "change.noun-behind" in draft.claim.rules:
        if draft.stop < draft.verb:
            named = draft.words.forms[draft.verb - 1] == "of"
            return (draft.verb, draft.verb + 1, "concept.moved") if named else (draft.stop, draft.verb, "concept.moved")
        if draft.words.forms[first : first + 1] not in (("in",), ("of",)) or not _is_thing(draft, first + 1):
            return None
        first += 1
    while first < len(draft.words) and draft.words.forms[first] in grammar.determiners:
        first += 1
    stop = phrase_end(draft, first, grammar)
    stop = draft.first if first < draft.first < stop else stop
    return (first, stop, "concept.moved") if first < stop and not first <= draft.first < stop else None


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


def _noun_behind(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``a $500 million pledge``, ``$350 million in aid``, ``a 12 percent stake``"""
    forms, first = draft.words.forms, draft.stop
    if draft.claim.kind not in _OBJECTS or draft.claim.role == "delta" or first >= len(forms):
        return None
    if draft.claim.role in ("to", "from") and draft.verb is not None and draft.claim.kind == "measure":
        return None
    if forms[first] == "in" and _is_thing(draft, first + 1):
        first += 1
        first += forms[first] in grammar.determiners
    elif forms[first] == "of":
        first += 1
    elif forms[first] == "in" or not forms[first].isalpha():
        return None
    stop = min(phrase_end(draft, first, grammar), first + 4)
    if stop <= first or forms[first] in grammar.verbs or draft.words.adverb(first) or forms[first] in _CLAUSES:
        return None
    counted = any(at in draft.counted for at in range(first, stop))
    if counted or forms[stop - 1] in _SPELLS or forms[stop : stop + 1] in (("had",), ("have",)):
        return None
    return first, stop, "concept.noun-behind"


def _is_thing(draft: Draft, at: int) -> bool:
    """Whether the word behind "in" is what a sum consists of, and neither a place nor a date."""
    return at < len(draft.words) and at not in draft.dated and not draft.words.capital(at)


def _row(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``imports rose to 445 and exports to 151``: the verb is left unsaid, its subject stands before "to"."""
    forms, at = draft.words.forms, draft.first - 2
    if draft.verb is not None or draft.before(1) != ("to",) or at < 1 or not forms[at].endswith("s"):
        return None
    first = at
    while first > 0 and at - first < _ROW and forms[first - 1] not in ("and", ",") and forms[first - 1].isalpha():
        first -= 1
    joined = forms[max(0, first - 1)] in ("and", ",") and grammar.stops.isdisjoint(forms[first : at + 1])
    return (first, at + 1, "concept.row") if joined and grammar.verbs.isdisjoint(forms[first : at + 1]) else None


def _done(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``had donated over $1.2 million``: what was done with a sum, rather than who did it."""
    at = draft.first - 1
    while at > 0 and (draft.words.forms[at] in _ARTICLES or draft.words.adverb(at)):
        at -= 1
    at -= 2 if draft.words.forms[max(0, at - 1) : at + 1] == ("total", "of") else 0
    while at > 0 and draft.words.forms[at] in _ARTICLES:
        at -= 1
    done = draft.claim.kind == "money" and draft.claim.role == "level" and at >= 0
    return (at, at + 1, "concept.done") if done and draft.words.forms[at] in grammar.done else None


def _valued(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``a value of 681 million in the books``, ``a fund worth $5 million``: said before whatever stands behind."""
    return _noun_of(draft, grammar) if draft.before(1) in (("of",), ("worth",)) else None


def _noun_of(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``a storm surge of three feet``, ``sales of 16 billion``, ``bail yesterday at 100,000``"""
    forms, at = draft.words.forms, draft.first - 1
    while at > 0 and forms[at] in _ARTICLES:
        at -= 1
    if at < 1 or forms[at] not in _OF or draft.verb is not None or draft.claim.kind == "age":
        return None
    if forms[at] == "at" and (forms[at - 1].endswith(("ed", "ing")) or forms[at - 1] in grammar.verbs):
        return None
    end = at - 1 - (forms[at] == "worth" and forms[at - 1] == ",")
    while end > 0 and _is_date(draft, end):
        end -= 1
    first = _phrase_start(draft, end, grammar)
    return (first, end + 1, "concept.noun-of") if first <= end else None


def _subject(draft: Draft, grammar: NounGrammar) -> Place | None:
    """The subject of the verb that moves the number, or of the nearest verb before it."""
    moving = draft.verb is not None and draft.verb < draft.stop
    verb = min(draft.verb or 0, draft.first) if moving else _verb_before(draft, grammar)
    if verb is None:
        return None
    forms, end = draft.words.forms, verb - 1
    passed = grammar.auxiliaries | grammar.verbs
    while end >= 0 and (
        (forms[end] in passed and not draft.words.capital(end))
        or draft.words.adverb(end)
        or _is_date(draft, end)
        or (forms[end].endswith("ed") and forms[end + 1] == "to")
    ):
        end -= 1
    if end > 1 and forms[end] == ",":
        opening = next((i for i in range(end - 1, max(-1, end - _APPOSITION), -1) if forms[i] == ","), None)
        end = opening - 1 if opening else end - 1
    first = _phrase_start(draft, end, grammar)
    return (first, end + 1, "concept.subject") if 0 <= first <= end else None


def _is_date(draft: Draft, at: int) -> bool:
    """A word of a date, or the preposition before it: ``Profit for the three months to June rose``."""
    return at in draft.dated or (at + 1 in draft.dated and draft.words.forms[at] in _DATING)


def _label(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``Net profit 72,000 vs 16,000``: a line of a table opens with what it tells."""
    forms = draft.words.forms[: draft.first]
    if not 0 < len(forms) <= _LABEL or not draft.words.capital(0) or not all(form.isalpha() for form in forms):
        return None
    said = grammar.stops | grammar.verbs | grammar.determiners
    if draft.dated or not said.isdisjoint(forms) or any(at in draft.counted for at in range(draft.first)):
        return None
    stop = draft.first - (forms[-1] == "of")
    return (0, stop, "concept.label") if stop else None


def _verb_before(draft: Draft, grammar: NounGrammar) -> int | None:
    near = range(draft.first - 1, max(-1, draft.first - _REACH), -1)
    governs = draft.first - 1
    while governs > 0 and draft.words.forms[governs] in _ARTICLES:
        governs -= 1
    if governs > 0 and len(draft.words.forms[governs]) > _PREFIX and draft.words.forms[governs].endswith("ed"):
        return governs
    return next((at for at in near if draft.words.forms[at] in grammar.verbs), None)


def _phrase_start(draft: Draft, end: int, grammar: NounGrammar) -> int:
    """The first word of the noun phrase whose last word is ``end``; beyond ``end`` if there is none."""
    forms, first = draft.words.forms, end + 1
    while first > 0 and end - first < _LONGEST and _belongs(draft, first - 1, end, grammar):
        first -= 1
    inner = (i for i in range(end - 1, first, -1) if forms[i] in grammar.determiners)
    first = next((i for i in inner if forms[i - 1] not in _LINKS), first)
    leading = grammar.determiners | grammar.stops
    while first <= end and (forms[first] in leading or forms[first] == "of"):
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
    return form not in grammar.stops and (form not in grammar.verbs or (at > 0 and draft.words.capital(at)))
