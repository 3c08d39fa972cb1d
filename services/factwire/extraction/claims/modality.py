"""Modality and polarity: asserted, forecast, target, estimate, possible, unconfirmed, hypothetical; denied or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document, Modality

_MODALITIES: Final[tuple[Modality, ...]] = (
    "forecast",
    "target",
    "estimate",
    "possible",
    "unconfirmed",
    "hypothetical",
    "asserted",
)
_SETS: Final = ("passive_forecast", "modal", "breaks", "negative", "causes", "possessives", "will")
_BEFORE: Final = 22
"""Words before a number in which its mood is looked for."""
_BEHIND: Final = 6
_FORESEEN: Final = 3
"""Words from a number to the "forecast by" that says it was one."""
_STOPS: Final = frozenset(';:.!?\u2013"')
_DOUBTS: Final = frozenset({"unconfirmed", "possible", "estimate"})
_BE: Final = frozenset({"was", "were", "is", "are", "been", "be"})
_CLAUSES: Final = frozenset({",", "that", "who", "which"})
_BY: Final = (("by",), ("to",))


@dataclass(frozen=True, slots=True)
class ModalityGrammar:
    words: Mapping[str, Modality]
    passive_forecast: frozenset[str]
    modal: frozenset[str]
    breaks: frozenset[str]
    negative: frozenset[str]
    causes: frozenset[str]
    possessives: frozenset[str]
    will: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> ModalityGrammar:
        table = lexicons.table("claims/modality")
        words = {word: modality for modality in _MODALITIES for word in table.words(modality)}
        sets = (frozenset(table.words(key)) for key in _SETS)
        return cls(words, *sets)


def find_modality(document: Document, drafts: Drafts, grammar: ModalityGrammar) -> Drafts:
    """Sets ``modality`` and ``polarity``."""
    return tuple(_moody(draft, grammar) for draft in drafts)


def _moody(draft: Draft, grammar: ModalityGrammar) -> Draft:
    if _negated(draft, grammar):
        draft = draft.but("modality.negated", polarity="negative")
    modality = (
        _by_hedge(draft)
        or _by_speech(draft, grammar)
        or _before(draft, grammar)
        or _behind(draft, grammar)
        or "asserted"
    )
    return draft if modality == "asserted" else draft.but(f"modality.{modality}", modality=modality)


def _by_hedge(draft: Draft) -> Modality | None:
    return "estimate" if draft.claim.hedge and "estimated" in draft.claim.hedge.lower() else None


def _by_speech(draft: Draft, grammar: ModalityGrammar) -> Modality | None:
    """``the 3 percent analysts had expected``, ``the 3 percent increase forecast by the ministry``"""
    if "speech.expected-by" in draft.claim.rules:
        return "forecast"
    for at in range(draft.stop, min(len(draft.words) - 1, draft.stop + _FORESEEN)):
        if draft.words.forms[at] in grammar.passive_forecast and draft.words.forms[at + 1] == "by":
            named = "speech.passive-by" in draft.claim.rules
            return "forecast" if named and grammar.words.get(draft.words.forms[at]) == "forecast" else None
    return None


def _before(draft: Draft, grammar: ModalityGrammar) -> Modality | None:
    """The nearest word before the number that tells; None if none does."""
    forms = draft.words.forms
    if not grammar.possessives.isdisjoint(draft.before(3)) and draft.before(1) not in _BY:
        return "asserted"
    for at in range(draft.first - 1, max(-1, draft.first - _BEFORE), -1):
        if forms[at] in _STOPS or forms[at] in grammar.breaks:
            return None
        modality = _told_at(draft, at, grammar)
        if modality is not None:
            return modality
    return None


def _told_at(draft: Draft, at: int, grammar: ModalityGrammar) -> Modality | None:
    forms = draft.words.forms
    modality = grammar.words.get(forms[at])
    preceding = forms[at - 1] if at else ""
    of_another = draft.first > at + 1 and at + 1 in draft.counted
    if (
        preceding in _BE
        and forms[at] in grammar.passive_forecast
        and not (forms[at] == "due" and _is_noun(draft, at, grammar))
    ):
        return "forecast"
    if modality is None or _is_noun(draft, at, grammar) or of_another:
        return None
    if modality == "asserted":
        doubt = grammar.words.get(preceding)
        if doubt in _DOUBTS:
            return doubt
        following = grammar.words.get(forms[at + 1], "asserted")
        return None if following != "asserted" or (forms[at] == "have" and preceding == "to") else "asserted"
    if preceding in _BE and forms[at].endswith(("ed", "cast")):
        return None
    if forms[at] == "likely" and preceding in grammar.will:
        return "forecast"
    return "hypothetical" if modality in ("forecast", "possible") and _conditional(draft, at) else modality


def _is_noun(draft: Draft, at: int, grammar: ModalityGrammar) -> bool:
    """``May``, ``the project``: no mood."""
    form = draft.words.forms[at]
    if form == "due" and (at + 1 in draft.dated or _is_cause(draft, at, grammar)):
        return True
    if form in ("may", "will") and draft.words.capital(at):
        return True
    return (
        form in ("project", "projects", "will")
        and at > 0
        and draft.words.forms[at - 1] in ("the", "a", "this", "its", "of")
    )


def _is_cause(draft: Draft, at: int, grammar: ModalityGrammar) -> bool:
    """``due to a writedown of 51 million``, ``mainly due to lower prices``: why it was, and nothing to come."""
    forms = draft.words.forms
    if forms[at + 1 : at + 2] != ("to",) or at + 2 >= len(forms):
        return False
    given = forms[at + 2] in grammar.causes or forms[at + 2].endswith("ing") or at + 2 in draft.counted
    return given or (at > 0 and draft.words.adverb(at - 1))


def _conditional(draft: Draft, at: int) -> bool:
    return "if" in draft.words.forms[max(0, at - 12) : at]


def _behind(draft: Draft, grammar: ModalityGrammar) -> Modality | None:
    """``Nearly 800 customers were scheduled to``, ``thousands could``: the verb whose subject the number is."""
    for at in range(draft.stop, min(len(draft.words), draft.stop + _BEHIND)):
        form = draft.words.forms[at]
        if form in _STOPS or form in grammar.breaks or form in _CLAUSES:
            return None
        if form in grammar.passive_forecast and draft.words.forms[at - 1] in _BE:
            return "forecast"
        if form in grammar.modal and not _is_noun(draft, at, grammar):
            return grammar.words.get(form)
    return None


def _negated(draft: Draft, grammar: ModalityGrammar) -> bool:
    near = draft.before(4)
    for form in reversed(near):
        if form in (",", ";", ":", "but"):
            return False
        if form in grammar.negative or form.endswith("n't"):
            return not (form == "not" and "only" in near)
    return False
