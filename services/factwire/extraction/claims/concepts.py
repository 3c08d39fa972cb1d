"""What a number measures: the subject of the verb that moves it, "X of", the noun behind it, or what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.claims.ellipsis import is_gapped
from factwire.extraction.claims.fates import fate_of
from factwire.extraction.claims.objects import bought_with, done_with, moved_by, noun_behind, wanted_by
from factwire.extraction.claims.subjects import apposed_to, label_of, noun_of, row_of, subject_of
from factwire.extraction.claims.wholes import NounGrammar, Place
from factwire.extraction.model import Concept, Document

_COMPARING: Final = ("change.adverb", "change.comparative")
_BACK: Final = 3
"""Numbers that are looked back over for one of the kind."""
_BESIDE: Final = frozenset({"below", "above"})
_TIMES: Final = frozenset({"multiple", "fraction"})


def valued_as(draft: Draft, grammar: NounGrammar) -> Place | None:
    """``a value of 681 million in the books``, ``a fund worth $5 million``: said before whatever stands behind."""
    return noun_of(draft, grammar) if draft.before(1) in (("of",), ("worth",)) else None


_FINDERS: Final[tuple[Callable[[Draft, NounGrammar], Place | None], ...]] = (
    moved_by,
    row_of,
    valued_as,
    bought_with,
    noun_behind,
    noun_of,
    done_with,
    wanted_by,
    apposed_to,
    subject_of,
    label_of,
)
"""In the order in which they are asked; the first answer stands."""


def find_concepts(document: Document, drafts: Drafts, grammar: NounGrammar) -> Drafts:
    """Sets ``concept``; numbers of one change, conversions, and the further numbers of a list share it."""
    found: list[Draft] = []
    for draft in drafts:
        shared = _shared(draft, found)
        named = draft.but(concept=shared.claim.concept) if shared else _measured(document, draft, grammar)
        named = named if shared else _compared(named, found)
        found.append(_listed(named, found) if named.claim.concept is None or _goes_on(named, found) else named)
    return tuple(found)


def _shared(draft: Draft, found: list[Draft]) -> Draft | None:
    if draft.claim.equivalent_of is not None:
        return found[draft.claim.equivalent_of]
    if draft.claim.kind == "percent" and draft.before(1) == ("(",) and found and found[-1].stop == draft.first - 1:
        return found[-1]
    if draft.claim.group is not None and found and found[-1].claim.group == draft.claim.group:
        return found[-1]
    return None


def _compared(draft: Draft, found: list[Draft]) -> Draft:
    """``47 million hectares, up 2 percent``, ``485,000 chips, twice as many as Norvik``: of the number before."""
    previous = found[-1].claim if found else None
    if previous is None or previous.sentence != draft.claim.sentence or previous.concept is None:
        return draft
    opening = min(draft.verb, draft.first) if "change.adverb" in draft.claim.rules and draft.verb else draft.first
    apart = draft.words.forms[max(0, opening - 1) : opening] == (",",)
    comparing = (
        draft.claim.kind in _TIMES
        or not _BESIDE.isdisjoint(draft.after(1))
        or not set(_COMPARING).isdisjoint(draft.claim.rules)
    )
    own = draft.claim.of is not None or draft.claim.role in ("to", "from")
    return draft.but("concept.compared", concept=previous.concept) if apart and comparing and not own else draft


def _listed(draft: Draft, found: list[Draft]) -> Draft:
    """``53% for one, 29% for the other``: what the last number of the kind in the sentence measured."""
    previous = _last_alike(draft, found)
    if previous is None or previous.claim.concept is None:
        return draft
    return draft.but("concept.listed", concept=previous.claim.concept)


def _last_alike(draft: Draft, found: list[Draft]) -> Draft | None:
    """The nearest number of the kind before, in the sentence and not far."""
    near = (d for d in reversed(found[-_BACK:]) if d.claim.sentence == draft.claim.sentence)
    return next((d for d in near if d.claim.kind == draft.claim.kind), None)


def _goes_on(draft: Draft, found: list[Draft]) -> bool:
    """``took in 450 guests and Ostmark 520``: the verb is left unsaid, and with it what is measured; ``30 of them``."""
    previous = _last_alike(draft, found)
    if previous is None or draft.quantity.noun is not None or "concept.subject" in previous.claim.rules:
        return False
    return draft.after(2) == ("of", "them") or is_gapped(previous, draft)


def _measured(document: Document, draft: Draft, grammar: NounGrammar) -> Draft:
    place = fate_of(draft, grammar) or _whole(draft, grammar)
    if place is None and not _counts_its_noun(draft):
        asked = (finder(draft, grammar) for finder in _FINDERS)
        place = next((answer for answer in asked if answer is not None), None)
    if place is None:
        return _own_noun(document, draft)
    first, stop, rule = place
    return draft.but(rule, concept=Concept(draft.words.span(first, stop), draft.words.forms[stop - 1]))


def _counts_its_noun(draft: Draft) -> bool:
    moved = draft.claim.role != "level" and draft.verb is not None
    return draft.claim.kind == "count" and not moved and draft.quantity.noun is not None


def _own_noun(document: Document, draft: Draft) -> Draft:
    noun = draft.quantity.noun
    head = document.folded[noun.start : noun.end].lower().split() if noun else []
    return draft.but("concept.noun", concept=Concept(noun, head[-1])) if noun and head else draft


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
