"""Cues: the words of a sentence that say who speaks, and which part of the sentence is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.attribution.phrases import Phrase, PhraseFinder
from factwire.extraction.model import Span
from factwire.extraction.text.words import Words

_BE: Final = frozenset({"is", "are", "was", "were"})
_BEING: Final = _BE | {"been", "be", "being"}
_AUXILIARIES: Final = 4
_PRONOUNS: Final = frozenset({"he", "she", "it", "they", "who", "i", "we"})
_MARKS: Final = frozenset({",", '"', "?", "!", "]", "'"})
_OPENERS: Final = frozenset({"the", "a", "an", "one"})
_JOINTS: Final = frozenset({"and", "but", "while", "although", "though"})
_PREDICATES: Final = _BE | {"has", "have", "had", "will", "would", "can", "could", "may", "might", "should"}
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
_BROKEN_SENTENCE: Final = ((), ('"',))
_CLAUSE_MARKS: Final = frozenset({",", ";", ".", '"', "\u2013"})
_BODY: Final = 4
HEADLINE: Final = "speech.headline"
PASSIVE: Final = "speech.passive-by"
_HEADLINE: Final = 4
"""Words of a speaker at the end of a headline, and the fewest before him."""
_TITLE: Final = 5
"""Words from a verb to the name behind a title."""
_QUOTED: Final = 14
"""Words from "quoted" to "as saying"."""
_NEAR: Final = 5
"""Words between a number and the "analysts had expected" behind it."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in one sentence. ``content``: the part of the sentence that is said; quotations come on top of it.

    ``antecedent``: the subject of the sentence, where the speaker is only an "it" at its end.
    """

    phrase: Span
    head: str
    span: Span
    content: Span
    inverted: bool
    rule: str
    antecedent: Span | None = None
    shows: bool = False
    """The verb is one of papers ("showed"), and its subject only an "it"."""


@dataclass(frozen=True, slots=True)
class CueFinder:
    """Finds the cues of one sentence; words inside quotation marks introduce nobody."""

    words: Words
    sentence: Span
    grammar: SpeechGrammar
    phrases: PhraseFinder
    quoted: tuple[Span, ...]
    numbers: tuple[Span, ...]

    def find(self) -> list[Cue]:
        """Cues in reading order."""
        signals, names = self.grammar.signals, self.phrases.is_family_name
        places = [at for at, form in enumerate(self.words.forms) if form in signals and not names(at)]
        found: list[Cue] = []
        for at in places:
            found.extend(_continued(cue, found) for cue in self._at(at))
        return _bounded([self._second(cue, found) for cue in found])

    def _second(self, cue: Cue, cues: list[Cue]) -> Cue:
        """``Police said two fled and 12, according to doctors, were hurt``: the second source has its clause only."""
        if cue.rule != "speech.according-to" or cue.content.start != self.sentence.start:
            return cue
        at = self.words.first_from(cue.span.start)
        said = [c for c in cues if c.rule == "speech.subject-verb" and c.span.end <= c.content.start < cue.span.start]
        if not said:
            return cue
        low = self.words.first_from(said[-1].span.end)
        joint = next((i for i in range(at - 1, low, -1) if self.words.forms[i] in _JOINTS), low - 1)
        if joint < low and self._ends_sentence(cue):
            return cue
        return replace(cue, content=Span(self.words.ends[joint], cue.content.end))

    def _ends_sentence(self, cue: Cue) -> bool:
        """``Analysts had expected a profit, according to the bank's data.``: the source is of the sentence."""
        return self.words.first_from(cue.phrase.end) >= len(self.words) - 1

    def _at(self, at: int) -> Iterator[Cue]:
        if self._in_quotes(at):
            return
        found = (
            self._quoted_as(at)
            or self._according(at)
            or self._reckoning(at)
            or self._expectation(at)
            or self._handed(at)
            or self._verb(at)
        )
        if found is not None:
            yield found

    def _in_quotes(self, at: int) -> bool:
        start = self.words.starts[at]
        return any(quote.start < start < quote.end for quote in self.quoted)

    # -- according to

    def _according(self, at: int) -> Cue | None:
        if self.words.forms[at] not in self.grammar.introducing:
            return None
        for phrase in (*self.grammar.according, *self.grammar.per):
            stop = at + len(phrase)
            if self.words.forms[at:stop] == phrase and stop < len(self.words):
                if phrase in self.grammar.per and not (at == 0 or self.words.forms[at - 1] == ","):
                    continue
                named = self.phrases.after(stop)
                if named is not None and self.words.forms[named.stop - 1] not in self.grammar.unspeaking:
                    return self._cue(named, at, stop, self._around(at, named.stop), "speech.according-to")
        return None

    def _around(self, at: int, stop: int) -> Span:
        """What "according to X" says of its sentence: what follows it, what precedes it, or all around it."""
        forms = self.words.forms
        after_comma = stop < len(forms) and forms[stop] == ","
        if at <= 1 or forms[at - 1] in (";", "\u2013", ":"):
            return Span(self.words.starts[at], self.sentence.end)
        if forms[at - 1] == "," and after_comma and len(forms) - stop > _SHORT_LEAD:
            joined = at > 2 and forms[at - 2] in _JOINTS
            return Span(self.words.starts[at - 2], self.sentence.end) if joined else self.sentence
        return Span(self.sentence.start, self.words.starts[at])

    # -- quoted officials as saying

    def _quoted_as(self, at: int) -> Cue | None:
        """``The paper quoted industry sources as saying``, ``Holt was quoted by the paper as saying``."""
        forms = self.words.forms
        if at < 1 or forms[at - 1] != "as" or forms[at] not in self.grammar.speech:
            return None
        quoting = (i for i in range(at - 2, max(0, at - _QUOTED), -1) if forms[i] in self.grammar.quoting_others)
        verb = next(quoting, None)
        if verb is None:
            return None
        passive = forms[verb - 1] in _BE
        subject = self.phrases.subject_of(verb - 1 if passive else verb)
        named = subject if passive else Phrase(verb + 1, at - 1)
        if named is None or named.first >= named.stop:
            return None
        opens = subject.first if subject else named.first
        closes = at + 1 >= len(forms) or forms[at + 1] in _MARKS or forms[at + 1] == "."
        before = Span(self.sentence.start, self.words.starts[opens])
        said = before if closes and self._has_lead(opens) else Span(self.words.ends[at], self.sentence.end)
        return self._cue(named, at, at + 1, said, "speech.quoted-as")

    # -- by NBC's reckoning

    def _reckoning(self, at: int) -> Cue | None:
        forms = self.words.forms
        if forms[at] in self.grammar.expectations:
            return self._expected(at)
        if forms[at] not in self.grammar.reckoning or at < 2 or not forms[at - 1].endswith(("'s", "s'")):
            return None
        first = next((i for i in range(at - 1, max(-1, at - 7), -1) if forms[i] == "by"), None)
        if first is None or first + 1 >= at:
            return None
        named = Phrase(first + 1, at)
        if at + 1 < len(forms) and forms[at + 1] == "of":
            return self._cue(
                named, at, at + 1, Span(self.words.ends[at], self._clause_end(at + 1)), "speech.by-reckoning"
            )
        return self._cue(
            named, at, at + 1, Span(self._clause_start(first), self.words.starts[first]), "speech.by-reckoning"
        )

    def _expected(self, at: int) -> Cue | None:
        """``economists' expectations of a rise to 4 percent``"""
        forms = self.words.forms
        own = at > 1 and forms[at - 1] == "'" and forms[at - 2] in self.grammar.people
        if not own or forms[at + 1 : at + 2] not in (("of",), ("for",), ("that",)):
            return None
        said = Span(self.words.ends[at], self._clause_end(at + 1))
        return self._cue(Phrase(at - 2, at - 1), at, at + 1, said, "speech.by-reckoning")

    # -- the 4.2 billion that analysts had expected

    def _expectation(self, at: int) -> Cue | None:
        forms = self.words.forms
        if forms[at] not in self.grammar.expectation or (
            at + 1 < len(forms) and forms[at + 1] not in (".", ",", ";", ")", "for", "in", "and", "by", "\u2013")
        ):
            return None
        subject = self.phrases.subject_of(at)
        before = [n for n in self.numbers if subject and n.end <= self.words.starts[subject.first]]
        named = self._who_expects(subject, before[-1]) if subject and before else None
        if named is None or not self._may_expect(named) or named.first - self.words.first_from(before[-1].end) > _NEAR:
            return None
        between = forms[self.words.first_from(before[-1].end) : named.first]
        if "," in between or "." in between:
            return None
        return self._cue(
            named, at, at + 1, Span(before[-1].start, self.words.starts[named.first]), "speech.expected-by"
        )

    def _who_expects(self, subject: Phrase, number: Span) -> Phrase:
        """``the 0.3 percent gain economists had forecast``: without the noun that belongs to the number."""
        forms, first = self.words.forms, subject.first
        article = next((at for at in range(first + 1, subject.stop - 1) if forms[at] == "the"), None)
        if article is not None:
            return Phrase(article, subject.stop)
        own = first == self.words.first_from(number.end) and subject.stop - first > 1
        own = own and forms[first] not in self.grammar.people and not self.words.capital(first)
        return Phrase(first + own, subject.stop)

    def _may_expect(self, named: Phrase) -> bool:
        """People, a pronoun, or a body with its article: ``the 3 percent rise the bank projected``."""
        among = self.words.forms[named.first : named.stop]
        people = not self.grammar.people.isdisjoint(among) or among[-1] in _PRONOUNS
        return people or (among[0] == "the" and len(among) <= _BODY)

    # -- tolls provided by officials

    def _handed(self, at: int) -> Cue | None:
        """Figures between commas with those who gave them out: ``tolls, provided anonymously by officials,``"""
        forms = self.words.forms
        if forms[at] not in self.grammar.handed or forms[at - 1 : at] != (",",):
            return None
        first = at + 1 + (at + 1 < len(forms) and self.words.adverb(at + 1))
        figures = self.grammar.placed | self.grammar.documents
        if forms[first : first + 1] != ("by",) or figures.isdisjoint(forms[max(0, at - _NEAR) : at]):
            return None
        named = self.phrases.after(first + 1)
        if named is None or first + 1 in self.phrases.dated:
            return None
        return self._cue(named, at, at + 1, self.sentence, "speech.handed-out")

    # -- said, told, showed

    def _verb(self, at: int) -> Cue | None:
        form = self.words.forms[at]
        if form in self.grammar.verbs or self._places(at) or self._urges(at):
            return self._passive(at) or self._inverted(at) or self._active(at)
        return None

    def _places(self, at: int) -> bool:
        forms = self.words.forms
        return forms[at] in self.grammar.placing and bool(self.grammar.placed & set(forms[at + 1 : at + 7]))

    def _urges(self, at: int) -> bool:
        """``called for 300 million in aid``"""
        forms = self.words.forms
        return forms[at] in self.grammar.urging and forms[at + 1 : at + 2] == ("for",)

    def _active(self, at: int) -> Cue | None:
        form, forms = self.words.forms[at], self.words.forms
        telling = form.endswith("ing") and at > 0 and forms[at - 1] in _BE and form in self.grammar.speech
        if (
            form.endswith("ing")
            and not telling
            and (at == 0 or forms[at - 1] in (",", "\u2013") or not self._participle_of(at))
        ):
            return self._participle(at)
        if form in self.grammar.reduced and at + 1 < len(forms) and forms[at + 1] == "to":
            return None
        if (form.endswith("ed") and self._made_by(at)) or self._is_told(at):
            return None
        if at > 1 and forms[at - 1] == "to" and forms[at - 2] not in ("on", "continued", "came"):
            return None
        named = self.phrases.subject_of(at)
        if named is None or not self._may_speak(at, named):
            return None
        if form in self.grammar.quoting and not self._urges(at):
            return self._cue(named, at, at + 1, Span(self.words.ends[at], self.words.ends[at]), "quote.cue")
        cue = self._cue(named, at, at + 1, self._said(at, named), "speech.subject-verb")
        if cue.head not in self.grammar.it:
            return cue
        cue = replace(cue, shows=form not in self.grammar.speech)
        if cue.content.start >= cue.span.end:
            return cue
        subject = self.phrases.clause_subject(at)
        return replace(cue, antecedent=self._owner(subject) if subject else None)

    def _is_told(self, at: int) -> bool:
        """``Firm lost 3 million, court told``: at the end of a headline they are told, and tell nothing."""
        forms = self.words.forms
        return forms[at] == "told" and forms[at + 1 : at + 2] in ((), (".",))

    def _owner(self, subject: Phrase) -> Span:
        """``The airline's profit``: the airline."""
        owns = (i for i in range(subject.first, subject.stop) if self.words.forms[i].endswith(("'s", "s'")))
        stop = next(owns, subject.stop - 1) + 1
        return self._without_marks(Phrase(subject.first, stop))

    def _made_by(self, at: int) -> bool:
        """``a deal announced on Wednesday by the cabinet was``: a participle, though its "by" stands behind a date."""
        forms, after = self.words.forms, at + 1
        while after < len(forms) and (after in self.phrases.dated or forms[after] == "on"):
            after += 1
        return at + 1 < after < len(forms) and forms[after] == "by"

    def _participle_of(self, at: int) -> bool:
        """``with officials reporting``"""
        named = self.phrases.subject_of(at)
        return named is not None and named.first > 0 and self.words.forms[named.first - 1] == "with"

    def _participle(self, at: int) -> Cue | None:
        if (
            self.words.forms[at] not in self.grammar.speech
            or at == 0
            or self.words.forms[at - 1] not in (",", "\u2013")
        ):
            return None
        named = self.phrases.clause_subject(at) or self._subject_of_speech(at - 1)
        if named is None:
            return None
        return self._cue(named, at, at + 1, Span(self.words.ends[at], self.sentence.end), "speech.participle")

    def _subject_of_speech(self, comma: int) -> Phrase | None:
        """``"...," the minister said on Monday, adding``: who is said to speak just before the participle."""
        spoken = (i for i in range(comma - 1, max(0, comma - _NEAR), -1) if self.words.forms[i] in self.grammar.speech)
        verb = next(spoken, None)
        return None if verb is None else self.phrases.subject_of(verb)

    def _passive(self, at: int) -> Cue | None:
        """``was projected by several outlets to have ...``"""
        forms = self.words.forms
        if at + 2 >= len(forms) or forms[at + 1] != "by" or not forms[at].endswith(("ed", "told", "said", "cast")):
            return None
        if forms[at] not in self.grammar.speech and forms[at] not in self.grammar.opinion:
            return None
        named = self.phrases.after(at + 2)
        if named is None or (at + 2 in self.phrases.dated) or forms[at + 2][0].isdigit():
            return None
        return self._cue(named, at, at + 1, self._passively_said(at, named.stop), PASSIVE)

    def _passively_said(self, at: int, stop: int) -> Span:
        """The sentence of "was estimated by"; its clause alone of "the package announced by the minister"."""
        before = self.words.forms[max(0, at - _AUXILIARIES) : at]
        if "as" in before or not _BEING.isdisjoint(before):
            return self.sentence
        return Span(self._clause_start(at), self._clause_end(stop))

    def _inverted(self, at: int) -> Cue | None:
        """``..., said Dana Whitlock, a strategist``"""
        if not self._may_invert(at):
            return None
        named = self.phrases.after(at + 1)
        if named is None or not self._is_named(named):
            return None
        said = Span(self.sentence.start, self.words.starts[at])
        return self._cue(named, at, at + 1, said, "speech.verb-subject", inverted=True)

    def _may_invert(self, at: int) -> bool:
        """A verb of speech behind a mark, with what may be a speaker behind it."""
        forms, grammar = self.words.forms, self.grammar
        if at == 0 or at + 1 >= len(forms) or forms[at].endswith("ing"):
            return False
        if forms[at] not in grammar.speech and forms[at] not in grammar.quoting:
            return False
        behind_mark = forms[at - 1] in _MARKS or self._in_quotes(at - 1)
        if forms[at + 1 : at + 3] == ("one", "in"):
            return False
        opens = self.words.capital(at + 1) or forms[at + 1] in _OPENERS or forms[at + 1] in grammar.people
        return behind_mark and (opens or self._opens_a_title(at + 1)) and at + 1 not in self.phrases.dated

    def _opens_a_title(self, first: int) -> bool:
        """``said lead author Lena Hofer``: nothing but nouns before the name."""
        forms, grammar = self.words.forms, self.grammar
        for at in range(first, min(len(forms), first + _TITLE)):
            if self.words.capital(at):
                return at > first
            if not forms[at].isalpha() or forms[at] in grammar.left_stops or forms[at] in grammar.adverbial:
                return False
        return False

    def _is_named(self, named: Phrase) -> bool:
        """A name or a noun that can speak, with nothing behind it that it would be the subject of."""
        head, forms = self.head_of(named), self.words.forms
        known = head in self.grammar.people or head in self.grammar.documents
        closed = named.stop >= len(forms) or forms[named.stop] in (
            ",",
            ".",
            ";",
            '"',
            ":",
            "?",
            "!",
            "who",
            "in",
            "on",
            "at",
            "\u2013",
            "as",
        )
        return closed and (known or self.words.capital(named.stop - 1) or forms[named.first] == "one")

    def _may_speak(self, at: int, named: Phrase) -> bool:
        verb, head = self.words.forms[at], self.head_of(named)
        paper = head in self.grammar.documents
        if (paper and named.stop - named.first == 1) or self._is_noun(at, named, head):
            return False
        if self._adds_a_number(at) or self._takes_a_number(at):
            return False
        if self._urges(at):
            return not paper and (
                head in _PRONOUNS or self.words.capital(named.stop - 1) or head in self.grammar.people
            )
        if verb in self.grammar.speech or verb in self.grammar.quoting or self._places(at):
            return True
        if verb in self.grammar.opinion:
            among = self.words.forms[named.first : named.stop]
            speaks = head in self.grammar.he or not self.grammar.people.isdisjoint(among)
            return speaks or head in self.grammar.forecasters
        return paper or head in self.grammar.it or self._finds(at, head)

    def _finds(self, at: int, head: str) -> bool:
        """``Researchers found``, and of others only ``investigators found that``: what is found may be a thing."""
        people = head in self.grammar.people and self.words.forms[at + 1 : at + 2] == ("that",)
        return people or head in self.grammar.finders

    def _is_noun(self, at: int, named: Phrase, head: str) -> bool:
        """``the growth forecast``: a word that is a noun as well, behind a phrase that names nobody who speaks."""
        if self.words.forms[at] not in self.grammar.also_nouns:
            return False
        known = head in _PRONOUNS or head in self.grammar.people or head in self.grammar.documents
        if known or self.words.capital(named.stop - 1):
            return False
        following = self.words.forms[at + 1] if at + 1 < len(self.words) else "."
        if following == "." and self._has_lead(named.first) and not head.endswith("s"):
            return False
        if self.words.forms[at] in self.grammar.many and self.words.forms[named.first] in ("a", "an"):
            return True
        takes_object = following[0].isalnum() and following not in self.grammar.right_stops and following != "of"
        return not (takes_object and self.words.forms[named.first] in ("the", "a", "an", "its"))

    def _adds_a_number(self, at: int) -> bool:
        """``added 187,000 jobs``"""
        adds = self.words.forms[at] in ("added", "adds", "adding")
        return (
            adds
            and at + 1 < len(self.words)
            and (at + 1 in self.phrases.counted or self.words.forms[at + 1][0].isdigit())
        )

    def _takes_a_number(self, at: int) -> bool:
        """``denies 12 counts of fraud``, ``claimed 30 lives``: how many there are is not what is said."""
        forms = self.words.forms
        takes = forms[at] in self.grammar.taking and at + 1 in self.phrases.counted
        return takes and not self.grammar.taken.isdisjoint(forms[at + 2 : at + 2 + _NEAR])

    def head_of(self, named: Phrase) -> str:
        """The noun that a preposition's phrase hangs on: "spokesman" of "a spokesman for the governor"."""
        forms = self.words.forms
        for at in range(named.first + 1, named.stop):
            if forms[at] in self.grammar.made_by and forms[at - 1] in self.grammar.documents:
                return forms[at - 1]
            if forms[at] == "by" and forms[at - 1] in self.grammar.made_by and at > named.first + 1:
                return forms[at - 2]
            if forms[at] in ("by", "of", "for", "at", "in", "from", "with", "on", "to"):
                return forms[at - 1]
        return forms[named.stop - 1]

    def _said(self, at: int, named: Phrase) -> Span:
        """What is said: what follows the verb, or, where nothing does, what stands before the speaker."""
        if self._closes(at) and self._has_lead(named.first):
            if self._goes_on_after(at, named):
                return Span(self._semicolon_before(named.first), self.sentence.end)
            return Span(self.sentence.start, self.words.starts[named.first])
        if self.words.forms[at] in self.grammar.opinion and self.words.forms[at + 1 : at + 2] in _BROKEN_OFF:
            return Span(self.words.ends[at], self.words.ends[at])
        told = self._past_date(at) if self.words.forms[at] in self.grammar.addressing else at
        said = told if self.words.forms[told : told + 1] == ("that",) else at
        return Span(self.words.ends[said], self._relative_end(at, named))

    def _relative_end(self, at: int, named: Phrase) -> int:
        """``the bridge, which police said was closed, carried``: what is said ends with the relative clause.

        So does what somebody did not say.
        """
        inside = named.first > 1 and self.words.forms[named.first - 2 : named.first] in ((",", "which"), (",", "who"))
        denied = "not" in self.words.forms[max(0, at - 2) : at]
        return self._clause_end(at) if inside or denied else self.sentence.end

    def _closes(self, at: int) -> bool:
        """Whether the verb (with its date and its addressee) ends the sentence, a clause, or stands before a place."""
        forms, after = self.words.forms, self._past_date(at)
        return (
            after >= len(forms)
            or forms[after] in (".", ",", ";", "?", "!", '"', ")", "\u2013")
            or (forms[after] in self.grammar.closing and not self._introduces(after))
        )

    def _past_date(self, at: int) -> int:
        """The word behind the verb, its addressee and its date: ``told Reuters on Monday,``"""
        forms, after = self.words.forms, at + 1
        if forms[at] in self.grammar.addressing:
            addressee = self.phrases.after(after)
            after = self._past_crowd(addressee.stop) if addressee else after
        while after < len(forms) and (
            (after in self.phrases.dated)
            or (forms[after] == "on" and after + 1 < len(forms) and (after + 1 in self.phrases.dated))
        ):
            after += 1
        return after

    def _past_crowd(self, at: int) -> int:
        """``told a jury of seven women and five men``: how many they were told is not what was said."""
        forms = self.words.forms
        if at + 1 >= len(forms) or forms[at] not in ("of", "and") or at + 1 not in self.phrases.counted:
            return at
        while at < len(forms) and (forms[at] in ("of", "and") or at in self.phrases.counted):
            at += 1
        return at

    def _introduces(self, at: int) -> bool:
        """``said during a briefing that sales fell``: past the place and the date stands what is said."""
        forms = self.words.forms
        for i in range(at, min(len(forms), at + _ASIDE)):
            if forms[i] == "that":
                return True
            if forms[i] in _CLAUSE_MARKS:
                return False
        return False

    def _has_lead(self, first: int) -> bool:
        forms = self.words.forms
        if first < _SHORT_LEAD or forms[first - 1] not in (",", '"', "\u2013", "?", "!", "'"):
            return False
        lead, opens = first - 1, self._past_dateline(first)
        return not (self.phrases.is_adverbial(opens) and "," not in forms[opens:lead])

    def _past_dateline(self, first: int) -> int:
        """``Nov 14 (Reuters) - Holt``: where the sentence itself begins."""
        forms = self.words.forms
        dash = next((at for at in range(min(first, _DATELINE)) if forms[at] in _DASHES), -1)
        return dash + 1 if ")" in forms[: dash + 1] else 0

    def _goes_on_after(self, at: int, named: Phrase) -> bool:
        """``The firm, Smith said, lost $3 million``: the speaker is put in brackets by commas."""
        forms, comma = self.words.forms, self._past_date(at)
        if forms[comma : comma + 1] != (",",) or forms[comma + 1 : comma + 2] in _BROKEN_SENTENCE:
            return False
        if forms[comma + 1].endswith("ing"):
            return False
        opens = 1 + next((i for i in range(named.first - 1, -1, -1) if forms[i] == ";"), -1)
        goes_on = forms[comma + 1] in ("and", "but", "or") or forms[comma + 1] in _PREDICATES
        goes_on = goes_on or self._measures(comma + 1)
        return named.first - opens <= _BRACKETED or goes_on

    def _measures(self, at: int) -> bool:
        """``..., the bank said, a 23% jump``, ``..., up from 12``: what was said is compared, and by who said it."""
        forms = self.words.forms
        counted = forms[at] in ("a", "an") and at + 1 in self.phrases.counted
        return counted or forms[at] in self.grammar.measuring

    # -- bounds

    def _semicolon_before(self, at: int) -> int:
        """``the boat sank; they had, the father said, paid``: where the part of the sentence begins."""
        found = (self.words.ends[i] for i in range(at - 1, -1, -1) if self.words.forms[i] == ";")
        return next(found, self.sentence.start)

    def _clause_end(self, at: int) -> int:
        for i in range(at, len(self.words)):
            if self.words.forms[i] in (",", ";", "."):
                return self.words.starts[i]
        return self.sentence.end

    def _clause_start(self, at: int) -> int:
        for i in range(at - 1, -1, -1):
            if self.words.forms[i] in (",", ";"):
                return self.words.ends[i]
        return self.sentence.start

    def _cue(self, named: Phrase, at: int, stop: int, content: Span, rule: str, *, inverted: bool = False) -> Cue:
        return Cue(
            phrase=self._without_marks(named),
            head=self.head_of(named).removesuffix("'s"),
            span=self.words.span(at, stop),
            content=content,
            inverted=inverted,
            rule=rule,
        )

    def _without_marks(self, named: Phrase) -> Span:
        """The phrase without a possessive ending and without brackets or marks at its ends."""
        span = self.words.span(named.first, named.stop)
        written = self.words.written[named.stop - 1]
        return Span(span.start, span.end - 2) if written.endswith("'s") and len(written) > 2 else span


