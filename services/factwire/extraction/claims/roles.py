"""The part that one entity takes in what a number tells: by the preposition before it, its verb, or what it owns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, get_args

from factwire.extraction.claims.clauses import Clause, ClauseGrammar, Relative
from factwire.extraction.claims.drafts import Draft
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import ArgumentRole, EntityType, Span

_ARTICLES: Final = frozenset({"the", "a", "an", "its", "their"})
_FARTHEST: Final = 12
"""Words from a verb to the "by" of who did it."""
_PRONOUNS: Final[Mapping[str, bool | None]] = {
    "it": False,
    "he": True,
    "she": True,
    "i": True,
    "they": None,
    "we": None,
}
"""Whether each stands for a person; None: for anybody."""


@dataclass(frozen=True, slots=True)
class ArgumentGrammar:
    """Roles by preposition; lists of words and verbs by their names in ``arguments.toml``; where clauses end."""

    prepositions: Mapping[str, ArgumentRole]
    lists: Mapping[str, frozenset[str]]
    clauses: ClauseGrammar

    @classmethod
    def compile(cls, lexicons: Lexicons) -> ArgumentGrammar:
        """Raises :class:`VocabularyFault` on a role that is none."""
        table = lexicons.table("claims/arguments")
        prepositions: dict[str, ArgumentRole] = {}
        for word, role in table.section("prepositions").items():
            if role not in get_args(ArgumentRole):
                raise table.fault(word, f"'{role}' is no role: {', '.join(get_args(ArgumentRole))}")
            prepositions[word] = role
        rows = {**table.section("words"), **table.section("verbs")}
        lists = {name: frozenset(words) for name, words in rows.items()}
        return cls(prepositions, lists, ClauseGrammar.compile(lexicons))


class Named(NamedTuple):
    """One mention."""

    span: Span
    entity_id: str
    type: EntityType
    demonym: bool

    def answers_to(self, pronoun: str) -> bool:
        person = _PRONOUNS[pronoun]
        return person is None or person == (self.type == "person")


class Scene(NamedTuple):
    """One claim among the names of its sentence.

    ``part``: the claim of which its number is the whole. ``before``: whether its clause tells another number before it.
    ``behind``: where the numbers behind it begin that tell something else.
    """

    draft: Draft
    clause: Clause
    relative: Relative | None
    part: Draft | None
    before: bool
    behind: tuple[int, ...]
    verbs: frozenset[int]
    grammar: ArgumentGrammar

    def numbers_between(self, span: Span) -> int:
        """How many other numbers part a name from the claim: behind it those between, before it at most one."""
        if span.end <= self.draft.claim.span.start:
            return int(self.before)
        return sum(start < span.start for start in self.behind)

    def is_in(self, at: int, name: str) -> bool:
        """Whether a word of the sentence is in a list of the grammar."""
        return at >= 0 and self.draft.words.forms[at] in self.grammar.lists[name]

    def verb_before(self, stop: int, first: int) -> int | None:
        """The verb nearest before ``stop``, from ``first`` on; an auxiliary only where there is no other."""
        forms, auxiliaries = self.draft.words.forms, self.grammar.clauses.auxiliaries
        nearest = None
        for at in range(stop - 1, first - 1, -1):
            if at in self.verbs:
                if forms[at] not in auxiliaries:
                    return at
                nearest = at if nearest is None else nearest
        return nearest


def role_of(scene: Scene, one: Named, named: list[Named]) -> ArgumentRole | None:
    """The role of a name in the clause of the claim's number; None where it takes no part in it."""
    words = scene.draft.words
    first, stop = words.first_from(one.span.start), words.first_from(one.span.end)
    if not scene.clause.first <= first < scene.clause.stop or first in scene.clause.aside:
        return None
    if _speaks(scene.draft, one):
        return _as_teller(scene, one, stop)
    before = _before(scene, first)
    preposition = words.forms[before] if before >= scene.clause.first else ""
    if _possesses(words.forms, stop) or preposition == "of":
        owns = not any(words.first_from(other.span.start) == stop for other in named)
        return "holder" if owns and not _acts_elsewhere(scene, first) else None
    if scene.relative is not None and scene.relative.first <= first < scene.relative.verb:
        return _as_doer(scene)
    if preposition in scene.grammar.prepositions:
        return _by_preposition(scene, one, preposition, before)
    if preposition in scene.grammar.lists["others"]:
        return None
    if _acts_elsewhere(scene, first):
        return _as_doer(scene) if _is_taken_up(scene, one) else None
    return _as_subject(scene, one, first, stop, named)


