"""The clause that a number stands in, and the relative clause behind its noun: "the 20 jets Norvik ordered".

No parser: a clause ends at a mark or a word that opens another, and where words with a verb of their own go on behind a
comma or an "and". Every walk is bounded, so that a sentence of any length is read in linear time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from factwire.extraction.claims.drafts import Draft
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.text.words import Words

_FARTHEST: Final = 40
"""Words of a clause to either side of its number."""
_SUBJECT: Final = 8
"""Words of a subject before its verb."""
_ASIDE: Final = 16
_RELATIVE: Final = 14
"""Words from a number to the verb of the relative clause behind its noun."""
_PAST: Final = 4
"""Letters: what ends in "-ed" and is longer is a past form."""
_DASHES: Final = frozenset("-\u2013\u2014")
_MARKS: Final = frozenset(";:")
_DETERMINERS: Final = frozenset({"the", "a", "an", "its", "their", "his", "her", "our", "my", "your", "this", "these"})
_DEFINITE: Final = frozenset({"the", "all", "those", "these", "its", "their", "his", "her", "every"})
_NO_NOUN: Final = frozenset({"duration", "age", "rank", "score", "multiple"})


class Clause(NamedTuple):
    """Words ``first`` to before ``stop``; ``unsaid``: its verb is that of the clause before (``and Norvik 40``).

    ``aside``: words between two commas that part the subject from its verb.
    """

    first: int
    stop: int
    unsaid: bool = False
    aside: range = range(0)


class Relative(NamedTuple):
    """A relative clause whose object is the number's noun: its subject from ``first`` to before ``verb``.

    ``verb`` may be an auxiliary; ``governs`` is the verb proper.
    """

    first: int
    verb: int
    governs: int


@dataclass(frozen=True, slots=True)
class ClauseGrammar:
    """The words of ``clauses.toml``; in ``verbs``, those of every table of claims and the auxiliaries but "to"."""

    openers: frozenset[str]
    subordinators: frozenset[str]
    breaks: frozenset[str]
    joints: frozenset[str]
    relatives: frozenset[str]
    pronouns: frozenset[str]
    auxiliaries: frozenset[str]
    copulas: frozenset[str]
    nominal: frozenset[str]
    adjectives: frozenset[str]
    verbs: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> ClauseGrammar:
        table = lexicons.table("claims/clauses")
        names = ("openers", "subordinators", "breaks", "joints", "relatives", "pronouns", "auxiliaries", "copulas")
        listed = [frozenset(table.words(name)) for name in (*names, "nominal", "adjectives")]
        moving = lexicons.table("claims/changes").section("verbs")
        taking = lexicons.table("claims/arguments").section("verbs").values()
        governing = lexicons.table("claims/concepts").words("verbs")
        serving = (word for word in table.words("auxiliaries") if word != "to")
        rows = (table.words("verbs"), serving, governing, moving["up"], moving["down"], *taking)
        return cls(*(*listed, frozenset(chain.from_iterable(rows))))

    def verbs_of(self, words: Words) -> frozenset[int]:
        """The words that govern others, told by their form and the word before."""
        forms = words.forms
        likely = [at for at, form in enumerate(forms) if form in self.verbs or form.endswith("ed")]
        found = {at for at in likely if self._governs(forms[at]) and not self._named(words, at)}
        found.update(at + 1 for at, form in enumerate(forms[:-2]) if form == "to" and _has_object(words, at + 1))
        return frozenset(found)

    def _governs(self, form: str) -> bool:
        return form in self.verbs or (len(form) > _PAST and form not in self.adjectives)

    def _named(self, words: Words, at: int) -> bool:
        """Whether what looks like a verb is a noun or a name where it stands: "the average", "at cost"."""
        before = words.forms[at - 1] if at else ""
        noun = before in _DETERMINERS or before in self.nominal or before.endswith("'s")
        if words.forms[at].endswith("s") and before in self.verbs and before not in self.auxiliaries:
            return True
        return noun or (at > 0 and words.capital(at)) or words.adverb(at)


def _has_object(words: Words, at: int) -> bool:
    """``to replant 40,000``, ``to give Norvik``, ``to use the``: what stands behind "to" has an object of its own."""
    form, behind = words.forms[at], words.forms[at + 1]
    if not form.isalpha() or form in _DETERMINERS or form.endswith("s") or words.capital(at):
        return False
    return behind in _DETERMINERS or behind[0].isdigit() or behind == "$" or words.capital(at + 1)


def clause_of(draft: Draft, relative: Relative | None, verbs: frozenset[int], grammar: ClauseGrammar) -> Clause:
    """Where the number's clause begins and ends, the relative clause behind its noun taken in."""
    begun = _begins(draft, verbs, grammar)
    return begun._replace(stop=_ends(draft, relative.verb + 1 if relative else draft.stop, verbs, grammar))


