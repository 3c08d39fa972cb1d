"""What is said: the part of the sentence that a cue covers, before the speaker, behind the verb or around both."""

from __future__ import annotations

from typing import Final

from factwire.extraction.attribution.cues import BE, JOINTS, CuedSentence
from factwire.extraction.attribution.phrases import Phrase
from factwire.extraction.model import Span

_BEING: Final = BE | {"been", "be", "being"}
_AUXILIARIES: Final = 4
"""Words before a participle in which its auxiliaries stand."""
_PREDICATES: Final = BE | {"has", "have", "had", "will", "would", "can", "could", "may", "might", "should"}
_DASHES: Final = frozenset({"-", "\u2013"})
_DATELINE: Final = 12
"""Words of a dateline with its agency, at most."""
_SHORT_LEAD: Final = 4
"""Words: less than that before the speaker is a place or a date, not what was said."""
_BRACKETED: Final = 6
"""Words before a speaker who is named in the middle of what he says."""
_ASIDE: Final = 12
"""Words from a verb over place and date to what is said."""
_BROKEN_OFF: Final = (("\u2013",), ("-",), (",",), (".",), (";",))
"""Behind a verb of opinion: what was thought is not told."""
_BROKEN_SENTENCE: Final = ((), ('"',))
"""Behind the comma of a speaker: his sentence does not go on."""
_CLAUSE_MARKS: Final = frozenset({",", ";", ".", '"', "\u2013"})


def content_of(sentence: CuedSentence, at: int, named: Phrase) -> Span:
    """What is said: what follows the verb, or, where nothing does, what stands before the speaker."""
    if _closes(sentence, at) and has_lead(sentence, named.first):
        if _goes_on_after(sentence, at, named):
            return Span(_semicolon_before(sentence, named.first), sentence.span.end)
        return Span(sentence.span.start, sentence.words.starts[named.first])
    if sentence.words.forms[at] in sentence.grammar.opinion and sentence.words.forms[at + 1 : at + 2] in _BROKEN_OFF:
        return Span(sentence.words.ends[at], sentence.words.ends[at])
    told = _past_date(sentence, at) if sentence.words.forms[at] in sentence.grammar.addressing else at
    opens = told if sentence.words.forms[told : told + 1] == ("that",) else at
    return Span(sentence.words.ends[opens], _relative_end(sentence, at, named))


def _closes(sentence: CuedSentence, at: int) -> bool:
    """Whether the verb (with its date and its addressee) ends the sentence, a clause, or stands before a place."""
    forms, after = sentence.words.forms, _past_date(sentence, at)
    return (
        after >= len(forms)
        or forms[after] in (".", ",", ";", "?", "!", '"', ")", "\u2013")
        or (forms[after] in sentence.grammar.closing and not _introduces(sentence, after))
    )


def _introduces(sentence: CuedSentence, at: int) -> bool:
    """``said during a briefing that sales fell``: past the place and the date stands what is said."""
    forms = sentence.words.forms
    for i in range(at, min(len(forms), at + _ASIDE)):
        if forms[i] == "that":
            return True
        if forms[i] in _CLAUSE_MARKS:
            return False
    return False


def _past_date(sentence: CuedSentence, at: int) -> int:
    """The word behind the verb, its addressee and its date: ``told Reuters on Monday,``"""
    forms, after = sentence.words.forms, at + 1
    if forms[at] in sentence.grammar.addressing:
        addressee = sentence.phrases.after(after)
        after = _past_crowd(sentence, addressee.stop) if addressee else after
    while after < len(forms) and (
        (after in sentence.phrases.dated)
        or (forms[after] == "on" and after + 1 < len(forms) and (after + 1 in sentence.phrases.dated))
    ):
        after += 1
    return after


def _past_crowd(sentence: CuedSentence, at: int) -> int:
    """``told a jury of seven women and five men``: how many they were told is not what was said."""
    forms = sentence.words.forms
    if at + 1 >= len(forms) or forms[at] not in ("of", "and") or at + 1 not in sentence.phrases.counted:
        return at
    while at < len(forms) and (forms[at] in ("of", "and") or at in sentence.phrases.counted):
        at += 1
    return at