def headline_cue(words: Words, grammar: SpeechGrammar) -> Cue | None:
    """``Nearly 2,300 buildings unsafe: Union Minister``: who is said to say it closes the headline."""
    colon = next((at for at in range(len(words) - 1, -1, -1) if words.forms[at] == ":"), 0)
    tail = range(colon + 1, len(words))
    named = 0 < len(tail) <= _HEADLINE and colon >= _HEADLINE and all(words.forms[at][0].isalpha() for at in tail)
    if not named or not (words.capital(colon + 1) and words.capital(len(words) - 1)):
        return None
    said = Span(words.starts[0], words.starts[colon])
    return Cue(words.span(colon + 1, len(words)), words.forms[-1], words.span(colon, colon + 1), said, False, HEADLINE)


def _continued(cue: Cue, before: list[Cue]) -> Cue:
    """``..., the mayor said, adding that``: the participle has the speaker of the cue before it."""
    if cue.rule != "speech.participle" or not before:
        return cue
    return replace(cue, phrase=before[-1].phrase, head=before[-1].head)


def _bounded(cues: list[Cue]) -> list[Cue]:
    """What one speaker says ends where the next one, who says what follows, is named."""
    found: list[Cue] = []
    end: int | None = None
    for cue in reversed(cues):
        content = cue.content
        if end is not None and cue.span.end <= content.start < end < content.end:
            content = Span(content.start, end)
            cue = replace(cue, content=content)
        found.append(cue)
        if content.end > content.start >= cue.span.end and not cue.inverted:
            end = cue.phrase.start if cue.phrase.start > 0 else end
    return found[::-1]