def _begins(draft: Draft, verbs: frozenset[int], grammar: ClauseGrammar) -> Clause:
    words, at = draft.words, draft.first - 1
    forms, verb, aside = words.forms, False, range(0)
    nearest = stop = draft.first
    while at >= 0 and draft.first - at <= _FARTHEST:
        form = forms[at]
        if form in _MARKS or (form in _DASHES and _is_dateline(words, at)):
            break
        if form in grammar.subordinators or (form in grammar.openers and verb):
            return Clause(_antecedent(draft, at, grammar), stop, aside=aside)
        if form == "," and verb and nearest == at + 1 and not forms[nearest].endswith("ing"):
            opening = _before_aside(draft, at)
            aside, at = range(opening + 1, at), opening
            continue
        if (form == "," or form in grammar.joints) and _is_subject(draft, at + 1, nearest, verb, grammar):
            return Clause(_joined_subjects(draft, at, verbs, grammar), stop, not verb, aside)
        if at in verbs:
            verb, nearest = True, at
        at -= 1
    return Clause(at + 1, stop, aside=aside)


def _is_dateline(words: Words, dash: int) -> bool:
    """``OSLO (Norpress) -``: where a story was written, which is no part of its first clause."""
    return 0 < dash <= _SUBJECT and words.written[0].isupper() and len(words.written[0]) > 1


def _antecedent(draft: Draft, opener: int, grammar: ClauseGrammar) -> int:
    """Behind the opener; at the first word of the name that "which" or "who" stands for (``Norvik, which sold 40``)."""
    forms, words = draft.words.forms, draft.words
    last = opener - 1 - (opener > 0 and forms[opener - 1] == ",")
    first = last + 1
    while forms[opener] in ("which", "who") and first > 0 and (words.capital(first - 1) or forms[first - 1] == "and"):
        first -= 1
    return first if first <= last else opener + 1


def _before_aside(draft: Draft, closing: int) -> int:
    """The word before an aside that ``closing`` ends; the word before the comma, if it ends none."""
    forms = draft.words.forms
    near = range(closing - 1, max(-1, closing - _ASIDE), -1)
    return next((at for at in near if forms[at] == ","), closing) - 1


def _is_subject(draft: Draft, first: int, verb: int, has_verb: bool, grammar: ClauseGrammar) -> bool:
    """Whether the words before the nearest verb are its subject; before no verb, a name that shares the one before."""
    forms = draft.words.forms
    stretch = range(first, verb)
    if not 0 < len(stretch) <= _SUBJECT or any(not forms[at][0].isalnum() for at in stretch):
        return False
    if forms[first] in grammar.joints:
        return False
    if has_verb:
        named = not draft.words.adverb(first) and forms[first] not in grammar.nominal
        return named and not draft.counted.issuperset(stretch)
    return all(draft.words.capital(at) for at in stretch)


def _joined_subjects(draft: Draft, joint: int, verbs: frozenset[int], grammar: ClauseGrammar) -> int:
    """Where a clause begins whose verb has its subject right behind ``joint``: words without a verb go with it.

    ``Oslo and Bergen each ordered 40``; ``In Oslo, Norvik sold 40``.
    """
    forms, at, comma = draft.words.forms, joint - 1, draft.words.forms[joint] == ","
    while at >= 0 and joint - at <= _SUBJECT:
        if at in draft.counted or at in verbs or forms[at] in _MARKS:
            return joint + 1
        if not comma and (forms[at] in grammar.joints or not forms[at][0].isalnum()):
            return at + 1 if at < joint - 1 else joint + 1
        at -= 1
    return 0 if at < 0 else joint + 1