def has_lead(sentence: CuedSentence, first: int) -> bool:
    """Whether enough stands before the speaker, who begins at ``first``, for it to be what he said."""
    forms = sentence.words.forms
    if first < _SHORT_LEAD or forms[first - 1] not in (",", '"', "\u2013", "?", "!", "'"):
        return False
    lead, opens = first - 1, _past_dateline(sentence, first)
    return not (sentence.phrases.is_adverbial(opens) and "," not in forms[opens:lead])


def _past_dateline(sentence: CuedSentence, first: int) -> int:
    """``Nov 14 (Reuters) - Holt``: where the sentence itself begins."""
    forms = sentence.words.forms
    dash = next((at for at in range(min(first, _DATELINE)) if forms[at] in _DASHES), -1)
    return dash + 1 if ")" in forms[: dash + 1] else 0


def _goes_on_after(sentence: CuedSentence, at: int, named: Phrase) -> bool:
    """``The firm, Smith said, lost $3 million``: the speaker is put in brackets by commas."""
    forms, comma = sentence.words.forms, _past_date(sentence, at)
    if forms[comma : comma + 1] != (",",) or forms[comma + 1 : comma + 2] in _BROKEN_SENTENCE:
        return False
    if forms[comma + 1].endswith("ing"):
        return False
    opens = 1 + next((i for i in range(named.first - 1, -1, -1) if forms[i] == ";"), -1)
    goes_on = forms[comma + 1] in ("and", "but", "or") or forms[comma + 1] in _PREDICATES
    goes_on = goes_on or _measures(sentence, comma + 1)
    return named.first - opens <= _BRACKETED or goes_on


def _measures(sentence: CuedSentence, at: int) -> bool:
    """``..., the bank said, a 23% jump``, ``..., up from 12``: what was said is compared, and by who said it."""
    forms = sentence.words.forms
    counted = forms[at] in ("a", "an") and at + 1 in sentence.phrases.counted
    return counted or forms[at] in sentence.grammar.measuring


def _semicolon_before(sentence: CuedSentence, at: int) -> int:
    """``the boat sank; they had, the father said, paid``: where the part of the sentence begins."""
    found = (sentence.words.ends[i] for i in range(at - 1, -1, -1) if sentence.words.forms[i] == ";")
    return next(found, sentence.span.start)


def _relative_end(sentence: CuedSentence, at: int, named: Phrase) -> int:
    """``the bridge, which police said was closed, carried``: what is said ends with the relative clause.

    So does what somebody did not say.
    """
    inside = named.first > 1 and sentence.words.forms[named.first - 2 : named.first] in ((",", "which"), (",", "who"))
    denied = "not" in sentence.words.forms[max(0, at - 2) : at]
    return clause_end(sentence, at) if inside or denied else sentence.span.end


def content_of_passive(sentence: CuedSentence, at: int, stop: int) -> Span:
    """The sentence of "was estimated by"; its clause alone of "the package announced by the minister"."""
    before = sentence.words.forms[max(0, at - _AUXILIARIES) : at]
    if "as" in before or not _BEING.isdisjoint(before):
        return sentence.span
    return Span(clause_start(sentence, at), clause_end(sentence, stop))


def content_around(sentence: CuedSentence, at: int, stop: int) -> Span:
    """What "according to X" says of its sentence: what follows it, what precedes it, or all around it."""
    forms = sentence.words.forms
    after_comma = stop < len(forms) and forms[stop] == ","
    if at <= 1 or forms[at - 1] in (";", "\u2013", ":"):
        return Span(sentence.words.starts[at], sentence.span.end)
    if forms[at - 1] == "," and after_comma and len(forms) - stop > _SHORT_LEAD:
        joined = at > 2 and forms[at - 2] in JOINTS
        return Span(sentence.words.starts[at - 2], sentence.span.end) if joined else sentence.span
    return Span(sentence.span.start, sentence.words.starts[at])


def clause_start(sentence: CuedSentence, at: int) -> int:
    """The offset behind the mark that the clause of word ``at`` begins after."""
    for i in range(at - 1, -1, -1):
        if sentence.words.forms[i] in (",", ";"):
            return sentence.words.ends[i]
    return sentence.span.start


def clause_end(sentence: CuedSentence, at: int) -> int:
    """The offset of the mark that ends the clause of word ``at``."""
    for i in range(at, len(sentence.words)):
        if sentence.words.forms[i] in (",", ";", "."):
            return sentence.words.starts[i]
    return sentence.span.end
