"""Verbs by which somebody speaks: active, passive, before their speaker, or hanging on another clause."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from factwire.extraction.attribution.contents import content_of, content_of_passive
from factwire.extraction.attribution.cues import BE, MARKS, PASSIVE, Cue, CuedSentence
from factwire.extraction.attribution.phrases import Phrase
from factwire.extraction.attribution.subjects import calls_for, is_named, may_speak, places_figure
from factwire.extraction.model import Span

_OPENERS: Final = frozenset({"the", "a", "an", "one"})
_TITLE: Final = 5
"""Words from a verb to the name behind a title."""
_SPOKEN: Final = 5
"""Words between a verb of speech and the participle that goes on with it."""


def verb_cue(sentence: CuedSentence, at: int) -> Cue | None:
    """The cue that the verb at ``at`` is, if it is one and somebody speaks by it."""
    form = sentence.words.forms[at]
    if form in sentence.grammar.verbs or places_figure(sentence, at) or calls_for(sentence, at):
        return _passive(sentence, at) or _inverted(sentence, at) or _active(sentence, at)
    return None


def _passive(sentence: CuedSentence, at: int) -> Cue | None:
    """``was projected by several outlets to have ...``"""
    forms = sentence.words.forms
    if at + 2 >= len(forms) or forms[at + 1] != "by" or not forms[at].endswith(("ed", "told", "said", "cast")):
        return None
    if forms[at] not in sentence.grammar.speech and forms[at] not in sentence.grammar.opinion:
        return None
    named = sentence.phrases.after(at + 2)
    if named is None or (at + 2 in sentence.phrases.dated) or forms[at + 2][0].isdigit():
        return None
    return sentence.cue(named, at, at + 1, content_of_passive(sentence, at, named.stop), PASSIVE)


def _inverted(sentence: CuedSentence, at: int) -> Cue | None:
    """``..., said Dana Whitlock, a strategist``"""
    if not _may_invert(sentence, at):
        return None
    named = sentence.phrases.after(at + 1)
    if named is None or not is_named(sentence, named):
        return None
    said = Span(sentence.span.start, sentence.words.starts[at])
    return sentence.cue(named, at, at + 1, said, "speech.verb-subject", inverted=True)


def _may_invert(sentence: CuedSentence, at: int) -> bool:
    """A verb of speech behind a mark, with what may be a speaker behind it."""
    forms, grammar = sentence.words.forms, sentence.grammar
    if at == 0 or at + 1 >= len(forms) or forms[at].endswith("ing"):
        return False
    if forms[at] not in grammar.speech and forms[at] not in grammar.quoting:
        return False
    behind_mark = forms[at - 1] in MARKS or sentence.in_quotes(at - 1)
    if forms[at + 1 : at + 3] == ("one", "in"):
        return False
    opens = sentence.words.capital(at + 1) or forms[at + 1] in _OPENERS or forms[at + 1] in grammar.people
    return behind_mark and (opens or _opens_a_title(sentence, at + 1)) and at + 1 not in sentence.phrases.dated


def _opens_a_title(sentence: CuedSentence, first: int) -> bool:
    """``said lead author Lena Hofer``: nothing but nouns before the name."""
    forms, grammar = sentence.words.forms, sentence.grammar
    for at in range(first, min(len(forms), first + _TITLE)):
        if sentence.words.capital(at):
            return at > first
        if not forms[at].isalpha() or forms[at] in grammar.left_stops or forms[at] in grammar.adverbial:
            return False
    return False


def _active(sentence: CuedSentence, at: int) -> Cue | None:
    """``Police said``, ``it was reporting``, ``the study showed``"""
    if _hangs_on_clause(sentence, at):
        return _participle(sentence, at)
    if _has_no_subject(sentence, at):
        return None
    named = sentence.phrases.subject_of(at)
    if named is None or not may_speak(sentence, at, named):
        return None
    if sentence.words.forms[at] in sentence.grammar.quoting and not calls_for(sentence, at):
        return sentence.cue(named, at, at + 1, Span(sentence.words.ends[at], sentence.words.ends[at]), "quote.cue")
    cue = sentence.cue(named, at, at + 1, content_of(sentence, at, named), "speech.subject-verb")
    return _with_antecedent(sentence, at, cue) if cue.head in sentence.grammar.it else cue


def _has_no_subject(sentence: CuedSentence, at: int) -> bool:
    """A form that looks like a verb of speech, and is a participle or an infinitive: ``to say``, ``expected to``."""
    form, forms = sentence.words.forms[at], sentence.words.forms
    if form in sentence.grammar.reduced and forms[at + 1 : at + 2] == ("to",):
        return True
    if (form.endswith("ed") and _made_by(sentence, at)) or _is_told(sentence, at):
        return True
    return at > 1 and forms[at - 1] == "to" and forms[at - 2] not in ("on", "continued", "came")


def _made_by(sentence: CuedSentence, at: int) -> bool:
    """``a deal announced on Wednesday by the cabinet was``: a participle, though its "by" stands behind a date."""
    forms, after = sentence.words.forms, at + 1
    while after < len(forms) and (after in sentence.phrases.dated or forms[after] == "on"):
        after += 1
    return at + 1 < after < len(forms) and forms[after] == "by"


def _is_told(sentence: CuedSentence, at: int) -> bool:
    """``Firm lost 3 million, court told``: at the end of a headline they are told, and tell nothing."""
    forms = sentence.words.forms
    return forms[at] == "told" and forms[at + 1 : at + 2] in ((), (".",))


def _with_antecedent(sentence: CuedSentence, at: int, cue: Cue) -> Cue:
    """``The airline's profit fell, it said``: an "it" behind what is said means who owns the subject of that."""
    cue = replace(cue, shows=sentence.words.forms[at] not in sentence.grammar.speech)
    if cue.content.start >= cue.span.end:
        return cue
    subject = sentence.phrases.clause_subject(at)
    return replace(cue, antecedent=_owner(sentence, subject) if subject else None)