def _before(scene: Scene, first: int) -> int:
    """The word before a name and its articles, titles and adjectives: ``in southern Norway``."""
    draft, lists, at = scene.draft, scene.grammar.lists, first - 1
    while at >= scene.clause.first and not (at in draft.dated or at in draft.counted):
        form = draft.words.forms[at]
        leads = form in scene.grammar.prepositions or form in lists["others"] or form == "of"
        if leads or not (form in _ARTICLES or form in lists["passed"] or draft.words.capital(at)):
            break
        at -= 1
    return at


def _possesses(forms: tuple[str, ...], stop: int) -> bool:
    return 0 < stop <= len(forms) and (forms[stop - 1].endswith(("'s", "s'")) or forms[stop : stop + 1] == ("'",))


# -- behind a preposition


def _by_preposition(scene: Scene, one: Named, preposition: str, before: int) -> ArgumentRole | None:
    role = scene.grammar.prepositions[preposition]
    if preposition == "by":
        return _by(scene, before)
    if preposition == "in":
        return _in(scene, one, before)
    if role == "place" or preposition == "on":
        return role if one.type == "place" else None
    if preposition == "to":
        return None if scene.is_in(before - 1, "leading") else role
    return None if preposition == "for" and _is_bought(scene) else role


def _by(scene: Scene, before: int) -> ArgumentRole:
    """``imported in the last quarter by Norvik``, ``a stake held by Norvik``"""
    near = range(before - 1, max(-1, before - _FARTHEST), -1)
    verb = next((at for at in near if at in scene.verbs), -1)
    if scene.is_in(verb, "getting"):
        return "recipient"
    return "holder" if scene.is_in(verb, "holding") else "agent"


def _in(scene: Scene, one: Named, before: int) -> ArgumentRole | None:
    """``in Oslo``; ``shares in Norvik``, ``invests 40 million in Norvik``"""
    if one.type == "place":
        return None if one.demonym else "place"
    if scene.is_in(before - 1, "held"):
        return "holder"
    governed = scene.draft.words.forms[max(scene.clause.first, before - _FARTHEST) : before]
    return None if scene.grammar.lists["put"].isdisjoint(governed) else "recipient"


def _is_bought(scene: Scene) -> bool:
    """``paid 40 million for Norvik``: behind "for" stands what the sum was paid for, and nobody who gets it."""
    if scene.draft.claim.kind != "money":
        return False
    verb = scene.relative.governs if scene.relative else scene.verb_before(scene.draft.first, scene.clause.first)
    return verb is not None and scene.is_in(verb, "paying")


# -- before the number and its verb


def _as_subject(scene: Scene, one: Named, first: int, stop: int, named: list[Named]) -> ArgumentRole | None:
    """Who gives, who gets, or whom the number is about."""
    words, claim = scene.draft.words, scene.draft.claim
    if one.span.end > claim.span.start or first in scene.draft.counted:
        return None
    verb = scene.verb_before(scene.draft.first, stop)
    if verb is None:
        return _as_object(scene, first)
    if (scene.is_in(verb, "saying") and words.forms[verb + 1] == ",") or _is_object(scene, first, stop):
        return None
    later = (other for other in named if one.span.end < other.span.start < claim.span.start)
    if any(_is_told_to(scene, other, verb) for other in later):
        return None
    role = _of_verb(scene, verb)
    return _as_doer(scene) if role == "subject" and _is_taken_up(scene, one) else role


