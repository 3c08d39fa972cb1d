"""Sources that are named without a verb of their own: "according to", "by the bank's estimate", "as saying"."""

from __future__ import annotations

from typing import Final

from factwire.extraction.attribution.contents import clause_end, clause_start, content_around, has_lead
from factwire.extraction.attribution.cues import BE, MARKS, Cue, CuedSentence
from factwire.extraction.attribution.phrases import Phrase
from factwire.extraction.attribution.subjects import may_expect
from factwire.extraction.model import Span

_QUOTED: Final = 14
"""Words from "quoted" to "as saying"."""
_RECKONED: Final = 7
"""Words from "by" to "estimate"."""
_BEHIND_EXPECTATION: Final = frozenset({".", ",", ";", ")", "for", "in", "and", "by", "\u2013"})
_NEAR: Final = 5
"""Words between a number and "analysts had expected", or between figures and "provided by"."""


def quoted_as(sentence: CuedSentence, at: int) -> Cue | None:
    """``The paper quoted industry sources as saying``, ``Holt was quoted by the paper as saying``."""
    forms = sentence.words.forms
    if at < 1 or forms[at - 1] != "as" or forms[at] not in sentence.grammar.speech:
        return None
    quoting = (i for i in range(at - 2, max(0, at - _QUOTED), -1) if forms[i] in sentence.grammar.quoting_others)
    verb = next(quoting, None)
    if verb is None:
        return None
    passive = forms[verb - 1] in BE
    subject = sentence.phrases.subject_of(verb - 1 if passive else verb)
    named = subject if passive else Phrase(verb + 1, at - 1)
    if named is None or named.first >= named.stop:
        return None
    opens = subject.first if subject else named.first
    closes = at + 1 >= len(forms) or forms[at + 1] in MARKS or forms[at + 1] == "."
    before = Span(sentence.span.start, sentence.words.starts[opens])
    said = before if closes and has_lead(sentence, opens) else Span(sentence.words.ends[at], sentence.span.end)
    return sentence.cue(named, at, at + 1, said, "speech.quoted-as")


def according_to(sentence: CuedSentence, at: int) -> Cue | None:
    """``according to doctors``, ``per the ministry``"""
    if sentence.words.forms[at] not in sentence.grammar.introducing:
        return None
    for phrase in (*sentence.grammar.according, *sentence.grammar.per):
        stop = at + len(phrase)
        if _introduces_source(sentence, at, phrase):
            named = sentence.phrases.after(stop)
            if named is not None and sentence.words.forms[named.stop - 1] not in sentence.grammar.unspeaking:
                return sentence.cue(named, at, stop, content_around(sentence, at, named.stop), "speech.according-to")
    return None


def _introduces_source(sentence: CuedSentence, at: int, phrase: tuple[str, ...]) -> bool:
    """Whether ``phrase`` stands at ``at``; a "per" must open the sentence or a part of it: not ``12 per week``."""
    forms, stop = sentence.words.forms, at + len(phrase)
    if forms[at:stop] != phrase or stop >= len(forms):
        return False
    return phrase not in sentence.grammar.per or at == 0 or forms[at - 1] == ","


def by_reckoning(sentence: CuedSentence, at: int) -> Cue | None:
    """``by the bank's estimate``, and the expectations that people have of something."""
    forms = sentence.words.forms
    if forms[at] in sentence.grammar.expectations:
        return _expected(sentence, at)
    if forms[at] not in sentence.grammar.reckoning or at < 2 or not forms[at - 1].endswith(("'s", "s'")):
        return None
    first = next((i for i in range(at - 1, max(-1, at - _RECKONED), -1) if forms[i] == "by"), None)
    if first is None or first + 1 >= at:
        return None
    said = Span(clause_start(sentence, first), sentence.words.starts[first])
    if forms[at + 1 : at + 2] == ("of",):
        said = Span(sentence.words.ends[at], clause_end(sentence, at + 1))
    return sentence.cue(Phrase(first + 1, at), at, at + 1, said, "speech.by-reckoning")


def _expected(sentence: CuedSentence, at: int) -> Cue | None:
    """``economists' expectations of a rise to 4 percent``"""
    forms = sentence.words.forms
    own = at > 1 and forms[at - 1] == "'" and forms[at - 2] in sentence.grammar.people
    if not own or forms[at + 1 : at + 2] not in (("of",), ("for",), ("that",)):
        return None
    said = Span(sentence.words.ends[at], clause_end(sentence, at + 1))
    return sentence.cue(Phrase(at - 2, at - 1), at, at + 1, said, "speech.by-reckoning")


def as_expected(sentence: CuedSentence, at: int) -> Cue | None:
    """``the 4.2 billion that analysts had expected``: the number stands before those who expect it."""
    if not _closes_expectation(sentence, at):
        return None
    subject = sentence.phrases.subject_of(at)
    before = [n for n in sentence.numbers if subject and n.end <= sentence.words.starts[subject.first]]
    named = _who_expects(sentence, subject, before[-1]) if subject and before else None
    if named is None or not may_expect(sentence, named):
        return None
    between = sentence.words.forms[sentence.words.first_from(before[-1].end) : named.first]
    if named.first - sentence.words.first_from(before[-1].end) > _NEAR or "," in between or "." in between:
        return None
    said = Span(before[-1].start, sentence.words.starts[named.first])
    return sentence.cue(named, at, at + 1, said, "speech.expected-by")


def _closes_expectation(sentence: CuedSentence, at: int) -> bool:
    """A verb of expectation with nothing behind it that would be what is expected."""
    forms = sentence.words.forms
    return forms[at] in sentence.grammar.expectation and (at + 1 >= len(forms) or forms[at + 1] in _BEHIND_EXPECTATION)


def _who_expects(sentence: CuedSentence, subject: Phrase, number: Span) -> Phrase:
    """``the 0.3 percent gain economists had forecast``: without the noun that belongs to the number."""
    forms, first = sentence.words.forms, subject.first
    article = next((at for at in range(first + 1, subject.stop - 1) if forms[at] == "the"), None)
    if article is not None:
        return Phrase(article, subject.stop)
    own = first == sentence.words.first_from(number.end) and subject.stop - first > 1
    own = own and forms[first] not in sentence.grammar.people and not sentence.words.capital(first)
    return Phrase(first + own, subject.stop)


def handed_out(sentence: CuedSentence, at: int) -> Cue | None:
    """Figures between commas with those who gave them out: ``tolls, provided anonymously by officials,``"""
    forms = sentence.words.forms
    if forms[at] not in sentence.grammar.handed or forms[at - 1 : at] != (",",):
        return None
    first = at + 1 + (at + 1 < len(forms) and sentence.words.adverb(at + 1))
    figures = sentence.grammar.placed | sentence.grammar.documents
    if forms[first : first + 1] != ("by",) or figures.isdisjoint(forms[max(0, at - _NEAR) : at]):
        return None
    named = sentence.phrases.after(first + 1)
    if named is None or first + 1 in sentence.phrases.dated:
        return None
    return sentence.cue(named, at, at + 1, sentence.span, "speech.handed-out")
