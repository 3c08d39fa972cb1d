"""Who and what takes part: the entities around a number, each with the role that its preposition or place gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

from factwire.extraction.claims.drafts import Draft, Drafts, by_sentence
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Argument, ArgumentRole, Document, EntityType, Span
from factwire.extraction.text.spans import OrderedSpans

_ARTICLES: Final = frozenset({"the", "a", "an", "its", "their"})
_VERB_NEAR: Final = 4
"""Words between a subject and its verb."""
_MOST: Final = 6
"""Arguments of one claim: those nearest to it."""


@dataclass(frozen=True, slots=True)
class ArgumentGrammar:
    prepositions: Mapping[str, ArgumentRole]
    giving: frozenset[str]
    getting: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> ArgumentGrammar:
        table = lexicons.table("claims/arguments")
        prepositions: dict[str, ArgumentRole] = {}
        for word, role in table.section("prepositions").items():
            if role not in get_args(ArgumentRole):
                raise table.fault(word, f"'{role}' is no role: {', '.join(get_args(ArgumentRole))}")
            prepositions[word] = role
        verbs = table.section("verbs")
        return cls(prepositions, frozenset(verbs["giving"]), frozenset(verbs["getting"]))


@dataclass(frozen=True, slots=True)
class _Named:
    span: Span
    entity_id: str
    type: EntityType


def find_arguments(document: Document, drafts: Drafts, grammar: ArgumentGrammar) -> Drafts:
    """Sets ``arguments`` from the entity mentions of the claim's sentence; the speaker is none of them."""
    named = [_Named(m.span, e.entity_id, e.type) for e in document.entities for m in e.mentions if m.form != "title"]
    if not named:
        return drafts
    ordered = OrderedSpans.of(n.span for n in named)
    found: list[Draft] = []
    for sentence in by_sentence(drafts):
        span = document.sentences[sentence[0].claim.sentence].span
        near = [named[i] for i in ordered.indices(span)]
        found.extend(_with_arguments(draft, near, grammar) for draft in sentence)
    return tuple(found)


def _with_arguments(draft: Draft, near: list[_Named], grammar: ArgumentGrammar) -> Draft:
    speaker = draft.claim.attribution.speaker.span if draft.claim.attribution else None
    others = [n for n in near if speaker is None or not n.span.overlaps(speaker)]
    nearest = sorted(others, key=lambda n: _distance(n.span, draft.claim.span))[:_MOST]
    arguments: dict[tuple[str, str], Argument] = {}
    for one in sorted(nearest, key=lambda n: n.span):
        role = _role(draft, one, grammar)
        if role is not None:
            arguments.setdefault((role, one.entity_id), Argument(role, one.entity_id, one.span))
    return draft.but(arguments=tuple(arguments.values()))


def _distance(a: Span, b: Span) -> int:
    return max(a.start - b.end, b.start - a.end, 0)


def _role(draft: Draft, named: _Named, grammar: ArgumentGrammar) -> ArgumentRole | None:
    forms = draft.words.forms
    stop = draft.words.first_from(named.span.end)
    before = draft.words.first_from(named.span.start) - 1
    while before >= 0 and forms[before] in _ARTICLES:
        before -= 1
    preposition = forms[before] if before >= 0 else ""
    if _possesses(forms, stop) or preposition == "of":
        return "holder"
    role = grammar.prepositions.get(preposition)
    if role == "place":
        return "place" if named.type == "place" else None
    if preposition == "by" and forms[max(0, before - 1)] in grammar.getting:
        return "recipient"
    return role or _as_subject(draft, named, stop, grammar)


def _as_subject(draft: Draft, named: _Named, stop: int, grammar: ArgumentGrammar) -> ArgumentRole | None:
    """What stands before the number and its verb: who gives, who gets, or whom the number is about."""
    if named.span.end > draft.claim.span.start:
        return None
    verbs = draft.words.forms[stop : min(stop + _VERB_NEAR, draft.first)]
    if not grammar.giving.isdisjoint(verbs):
        return "agent"
    return "recipient" if not grammar.getting.isdisjoint(verbs) else "subject"


def _possesses(forms: tuple[str, ...], stop: int) -> bool:
    return 0 < stop <= len(forms) and (forms[stop - 1].endswith(("'s", "s'")) or forms[stop : stop + 1] == ("'",))