def _is_object(scene: Scene, first: int, stop: int) -> bool:
    """``called Norvik, giving it 40``: right behind a verb and before no other, a name is what the verb acts on."""
    acts = first - 1 in scene.verbs and not scene.is_in(first - 1, "saying")
    words = scene.draft.words
    serves = words.forms[first - 1] in scene.grammar.clauses.auxiliaries
    return acts and not serves and stop not in scene.verbs and words.forms[stop] != "to" and not words.adverb(stop)


def _is_told_to(scene: Scene, one: Named, verb: int) -> bool:
    """``the judge ordered Mehta to return 40``: whoever stands between two verbs is the subject of the second."""
    words = scene.draft.words
    first, stop = words.first_from(one.span.start), words.first_from(one.span.end)
    return first - 1 in scene.verbs and stop <= verb and words.forms[stop : stop + 1] == ("to",)


def _as_object(scene: Scene, first: int) -> ArgumentRole | None:
    """``paid Norvik 40 million``; and a name without a verb: ``Norvik profit 40 million``, ``and Norvik 40``."""
    if scene.clause.unsaid:
        verb = scene.verb_before(scene.clause.first, max(0, scene.clause.first - 2 * _FARTHEST))
        return "subject" if verb is None else _of_verb(scene, verb)
    verb = scene.verb_before(first, scene.clause.first)
    if verb is None:
        return "subject"
    return "recipient" if scene.is_in(verb, "double") else None


def _of_verb(scene: Scene, verb: int) -> ArgumentRole:
    words, before = scene.draft.words, verb - 1
    while before > 0 and words.adverb(before):
        before -= 1
    if before >= 0 and words.forms[before] in scene.grammar.clauses.copulas and not words.forms[verb].endswith("ing"):
        return "recipient" if scene.is_in(verb, "double") else "subject"
    if scene.is_in(verb, "giving"):
        return "agent"
    if scene.is_in(verb, "getting"):
        return "recipient"
    return "holder" if scene.is_in(verb, "holding") else "subject"


# -- in the relative clause behind the number's noun


def _as_doer(scene: Scene) -> ArgumentRole | None:
    """The subject of the relative clause: who gets the number's noun, or who does what it tells."""
    if scene.relative is None:
        return None
    verb = scene.relative.governs
    if scene.is_in(verb, "getting") or scene.is_in(verb, "wanting"):
        return "recipient"
    return "holder" if scene.is_in(verb, "holding") else "agent"


def _acts_elsewhere(scene: Scene, first: int) -> bool:
    """Whether what a name does it does to another number: to the part of this whole, to the sum before the change."""
    claim = scene.draft.claim
    left = scene.relative is not None and (claim.role == "from" or "change.against" in claim.rules)
    return first < (scene.draft.first if left else scene.part.first if scene.part else 0)


def _is_taken_up(scene: Scene, one: Named) -> bool:
    """``has received 4 percent of the $2 billion it needs``: "it" is whom the clause is about."""
    relative, words = scene.relative, scene.draft.words
    if relative is None or words.forms[relative.first] not in _PRONOUNS:
        return False
    return one.answers_to(words.forms[relative.first])


# -- who speaks


def _speaks(draft: Draft, one: Named) -> bool:
    attribution = draft.claim.attribution
    return attribution is not None and one.span.overlaps(attribution.speaker.span)


def _as_teller(scene: Scene, one: Named, stop: int) -> ArgumentRole | None:
    """``Norvik reported a profit of 5 million``: who tells of itself; ``Norvik said it would send 40``."""
    verb = scene.verb_before(scene.draft.first, stop)
    attribution = scene.draft.claim.attribution
    if verb is None or attribution is None or one.span.end > scene.draft.claim.span.start:
        return None
    words = scene.draft.words
    if scene.is_in(verb, "reporting"):
        return "subject"
    if scene.is_in(verb, "giving") and attribution.cue.start == words.starts[verb]:
        return "agent"
    pronoun = next((words.forms[at] for at in range(verb - 1, stop, -1) if words.forms[at] in _PRONOUNS), None)
    return _of_verb(scene, verb) if pronoun is not None and one.answers_to(pronoun) else None
