"""Comparators and hedges: "more than", "at least", "about", "or so"; and verbs that bound ("surpassed 100,000")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.lexicons import Lexicons, Table
from factwire.extraction.model import Claim, Comparator, Document

_AMBIGUOUS: Final = frozenset({"over", "about", "around", "under", "above", "past", "beyond", "near"})
_RANGE_OPENERS: Final = frozenset({"between", "from"})
_PAST: Final = ("past",)
"""``climbed past 100`` bounds; ``the past 12 months`` does not."""
_COMPARATORS: Final[Mapping[str, Comparator]] = {"gt": "gt", "ge": "ge", "lt": "lt", "le": "le", "eq": "eq"}
_ARTICLED: Final = (("about", "a"), ("about", "an"))
_LEADS: Final = frozenset(
    {"for", "of", "at", "to", "is", "was", "be", "been", "by", "with", "only", "expects", "saw", "sees"}
)
"""Before "about a 2 percent rise": behind anything else somebody may talk about it."""
_TURNS: Final = 3
"""Hedges and comparators that may stand before one number: "only about", "up to an estimated"."""


@dataclass(frozen=True, slots=True)
class Bound:
    comparator: Comparator
    approximate: bool


Phrases = Mapping[tuple[str, ...], Bound]


@dataclass(frozen=True, slots=True)
class ComparatorGrammar:
    """Phrases by their words; ``longest`` is how many of them a phrase has at most."""

    before: Phrases
    after: Phrases
    verbs: Phrases
    lasting: frozenset[str]
    talking: frozenset[str]
    longest: int

    @classmethod
    def compile(cls, lexicons: Lexicons) -> ComparatorGrammar:
        table = lexicons.table("claims/comparators")
        before, after, verbs = (_phrases(table, section) for section in ("before", "after", "verbs"))
        guards = table.section("guards")
        longest = max(len(words) for words in (*before, *after, *verbs))
        return cls(before, after, verbs, frozenset(guards["lasting"]), frozenset(guards["talking"]), longest)


def _phrases(table: Table, section: str) -> Phrases:
    found: dict[tuple[str, ...], Bound] = {}
    for key, phrases in table.section(section).items():
        comparator = _COMPARATORS.get(key.removesuffix("_about"))
        if comparator is None:
            raise table.fault(key, f"'{key}' is no comparator: gt, ge, lt, le or eq, with or without _about")
        for phrase in phrases:
            found[tuple(phrase.replace("-", "- ").split())] = Bound(comparator, key.endswith("_about"))
    return found


def find_comparators(document: Document, drafts: Drafts, grammar: ComparatorGrammar) -> Drafts:
    """Widens spans to the words that bound or blur the number, and sets bounds, ``approximate`` and ``hedge``."""
    return tuple(_compare(document, draft, grammar) for draft in drafts)


def _compare(document: Document, draft: Draft, grammar: ComparatorGrammar) -> Draft:
    for _ in range(_TURNS):
        found = _before(draft, grammar)
        if found is None:
            break
        bound, length = found
        hedged = draft.widened(draft.first - length, draft.stop)
        draft = _bounded(hedged, bound, "comparator.before", document, draft.first)
    draft = _range_opener(draft)
    behind = _behind(draft, grammar)
    if behind is not None:
        bound, length = behind
        draft = _bounded(
            draft.widened(draft.first, draft.stop + length), bound, "comparator.after", document, draft.first
        )
    within = _within(draft, grammar)
    if within is not None:
        draft = _bounded(draft, within, "comparator.within", document, draft.first)
    return _by_verb(document, draft, grammar)


def _before(draft: Draft, grammar: ComparatorGrammar) -> tuple[Bound, int] | None:
    words = draft.words.forms
    if words[max(0, draft.first - 2) : draft.first] in _ARTICLED and words[draft.first - 3] in _LEADS:
        return Bound("eq", True), 2
    for length in range(min(grammar.longest, draft.first), 0, -1):
        phrase = words[draft.first - length : draft.first]
        bound = grammar.before.get(phrase)
        if bound is None:
            continue
        if length == 1 and phrase[0] in _AMBIGUOUS and not _is_hedge(draft, phrase[0], grammar):
            return None
        return bound, length
    return None


_BELONGS: Final = frozenset({"fall", "falls", "falling", "fell", "come", "comes", "coming", "placed", "operating"})
"""Before "under" they say to whom something belongs: areas that fall under three councils."""


def _is_hedge(draft: Draft, word: str, grammar: ComparatorGrammar) -> bool:
    preceding = draft.words.forms[draft.first - 2] if draft.first > 1 else ""
    if preceding in grammar.talking and word in ("over", "about", "around"):
        return False
    if word == "under" and preceding in _BELONGS and draft.claim.kind == "count":
        return False
    if word == "over" and draft.claim.kind == "duration":
        return preceding in grammar.lasting
    return True


def _range_opener(draft: Draft) -> Draft:
    """``between`` belongs to the span of the range that it opens."""
    if draft.claim.value is None and not draft.claim.vague and draft.before(1) == ("between",):
        return draft.widened(draft.first - 1, draft.stop)
    return draft


def _behind(draft: Draft, grammar: ComparatorGrammar) -> tuple[Bound, int] | None:
    for length in range(min(grammar.longest, len(draft.words) - draft.stop), 0, -1):
        bound = grammar.after.get(draft.after(length))
        if bound is None:
            continue
        alone = length > 1 or draft.after(1)[0] in ("plus", "+")
        following = draft.after(length + 1)[length:]
        opens_next = bool(following) and (following[0] == "to" or following[0][0].isdigit())
        opens_next = opens_next or draft.stop + length in draft.counted
        return (bound, length) if alone and not opens_next else None
    return None


def _within(draft: Draft, grammar: ComparatorGrammar) -> Bound | None:
    """``50 or more people``: the words between the number and its noun."""
    start = draft.words.first_from(draft.quantity.number.end)
    for length in range(min(3, draft.stop - start), 0, -1):
        bound = grammar.after.get(draft.words.forms[start : start + length])
        if bound is not None and start + length < draft.stop:
            return bound
    return None


def _by_verb(document: Document, draft: Draft, grammar: ComparatorGrammar) -> Draft:
    if draft.claim.comparator != "eq":
        return draft
    first = draft.first
    while first > 0 and draft.words.forms[first - 1] in ("the", "a", "an"):
        first -= 1
    for length in range(min(3, first), 0, -1):
        phrase = draft.words.forms[first - length : first]
        bound = grammar.verbs.get(phrase)
        if bound is not None and not (phrase == _PAST and draft.claim.kind == "duration"):
            return _bounded(draft, bound, "comparator.verb", document, draft.first)
    return draft


def _bounded(draft: Draft, bound: Bound, rule: str, document: Document, number: int) -> Draft:
    """The draft under one more bound: the comparator nearest to the number wins, a hedge is never lost."""
    claim = draft.claim
    hedge = claim.hedge
    if bound.approximate and draft.first < number:
        hedge = document.text[draft.words.starts[draft.first] : draft.words.ends[number - 1]]
    claim = claim._replace(approximate=claim.approximate or bound.approximate, hedge=hedge)
    if claim.comparator == "eq" and bound.comparator != "eq":
        claim = with_comparator(claim, bound.comparator)
    return draft._replace(claim=claim._replace(rules=(*claim.rules, rule)))


def with_comparator(claim: Claim, comparator: Comparator) -> Claim:
    """The claim with its bounds opened to the side that the comparator leaves open; ranges stay as they are."""
    if claim.value is None:
        return claim
    lower = claim.value if comparator in ("eq", "gt", "ge") else None
    upper = claim.value if comparator in ("eq", "lt", "le") else None
    return claim._replace(
        comparator=comparator,
        lower=lower,
        upper=upper,
        lower_inclusive=comparator in ("eq", "ge"),
        upper_inclusive=comparator in ("eq", "le"),
    )
