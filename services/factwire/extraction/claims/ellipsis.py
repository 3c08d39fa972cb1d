"""Units left unsaid: "23.2 billion francs against 22.9 billion" says francs twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.claims.wholes import NounGrammar
from factwire.extraction.model import Document, Unit

_FAR: Final = 12
"""Words between a number and the one it borrows its unit from."""
_JOINTS: Final = frozenset({",", "and", "but"})
_BREAKS: Final = frozenset({";", ":", "."})
_SHARED_KINDS: Final = frozenset({"money", "measure", "count", "rate"})
_SCALED: Final = 1000
_TALLIED: Final = frozenset({"vote", "seat"})
_MEASURED: Final = frozenset({"money", "measure"})
_ENDS: Final = (("to",), ("from",))
_IN_PROSE: Final = frozenset({"of", "in", "for", "by", "at", "from", "were", "was", "rose", "fell", "is", "are", "to"})
"""Where one of these stands before the number, it is no row of an account."""
_IN_ROW: Final = 9
_ROW: Final = 5
"""Words between two entries of one row."""
_SPREAD: Final = 50


def share_units(document: Document, drafts: Drafts, grammar: NounGrammar) -> Drafts:
    """A bare number takes kind and unit of the number before it, where the two are told as a pair or a list."""
    found: list[Draft] = []
    currency: Unit | None = None
    for draft in drafts:
        currency = draft.claim.unit if currency is None and draft.claim.unit.system == "ISO4217" else currency
        if currency is not None and _is_in_account(draft, grammar):
            found.append(draft.but("unit.account", kind="money", unit=replace(currency, label=None, per=None)))
            continue
        giver = found[-1] if found and found[-1].claim.sentence == draft.claim.sentence else None
        found.append(_borrowing(draft, giver, grammar) if giver else draft)
    return tuple(_from_the_end(list(_from_both_sides(found, grammar)), grammar))


def _borrowing(draft: Draft, giver: Draft, grammar: NounGrammar) -> Draft:
    if not _is_bare(draft, grammar) or giver.claim.kind not in _SHARED_KINDS or giver.claim.unit.code is None:
        return draft
    if _is_paired(draft, giver) or _is_scaled_alike(draft, giver):
        return draft.but("unit.shared", kind=giver.claim.kind, unit=giver.claim.unit)
    if is_gapped(giver, draft):
        return draft.but("unit.listed", kind=giver.claim.kind, unit=giver.claim.unit)
    return draft.but("unit.listed", kind=giver.claim.kind, unit=giver.claim.unit) if _is_listed(draft, giver) else draft


def _is_in_account(draft: Draft, grammar: NounGrammar) -> bool:
    """``Net 1.2 mln vs 900,000`` below ``Shr 34 cts vs 28 cts``: a row of an account is in its currency."""
    if not _is_bare(draft, grammar) or _size(draft) < _SCALED or draft.first > _IN_ROW:
        return False
    label = draft.words.forms[:2]
    named = label[0] in grammar.account or (label[0] in grammar.account_before and label[-1] in grammar.account)
    return named and _IN_PROSE.isdisjoint(draft.words.forms[: draft.first])


def _from_both_sides(drafts: list[Draft], grammar: NounGrammar) -> Iterator[Draft]:
    """``took 167 tonnes, Norway 54 and Chad 50 tonnes``: a bare number between two of one unit and of its size."""
    for at, draft in enumerate(drafts):
        near = [drafts[at - 1], drafts[at + 1]] if 0 < at < len(drafts) - 1 else []
        alike = (
            near
            and all(_is_alike(draft, giver) for giver in near)
            and near[0].claim.unit.code == near[1].claim.unit.code
        )
        if alike and _size(draft) >= _SCALED and _is_bare(draft, grammar):
            draft = draft.but("unit.listed", kind=near[0].claim.kind, unit=near[0].claim.unit)
        yield draft


def _is_alike(draft: Draft, giver: Draft) -> bool:
    measured = giver.claim.kind in _MEASURED and giver.claim.sentence == draft.claim.sentence
    return measured and giver.claim.role == draft.claim.role == "level" and _like(draft, giver)


def _from_the_end(drafts: list[Draft], grammar: NounGrammar) -> Iterator[Draft]:
    """``fell to 190,600 from 265,600 and exports to 56,500 from 85,500 tonnes``: one unit, said at the end."""
    taken: list[Draft] = []
    giver: Draft | None = None
    for draft in reversed(drafts):
        if giver is not None and giver.claim.sentence == draft.claim.sentence and _is_moved(draft, giver, grammar):
            draft = draft.but("unit.ahead", kind=giver.claim.kind, unit=giver.claim.unit)
        giver = draft if draft.claim.kind in _MEASURED and draft.before(1) in _ENDS else None
        taken.append(draft)
    return reversed(taken)


def _is_moved(draft: Draft, giver: Draft, grammar: NounGrammar) -> bool:
    near = giver.first - draft.stop <= _ROW and _BREAKS.isdisjoint(draft.words.forms[draft.stop : giver.first])
    return near and draft.before(1) in _ENDS and _is_bare(draft, grammar) and _like(draft, giver)


def is_gapped(giver: Draft, draft: Draft) -> bool:
    """``took in 450 guests and Ostmark 520``: only a name stands between, and nothing goes on behind."""
    forms, joint = draft.words.forms, draft.first - 1
    while joint >= giver.stop and forms[joint] not in _JOINTS and draft.words.capital(joint):
        joint -= 1
    if not giver.stop <= joint < draft.first - 1 or draft.first - giver.stop > _FAR or forms[joint] not in _JOINTS:
        return False
    behind = draft.after(1)
    return not behind or not behind[0].isalpha() or behind[0] in _JOINTS


def _is_listed(draft: Draft, giver: Draft) -> bool:
    """``43,500 tonnes, in Oslo 12,000``, ``5,000 tonnes to Oslo and 2,000 to Rome``: a list of amounts goes on."""
    between = draft.words.forms[giver.stop : draft.first]
    if giver.claim.kind not in _MEASURED or not 2 <= len(between) <= _ROW or not _like(draft, giver):
        return False
    opening = between[between[0] in (",", "and") :]
    framed = between[-1] == "and" and _size(draft) >= _SCALED and draft.after(1) == giver.after(1)
    return (framed or opening[:1] in (("in",), ("for",), ("from",))) and _BREAKS.isdisjoint(between)


def _like(draft: Draft, giver: Draft) -> bool:
    """Whether the two are of one size, as entries of one row are."""
    a, b = _size(draft), _size(giver)
    return min(a, b) > 0 and max(a, b) / min(a, b) <= _SPREAD


def _is_bare(draft: Draft, grammar: NounGrammar) -> bool:
    """Whether no noun follows that the number could count."""
    claim = draft.claim
    if claim.kind != "count" or claim.unit.code is not None or draft.quantity.noun is not None:
        return False
    following = draft.after(1)
    return not following or not following[0].isalpha() or following[0] in grammar.particles


def _is_paired(draft: Draft, giver: Draft) -> bool:
    """A range that was told as two numbers, a number and what it is compared with, or ``51 votes to 49``."""
    if giver.claim.unit.code in _TALLIED and draft.words.forms[giver.stop : draft.first] in (("to",), ("against",)):
        return True
    return draft.claim.group is not None and draft.claim.group == giver.claim.group


def _is_scaled_alike(draft: Draft, giver: Draft) -> bool:
    """Both in thousands or more, a few words apart: the second is more of the same."""
    between = draft.words.forms[giver.stop : draft.first]
    if len(between) > _FAR or not _BREAKS.isdisjoint(between):
        return False
    return all(_size(d) >= _SCALED and _is_worded(d) for d in (draft, giver))


def _size(draft: Draft) -> float:
    bounds = [b for b in (draft.claim.lower, draft.claim.upper) if b is not None]
    return float(max(bounds, default=0))


def _is_worded(draft: Draft) -> bool:
    """Whether the number is written with a scale word: "102 million"."""
    number = draft.quantity.number
    words = draft.words.forms[draft.words.first_from(number.start) : draft.words.first_from(number.end)]
    return any(word.isalpha() for word in words)