def _ends(draft: Draft, first: int, verbs: frozenset[int], grammar: ClauseGrammar) -> int:
    words, forms = draft.words, draft.words.forms
    farthest = min(len(forms), first + _FARTHEST)
    for at in range(first, farthest):
        form = forms[at]
        if form in _MARKS or form in grammar.subordinators or form in grammar.breaks:
            return at
        if form in grammar.openers and _verb_from(draft, at + 1, verbs) is not None:
            return at
        if (form == "," or form in grammar.joints) and at + 1 < farthest:
            verb = _verb_from(draft, at + 1, verbs)
            if verb is not None and verb > at + 1 and not words.forms[verb].endswith("ing"):
                return at
    return farthest


def _verb_from(draft: Draft, first: int, verbs: frozenset[int]) -> int | None:
    """The verb that the words from ``first`` on are the subject of."""
    forms = draft.words.forms
    for at in range(first, min(len(forms), first + _SUBJECT)):
        if not forms[at][0].isalnum() and forms[at] not in ("$", "%"):
            return None
        if at in verbs:
            return at
    return None


def relative_behind(draft: Draft, verbs: frozenset[int], grammar: ClauseGrammar) -> Relative | None:
    """``the 20 jets Norvik ordered``, ``$5 million in tools that Oslo imported``, ``the 5 the doctors had sought``"""
    forms = draft.words.forms
    if draft.claim.kind in _NO_NOUN:
        return None
    for at in range(draft.stop, min(len(forms), draft.stop + _RELATIVE)):
        if not forms[at][0].isalnum() and forms[at] not in ("$", "%"):
            return None
        if at in verbs and at not in draft.counted:
            return _relative(draft, at, grammar)
    return None


def _relative(draft: Draft, verb: int, grammar: ClauseGrammar) -> Relative | None:
    forms, first = draft.words.forms, verb
    if forms[verb] in grammar.copulas:
        return None
    while first > draft.stop and (draft.words.capital(first - 1) or draft.words.adverb(first - 1)):
        first -= 1
    if first == verb or (first > draft.stop and forms[first - 1] in _DETERMINERS):
        near = range(verb - 1, max(draft.stop, verb - _SUBJECT // 2) - 1, -1)
        first = next((at for at in near if forms[at] in _DETERMINERS or forms[at] in grammar.pronouns), verb)
    if first < verb and forms[first - 1] == "and":
        first = _coordinated(draft, first, grammar)
    relative = first - 1 >= draft.stop and forms[first - 1] in grammar.relatives
    if first == verb or (first > draft.stop and not _is_noun(draft, first - 1, grammar) and not relative):
        return None
    definite = relative or not _DEFINITE.isdisjoint((*draft.before(2), *forms[draft.stop : first]))
    return Relative(first, verb, _proper(draft.words, verb, grammar)) if definite else None


def _coordinated(draft: Draft, second: int, grammar: ClauseGrammar) -> int:
    """Where the first of two subjects begins, if it stands behind "that": "jets that the Navy and Norvik ordered"."""
    forms, first = draft.words.forms, second - 1
    while first > draft.stop and (draft.words.capital(first - 1) or forms[first - 1] in _DETERMINERS):
        first -= 1
    return first if forms[first - 1] in grammar.relatives else second


def _proper(words: Words, verb: int, grammar: ClauseGrammar) -> int:
    """The verb proper behind auxiliaries and adverbs."""
    while verb + 1 < len(words) and (words.forms[verb] in grammar.auxiliaries or words.adverb(verb)):
        verb += 1
    return verb


def _is_noun(draft: Draft, at: int, grammar: ClauseGrammar) -> bool:
    form = draft.words.forms[at]
    return form.isalpha() and form not in grammar.nominal and form not in grammar.joints and form not in grammar.openers
