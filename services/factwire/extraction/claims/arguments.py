"""Who and what takes part: the entities around a number, each with the role that its clause gives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from factwire.extraction.claims.clauses import clause_of, relative_behind
from factwire.extraction.claims.drafts import Draft, Drafts, by_sentence
from factwire.extraction.claims.roles import ArgumentGrammar, Named, Scene, role_of
from factwire.extraction.model import Argument, ArgumentRole, Document, Span
from factwire.extraction.text.spans import OrderedSpans

__all__ = ["ArgumentGrammar", "find_arguments"]

_MOST: Final = 6
"""Arguments of one claim: those nearest to it."""
_NEIGHBOURS: Final = 4
"""Numbers to either side that are looked at."""
_COMPARED: Final = ((), ("the",), ("as", "many", "as", "the"), ("more", "than", "the"))
_BEHIND_PREPOSITIONS: Final = frozenset({"place", "counterparty"})
_JOINTS: Final = frozenset({",", "and", "or", "&"})


def find_arguments(document: Document, drafts: Drafts, grammar: ArgumentGrammar) -> Drafts:
    """Sets ``arguments`` from the entity mentions of the claim's sentence; who speaks takes no part by speaking."""
    named = [
        Named(m.span, e.entity_id, e.type, m.form == "demonym")
        for e in document.entities
        for m in e.mentions
        if m.form != "title"
    ]
    if not named:
        return drafts
    ordered = OrderedSpans.of(n.span for n in named)
    parts = dict(_parts(drafts))
    found: list[Draft] = []
    for sentence in by_sentence(drafts):
        span = document.sentences[sentence[0].claim.sentence].span
        near = [named[i] for i in ordered.indices(span)]
        if near:
            verbs = grammar.clauses.verbs_of(sentence[0].words)
            offset = len(found)
            for at in range(len(sentence)):
                scene = _scene(sentence, at, parts.get(offset + at), verbs, grammar)
                told = _with_arguments(scene, near)
                found.append(told if scene.relative else _with_group(told, found[offset:]))
        else:
            found.extend(sentence)
    return tuple(found)


def _parts(drafts: Drafts) -> Iterator[tuple[int, Draft]]:
    """The claim of a whole, by index, and the claim of its part; ``twice the 40 tonnes`` is one of them."""
    for index, draft in enumerate(drafts):
        if draft.claim.of is not None and draft.claim.of.claim is not None:
            yield draft.claim.of.claim, draft
        following = drafts[index + 1] if index + 1 < len(drafts) else draft
        multiplied = draft.claim.kind == "multiple" and following.claim.sentence == draft.claim.sentence
        if multiplied and draft.words.forms[draft.stop : following.first] in _COMPARED:
            yield index + 1, draft


def _scene(
    sentence: list[Draft], at: int, part: Draft | None, verbs: frozenset[int], grammar: ArgumentGrammar
) -> Scene:
    draft = sentence[at]
    relative = relative_behind(draft, verbs, grammar.clauses)
    clause = clause_of(draft, relative, verbs, grammar.clauses)
    earlier = (d for d in reversed(sentence[max(0, at - _NEIGHBOURS) : at]) if d.first >= clause.first)
    before = any(not _is_one(draft, d) for d in earlier)
    behind = tuple(d.claim.span.start for d in sentence[at + 1 : at + 1 + _NEIGHBOURS] if not _is_one(draft, d))
    return Scene(draft, clause, relative, part, before, behind, verbs, grammar)


def _is_one(draft: Draft, other: Draft) -> bool:
    """Whether two numbers tell one thing: a movement, a conversion, a part and its whole."""
    if draft.claim.group is not None and draft.claim.group == other.claim.group:
        return "change.against" not in draft.claim.rules and "change.against" not in other.claim.rules
    if draft.claim.equivalent_of is not None or other.claim.equivalent_of is not None:
        return True
    return _holds(draft, other) or _holds(other, draft)


def _holds(part: Draft, whole: Draft) -> bool:
    return part.claim.of is not None and part.claim.of.span.holds(whole.claim.span)


def _with_arguments(scene: Scene, near: list[Named]) -> Draft:
    """The nearest names first; one beyond another number only where no nearer one has its role."""
    claim = scene.draft.claim
    nearest = sorted(near, key=lambda n: _distance(n.span, claim.span))[:_MOST]
    roles = _roles(scene, sorted(nearest, key=lambda n: n.span))
    taken = {role for one, role in roles if not scene.numbers_between(one.span)}
    arguments: dict[tuple[str, str], Argument] = {}
    for one, role in roles:
        apart = scene.numbers_between(one.span)
        if not apart or (apart == 1 and role not in taken):
            arguments.setdefault((role, one.entity_id), Argument(role, one.entity_id, one.span))
    return scene.draft.but(arguments=tuple(arguments.values()))


def _with_group(draft: Draft, before: list[Draft]) -> Draft:
    """A number that goes on with a movement has the parts that stand before its first number, and its own behind it."""
    grouped = draft.claim.group is not None and before and before[-1].claim.group == draft.claim.group
    if not grouped or "change.against" in draft.claim.rules:
        return draft
    first = before[-1].claim
    shared = [a for a in first.arguments if a.span.end <= first.span.start]
    own = [a for a in draft.claim.arguments if a.span.start >= draft.claim.span.end and a not in shared]
    return draft.but(arguments=(*shared, *own))


def _distance(a: Span, b: Span) -> int:
    return max(a.start - b.end, b.start - a.end, 0)


def _roles(scene: Scene, named: list[Named]) -> list[tuple[Named, ArgumentRole]]:
    """Each name with its role; one that only goes on with the name before it has that one's."""
    found: list[tuple[Named, ArgumentRole]] = []
    for one in named:
        role = role_of(scene, one, named)
        if found and (role is None or (role == "subject" and found[-1][1] in _BEHIND_PREPOSITIONS)):
            role = found[-1][1] if _goes_on(scene, found[-1][0], one, listed=role is None) else role
        if role is not None:
            found.append((one, role))
    return found


def _goes_on(scene: Scene, previous: Named, one: Named, *, listed: bool) -> bool:
    """Whether only "and", or a comma in a list, joins two names: "in Oslo, Bergen and northern Finland"."""
    words = scene.draft.words
    between = words.forms[words.first_from(previous.span.end) : words.first_from(one.span.start)]
    joined = bool(between) and all(word in _JOINTS or word in scene.grammar.lists["passed"] for word in between)
    return joined and one.type == previous.type and (listed or between != (",",))
