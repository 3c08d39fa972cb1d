"""Whether one number moves: by the verb, the adverb or the noun before it, or by the word behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from factwire.extraction.claims.drafts import Draft
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import ClaimKind, Direction, Role

_RELATIVE: Final = frozenset({"percent", "percentage_point", "fraction", "index", "multiple"})
_STILL: Final = frozenset({"duration", "age", "score", "rank", "one_of"})
_PREPOSITIONS: Final = frozenset({"by", "to", "from", "at", "of", "above", "below"})
_OBJECT: Final = 9
"""Words between a verb and the "by", "to" or "from" of what it moves: "cut output in the Gulf by"."""
_RATES: Final = frozenset({"rate", "pace"})
"""``a 2 percent rate of growth``: the noun of change stands behind them."""
_CLAUSE_ENDS: Final = frozenset(',;:.()\u2013"')
_SETTLES: Final = frozenset(
    {"settle", "close", "end", "finish", "trade", "stand", "settled", "closed", "ended", "finished", "traded"}
)


@dataclass(frozen=True, slots=True)
class ChangeGrammar:
    """Direction by word for each part of speech, and the joints between the numbers of one change."""

    verbs: Mapping[str, Direction]
    owning: frozenset[str]
    transitive: frozenset[str]
    standing: frozenset[str]
    nouns: Mapping[str, Direction]
    owning_nouns: frozenset[str]
    adverbs: Mapping[str, Direction]
    bound: frozenset[str]
    comparatives: Mapping[str, Direction]
    than: frozenset[str]
    multiples: Mapping[str, Direction]
    joints: Mapping[tuple[str, ...], str]
    fillers: frozenset[str]
    passed_over: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> ChangeGrammar:
        table = lexicons.table("claims/changes")

        def directions(section: str) -> dict[str, Direction]:
            rows = table.section(section)
            found: dict[str, Direction] = dict.fromkeys(rows["down"], "down")
            found.update(dict.fromkeys(rows["up"], "up"))
            return found

        rows, verbs = table.section("joints"), table.section("verbs")
        kinds = ("to", "from", "same", "against")
        joints = {tuple(phrase.split()): kind for kind in kinds for phrase in rows[kind]}
        return cls(
            verbs=directions("verbs"),
            owning=frozenset(verbs["owning"]),
            transitive=frozenset(verbs["transitive"]),
            standing=frozenset(verbs["standing"]),
            nouns=directions("nouns"),
            owning_nouns=frozenset(table.section("nouns")["owning"]),
            adverbs=directions("adverbs"),
            bound=frozenset(table.section("adverbs")["bound"]),
            comparatives=directions("comparatives"),
            than=frozenset(table.section("comparatives")["than"]),
            multiples=directions("multiples"),
            joints=joints,
            fillers=frozenset(rows["fillers"]),
            passed_over=frozenset(verbs["passed_over"]),
        )

    def joint(self, words: list[str]) -> str | None:
        """What joins two numbers; an article before the second adds nothing ("down from the 150 million")."""
        return self.joints.get(tuple(words)) or (self.joints.get(tuple(words[:-1])) if words[-1:] == ["the"] else None)


@dataclass(frozen=True, slots=True)
class Move:
    """What one number is in a change: its role, the direction of the change, and the word that says so."""

    role: Role
    direction: Direction
    word: int
    rule: str


def move_of(draft: Draft, grammar: ChangeGrammar) -> Move | None:
    if draft.claim.kind in _STILL:
        return None
    return _multiple(draft, grammar) or _before(draft, grammar) or _behind(draft, grammar)


def _multiple(draft: Draft, grammar: ChangeGrammar) -> Move | None:
    """``nearly doubled``"""
    if draft.claim.kind != "multiple":
        return None
    for at in range(draft.first, draft.stop):
        direction = grammar.multiples.get(draft.words.forms[at])
        if direction and not (at + 1 < len(draft.words) and draft.words.forms[at + 1] in ("the", "digit", "digits")):
            return Move("delta", direction, at, "change.multiple")
    return None


def _before(draft: Draft, grammar: ChangeGrammar) -> Move | None:
    forms, at = draft.words.forms, draft.first - 1
    while at >= 0 and forms[at] in grammar.passed_over:
        at -= 1
    if at < 0:
        return None
    preposition = forms[at] if forms[at] in _PREPOSITIONS else None
    if preposition:
        at -= 1
        while at > 0 and forms[at] in _SETTLES and forms[at - 1] == "to":
            preposition, at = "to", at - 2
    while at >= 0 and (draft.words.adverb(at) or forms[at] in grammar.passed_over or at in draft.dated):
        at -= 1
    if at < 0:
        return None
    return (
        _by_verb(draft, at, preposition, grammar)
        or _by_adverb(draft, at, preposition, grammar)
        or _by_noun(draft, at, preposition, grammar)
        or _by_object(draft, at, preposition, grammar)
    )


def _role(preposition: str | None) -> Role | None:
    roles: dict[str | None, Role] = {
        None: "delta",
        "by": "delta",
        "to": "to",
        "from": "from",
        "above": "to",
        "below": "to",
    }
    return roles.get(preposition)


def _by_verb(draft: Draft, at: int, preposition: str | None, grammar: ChangeGrammar) -> Move | None:
    """``rose 3.2 percent``, ``fell to 4.1``"""
    word = draft.words.forms[at]
    direction, role = grammar.verbs.get(word), _role(preposition)
    if direction is None or role is None or _is_noun_use(draft, at, grammar):
        return None
    if word in grammar.owning and preposition is None and not _is_relative(draft.claim.kind):
        added = direction == "up" and draft.claim.kind == "money" and draft.after(1) == ("to",)
        return Move(role, direction, at, "change.added") if added else None
    return Move(role, direction, at, "change.verb")


_BARE_OBJECT: Final = 5
"""Words from a verb over its object to the number."""


def _is_noun_use(draft: Draft, at: int, grammar: ChangeGrammar) -> bool:
    """``the increase to 5 percent`` is still a change; ``a contract to 40 firms``, ``trading lower at 5`` are none."""
    if draft.words.forms[at] == "lower" and at > 0 and draft.words.forms[at - 1] in grammar.standing:
        return True
    return (
        draft.words.forms[at] in ("contract", "contracts", "advance", "lower")
        and at > 0
        and draft.words.forms[at - 1] in ("a", "an", "the", "its")
    )


def _is_relative(kind: ClaimKind) -> bool:
    return kind in _RELATIVE


def _by_adverb(draft: Draft, at: int, preposition: str | None, grammar: ChangeGrammar) -> Move | None:
    """``up 18 percent``, ``down from 10.1 billion``"""
    forms = draft.words.forms
    direction, role = grammar.adverbs.get(forms[at]), _role(preposition)
    if direction is None or role is None or role == "to":
        return None
    preceding = forms[at - 1] if at else ","
    if preceding in grammar.bound or (
        draft.claim.kind in ("count", "measure")
        and role == "delta"
        and preceding not in ("was", "is", "were", "are", ",", "\u2013", "be", "been")
    ):
        return None
    return Move(role, direction, at, "change.adverb")


def _by_noun(draft: Draft, at: int, preposition: str | None, grammar: ChangeGrammar) -> Move | None:
    """``a drop of 5 percent``, ``growth of 2.1 percent``"""
    word = draft.words.forms[at]
    direction = grammar.nouns.get(word)
    if direction is None or preposition != "of":
        return None
    if word in grammar.owning_nouns and not _is_relative(draft.claim.kind):
        return None
    return Move("delta", direction, at, "change.noun-of")


def _by_object(draft: Draft, at: int, preposition: str | None, grammar: ChangeGrammar) -> Move | None:
    """``cut output in the Gulf by 5 percent``, ``raised its forecast to 4.1``: the verb stands before its object."""
    role = _role(preposition)
    if preposition is None:
        return _by_bare_object(draft, at, grammar)
    if preposition not in ("by", "to", "from") or role is None or not (preposition == "by" or _measured(draft)):
        return None
    forms, surely = draft.words.forms, preposition == "by" and _is_relative(draft.claim.kind)
    at -= surely and forms[at] == ","
    reach = 2 * _OBJECT if surely or (preposition == "by" and draft.dated) else _OBJECT
    for verb in range(at, max(-1, at - reach), -1):
        form = forms[verb]
        if form in _CLAUSE_ENDS or verb in draft.counted:
            return None
        direction = grammar.verbs.get(form)
        if direction and not _is_noun_use(draft, verb, grammar):
            return Move(role, direction, verb, "change.object")
        if preposition == "by" and form in grammar.nouns:
            return Move("delta", grammar.nouns[form], verb, "change.object")
        if form.endswith("ed") and not surely:
            return None
    return None


def _by_bare_object(draft: Draft, at: int, grammar: ChangeGrammar) -> Move | None:
    """``raised prices 5 percent``, ``cut its key rate 25 basis points``: nothing stands between object and number."""
    forms = draft.words.forms
    if not _is_relative(draft.claim.kind) or draft.after(1) == ("of",):
        return None
    for verb in range(at - 1, max(-1, at - _BARE_OBJECT), -1):
        form = forms[verb]
        if not forms[verb + 1][0].isalpha() or form in _CLAUSE_ENDS or verb + 1 in draft.counted:
            return None
        direction = grammar.verbs.get(form)
        if direction and form in grammar.transitive and not _is_noun_use(draft, verb, grammar):
            return Move("delta", direction, verb, "change.object")
    return None


def _measured(draft: Draft) -> bool:
    return draft.claim.kind != "count" or draft.claim.unit.system == "none"


def _behind(draft: Draft, grammar: ChangeGrammar) -> Move | None:
    """``a 0.3 percent gain``, ``6.4 percent higher``, ``110,000 barrels more than``"""
    forms = draft.words.forms
    for at in range(draft.stop, min(len(forms), draft.stop + 3)):
        word = forms[at]
        if word == "of" and forms[at - 1] in _RATES:
            continue
        if not word[0].isalpha() or word in _PREPOSITIONS or word in ("and", "or", "in", "on", "for", "the", "that"):
            return None
        if at > draft.stop and word in grammar.verbs and word not in grammar.nouns:
            return None
        direction = grammar.nouns.get(word)
        if direction and _is_change_noun(draft, word, grammar):
            return Move("delta", direction, at, "change.noun-behind")
        direction = grammar.comparatives.get(word) if at == draft.stop else None
        if direction and _compares(draft, at, grammar):
            return Move("delta", direction, at, "change.comparative")
    return None


def _is_change_noun(draft: Draft, word: str, grammar: ChangeGrammar) -> bool:
    return _is_relative(draft.claim.kind) or (word not in grammar.owning_nouns and draft.claim.kind != "count")


def _compares(draft: Draft, at: int, grammar: ChangeGrammar) -> bool:
    word = draft.words.forms[at]
    following = draft.words.forms[at + 1] if at + 1 < len(draft.words) else "."
    if word in grammar.than:
        return following == "than" and (draft.claim.kind != "count" or draft.claim.comparator == "eq")
    return draft.claim.kind not in ("count",) or following == "than"