def _owner(sentence: CuedSentence, subject: Phrase) -> Span:
    """``The airline's profit``: the airline."""
    owns = (i for i in range(subject.first, subject.stop) if sentence.words.forms[i].endswith(("'s", "s'")))
    stop = next(owns, subject.stop - 1) + 1
    return sentence.without_marks(Phrase(subject.first, stop))


def _hangs_on_clause(sentence: CuedSentence, at: int) -> bool:
    """``..., adding that``: a form in -ing with the subject of another verb, and not ``was saying``."""
    form, forms = sentence.words.forms[at], sentence.words.forms
    telling = form.endswith("ing") and at > 0 and forms[at - 1] in BE and form in sentence.grammar.speech
    if not form.endswith("ing") or telling:
        return False
    return at == 0 or forms[at - 1] in (",", "\u2013") or not _participle_of(sentence, at)


def _participle_of(sentence: CuedSentence, at: int) -> bool:
    """``with officials reporting``"""
    named = sentence.phrases.subject_of(at)
    return named is not None and named.first > 0 and sentence.words.forms[named.first - 1] == "with"


def _participle(sentence: CuedSentence, at: int) -> Cue | None:
    """``..., saying 12 had died``: behind a comma or a dash; the subject of the clause before it speaks."""
    if sentence.words.forms[at] not in sentence.grammar.speech:
        return None
    if at == 0 or sentence.words.forms[at - 1] not in (",", "\u2013"):
        return None
    named = sentence.phrases.clause_subject(at) or _subject_of_speech(sentence, at - 1)
    if named is None:
        return None
    return sentence.cue(named, at, at + 1, Span(sentence.words.ends[at], sentence.span.end), "speech.participle")


def _subject_of_speech(sentence: CuedSentence, comma: int) -> Phrase | None:
    """``"...," the minister said on Monday, adding``: who is said to speak just before the participle."""
    near = range(comma - 1, max(0, comma - _SPOKEN), -1)
    verb = next((i for i in near if sentence.words.forms[i] in sentence.grammar.speech), None)
    return None if verb is None else sentence.phrases.subject_of(verb)
