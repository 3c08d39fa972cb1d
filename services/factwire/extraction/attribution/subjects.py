"""Who may speak: "the bank forecast" has a speaker, "the growth forecast" and "it claimed 30 lives" have none."""

from __future__ import annotations

from typing import Final

from factwire.extraction.attribution.contents import has_lead
from factwire.extraction.attribution.cues import CuedSentence
from factwire.extraction.attribution.phrases import Phrase

_PRONOUNS: Final = frozenset({"he", "she", "it", "they", "who", "i", "we"})
_CLOSES_NAME: Final = frozenset({",", ".", ";", '"', ":", "?", "!", "who", "in", "on", "at", "\u2013", "as"})
_BODY: Final = 4
"""Words of a body that expects something, with its article, at most."""
_TAKEN: Final = 5
"""Words behind the number in which stands what is taken or claimed."""


def may_speak(sentence: CuedSentence, at: int, named: Phrase) -> bool:
    """Whether ``named`` speaks by the verb at ``at``: not every subject of every verb of speech does."""
    verb, head = sentence.words.forms[at], sentence.head_of(named)
    paper = head in sentence.grammar.documents
    if (paper and named.stop - named.first == 1) or _is_noun(sentence, at, named, head):
        return False
    if _adds_a_number(sentence, at) or _takes_a_number(sentence, at):
        return False
    if calls_for(sentence, at):
        return not paper and (
            head in _PRONOUNS or sentence.words.capital(named.stop - 1) or head in sentence.grammar.people
        )
    if verb in sentence.grammar.speech or verb in sentence.grammar.quoting or places_figure(sentence, at):
        return True
    if verb in sentence.grammar.opinion:
        among = sentence.words.forms[named.first : named.stop]
        speaks = head in sentence.grammar.he or not sentence.grammar.people.isdisjoint(among)
        return speaks or head in sentence.grammar.forecasters
    return paper or head in sentence.grammar.it or _finds(sentence, at, head)


def calls_for(sentence: CuedSentence, at: int) -> bool:
    """``called for 300 million in aid``"""
    forms = sentence.words.forms
    return forms[at] in sentence.grammar.urging and forms[at + 1 : at + 2] == ("for",)


def places_figure(sentence: CuedSentence, at: int) -> bool:
    """``put the death toll at 12``"""
    forms = sentence.words.forms
    return forms[at] in sentence.grammar.placing and bool(sentence.grammar.placed & set(forms[at + 1 : at + 7]))


def _finds(sentence: CuedSentence, at: int, head: str) -> bool:
    """``Researchers found``, and of others only ``investigators found that``: what is found may be a thing."""
    people = head in sentence.grammar.people and sentence.words.forms[at + 1 : at + 2] == ("that",)
    return people or head in sentence.grammar.finders


def _is_noun(sentence: CuedSentence, at: int, named: Phrase, head: str) -> bool:
    """``the growth forecast``: a word that is a noun as well, behind a phrase that names nobody who speaks."""
    if sentence.words.forms[at] not in sentence.grammar.also_nouns:
        return False
    known = head in _PRONOUNS or head in sentence.grammar.people or head in sentence.grammar.documents
    if known or sentence.words.capital(named.stop - 1):
        return False
    following = sentence.words.forms[at + 1] if at + 1 < len(sentence.words) else "."
    if following == "." and has_lead(sentence, named.first) and not head.endswith("s"):
        return False
    if sentence.words.forms[at] in sentence.grammar.many and sentence.words.forms[named.first] in ("a", "an"):
        return True
    takes_object = following[0].isalnum() and following not in sentence.grammar.right_stops and following != "of"
    return not (takes_object and sentence.words.forms[named.first] in ("the", "a", "an", "its"))


def _adds_a_number(sentence: CuedSentence, at: int) -> bool:
    """``added 187,000 jobs``"""
    adds = sentence.words.forms[at] in ("added", "adds", "adding")
    return (
        adds
        and at + 1 < len(sentence.words)
        and (at + 1 in sentence.phrases.counted or sentence.words.forms[at + 1][0].isdigit())
    )


def _takes_a_number(sentence: CuedSentence, at: int) -> bool:
    """``denies 12 counts of fraud``, ``claimed 30 lives``: how many there are is not what is said."""
    forms = sentence.words.forms
    takes = forms[at] in sentence.grammar.taking and at + 1 in sentence.phrases.counted
    return takes and not sentence.grammar.taken.isdisjoint(forms[at + 2 : at + 2 + _TAKEN])


def is_named(sentence: CuedSentence, named: Phrase) -> bool:
    """A name or a noun that can speak, with nothing behind it that it would be the subject of."""
    head, forms = sentence.head_of(named), sentence.words.forms
    known = head in sentence.grammar.people or head in sentence.grammar.documents
    closed = named.stop >= len(forms) or forms[named.stop] in _CLOSES_NAME
    return closed and (known or sentence.words.capital(named.stop - 1) or forms[named.first] == "one")


def may_expect(sentence: CuedSentence, named: Phrase) -> bool:
    """People, a pronoun, or a body with its article: ``the 3 percent rise the bank projected``."""
    among = sentence.words.forms[named.first : named.stop]
    people = not sentence.grammar.people.isdisjoint(among) or among[-1] in _PRONOUNS
    return people or (among[0] == "the" and len(among) <= _BODY)
