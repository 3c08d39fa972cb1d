"""Change: which numbers belong to one movement, how far it went, from where and to where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts, by_sentence
from factwire.extraction.claims.moves import ChangeGrammar, Move, move_of
from factwire.extraction.model import Document, Role

__all__ = ["ChangeGrammar", "find_changes"]

_COMPARISON: Final = 6
_APART: Final = 20
"""Words: numbers farther apart belong to no one movement."""
_SHORT: Final = 6
"""Words of "and barley by" between two numbers of one verb."""
_PARALLEL: Final = (("for",), ("in",), ("on",), ("at",))
_BEFORE_DATE: Final = frozenset({"in", "on", "of", "at", "for", "last", "during", "a", "an", "the"})


def find_changes(document: Document, drafts: Drafts, grammar: ChangeGrammar) -> Drafts:
    """Sets direction, role and group."""
    found: list[Draft] = []
    group = 0
    for sentence in by_sentence(drafts):
        moved, group = _sentence(sentence, grammar, group)
        found.extend(moved)
    return tuple(found)


def _sentence(drafts: list[Draft], grammar: ChangeGrammar, group: int) -> tuple[list[Draft], int]:
    """The drafts of one sentence, chained: each number may continue the movement of the one before it."""
    moved: list[Draft] = []
    for draft in drafts:
        previous = moved[-1] if moved else None
        own = move_of(draft, grammar)
        joint = _joint(previous, draft, grammar) if previous else None
        if joint and (own is None or own.role != "delta") and previous is not None:
            previous, draft, group = _chained(previous, draft, joint, grammar, group)
            moved[-1] = previous
        elif own is not None:
            draft = _moving(draft, own)
        elif previous is not None and _goes_on(previous, draft):
            draft = _parallel(previous, draft)
        moved.append(draft)
    return moved, group


def _moving(draft: Draft, move: Move) -> Draft:
    return draft.but(move.rule, role=move.role, direction=move.direction)._replace(verb=move.word)


def _goes_on(previous: Draft, draft: Draft) -> bool:
    """``a 12 percent rise for cars and 10 percent for trucks``"""
    if previous.claim.role != "delta" or previous.claim.kind != draft.claim.kind:
        return False
    if previous.before(1) == draft.before(1) == ("by",) and previous.claim.unit == draft.claim.unit:
        return (
            draft.words.forms[previous.stop : previous.stop + 1] == ("and",) and draft.first - previous.stop <= _SHORT
        )
    if draft.before(1) != ("and",):
        return False
    behind = draft.after(1)
    between = draft.words.forms[previous.stop : draft.first]
    return behind in _PARALLEL and behind[0] in between and draft.claim.kind == "percent"


def _parallel(previous: Draft, draft: Draft) -> Draft:
    moved = draft.but("change.parallel", role="delta", direction=previous.claim.direction)
    return moved._replace(verb=previous.verb)


# -- the number and the one before it


def _joint(previous: Draft, draft: Draft, grammar: ChangeGrammar) -> str | None:
    """How the words between two numbers join them: "to", "from", "same", "against", or not at all."""
    between = list(_between(previous, draft, grammar))
    if between[:1] == ["of"] and "," in between:
        del between[: between.index(",")]
    while between and between[0] == ",":
        between.pop(0)
    joint = grammar.joints.get(tuple(between))
    if joint is None and "," in between:
        tail = between[len(between) - between[::-1].index(",") :]
        joint = "against" if _compared(tail, grammar) else grammar.joint(tail)
        apart = joint == "against" or not grammar.adverbs.keys().isdisjoint(tail)
        return joint if apart else None
    return joint


def _compared(tail: list[str], grammar: ChangeGrammar) -> bool:
    """``compared to a profit of``: a comparison that names what it compares."""
    opens = any(grammar.joints.get(tuple(tail[:length])) == "against" for length in (1, 2))
    return opens and len(tail) <= _COMPARISON and (len(tail) <= 2 or tail[-1] == "of")


def _between(previous: Draft, draft: Draft, grammar: ChangeGrammar) -> Iterator[str]:
    """The words between, without dates, the words before a date, and those that add nothing."""
    forms = draft.words.forms
    if draft.first - previous.stop > _APART:
        yield "..."
        return
    for at in range(previous.stop, draft.first):
        before_date = forms[at] in _BEFORE_DATE and (at + 1 in draft.dated or forms[at + 1] in grammar.fillers)
        if at not in draft.dated and not before_date and forms[at] not in grammar.fillers:
            yield forms[at]


def _chained(previous: Draft, draft: Draft, joint: str, grammar: ChangeGrammar, group: int) -> tuple[Draft, Draft, int]:
    """Both drafts under the joint, with one group where they belong to one movement."""
    between = set(_between(previous, draft, grammar))
    adverb = next((w for w in between if w in grammar.adverbs), None)
    direction = grammar.adverbs[adverb] if adverb else previous.claim.direction
    moving = previous.claim.role != "level" or adverb is not None
    if joint == "same":
        if previous.claim.role != "delta" or ("and" in between and previous.claim.kind != draft.claim.kind):
            return previous, draft, group
        role: Role = previous.claim.role
    elif joint in ("to", "from") and moving:
        role = "to" if joint == "to" else "from"
    elif joint in ("from", "against"):
        if not _comparable(previous, draft):
            return previous, draft, group
        previous, group = _grouped(previous, group)
        return previous, draft.but("change.against", group=previous.claim.group), group
    else:
        return previous, draft, group
    if role == "from" and previous.claim.role == "level":
        previous = previous.but(role="to", direction=direction)
    previous, group = _grouped(previous, group)
    joined = draft.but(f"change.{joint}", role=role, direction=direction, group=previous.claim.group)
    return previous, joined._replace(verb=previous.verb), group


def _grouped(draft: Draft, group: int) -> tuple[Draft, int]:
    if draft.claim.group is not None:
        return draft, group
    return draft.but(group=group), group + 1


def _comparable(previous: Draft, draft: Draft) -> bool:
    """Of one kind or unit; ``2 goals from 5 shots`` count two things."""
    units = {d.claim.unit.code for d in (previous, draft) if d.claim.kind == "count" and d.claim.unit.code}
    if len(units) > 1:
        return False
    return previous.claim.kind == draft.claim.kind or previous.claim.unit == draft.claim.unit
