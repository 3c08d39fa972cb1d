"""The noun phrase that speaks: to the left of a verb, to the right of it, or the subject of the clause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.text.words import Words

_LONGEST: Final = 16
"""Words: a longer phrase is a clause that was taken for one."""
_BREAKS: Final = frozenset('<,;:"\u2013!?()[]*|.-\u2026')
_ARTICLES: Final = frozenset({"the", "a", "an"})
_BE: Final = frozenset({"is", "are", "was", "were", "been", "being", "be"})
_FINITE: Final = frozenset({"is", "are", "was", "were", "has", "have", "had", "will", "would", "said", "says"})
_BRACKETS: Final = {")": "(", "]": "["}
_OBJECTS: Final = (("the",), ("a",), ("an",), ("that",), ("to",), ("his",), ("her",), ("its",))
"""Behind a word in -s: it is a verb, as in "Holt accepts the ruling"."""
_BOUNDS: Final = (("at", "least"), ("at", "most"), ("as", "many"), ("as", "much"))
_RELATIVE: Final = 8
"""Words from "who" to the phrase that closes what it opens."""
_FULL_NAME: Final = 2
_LONGEST_NAME: Final = 5
_HANGS: Final = frozenset({"of", "for", "at", "in", "with", "on", "from"})
_PARTIES: Final = ("r-", "d-", "i-")
"""As in "Duncan Holt, R-Calif.,": the party and the state of a member of Congress."""
_SCALES: Final = frozenset({"percent", "million", "billion", "trillion"})
_RELEASED: Final = 10
"""Words from "released" to the day of it."""
_NAMED_FOR: Final = ("of", "for", "on")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words ``first`` to ``stop`` (exclusive) of a sentence."""

    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class PhraseFinder:
    """Finds the phrases of one sentence. ``dated`` and ``counted``: whether a word lies in a date, in a quantity."""

    words: Words
    grammar: SpeechGrammar
    dated: frozenset[int]
    counted: frozenset[int]

    def subject_of(self, verb: int) -> Phrase | None:
        """The phrase to the left of ``verb``; an apposition or relative clause between the two is passed over."""
        if self._is_joined(verb):
            return self.clause_subject(verb)
        end, passive = self._before_adverbs(verb)
        if end < 0 or passive or self._is_no_subject(end):
            return None
        forms = self.words.forms
        if forms[end] in ("who", "which"):
            end -= 1
            end -= end >= 0 and forms[end] == ","
            return self._left_from(end)
        if forms[end] in (",", "\u2013") and end > 0:
            return self._before_apposition(end)
        found = self._with_relative(end)
        return self._described(found) or found if found else None

    def _with_relative(self, end: int) -> Phrase | None:
        """``parents who spoke at the meeting``: those who are told of, and not what is told of them."""
        forms, found = self.words.forms, self._left_from(end)
        first = end if found is None else found.first - 1
        if found is not None and forms[first] not in _HANGS and forms[first] != "who":
            return found
        for at in range(first, max(0, end - _RELATIVE), -1):
            if forms[at] == "who" and (forms[at - 1] in self.grammar.people or self.words.capital(at - 1)):
                return self._left_from(at - 1) or found
            if forms[at] in _BREAKS:
                break
        return found

    def _is_joined(self, verb: int) -> bool:
        """``cut 20 jobs and said``, ``accepts the ruling but also says``"""
        forms, joint = self.words.forms, verb - 1
        joint -= joint > 0 and (forms[joint] in self.grammar.between or self.words.adverb(joint))
        return joint > 0 and forms[joint] in ("and", "but") and forms[verb] in self.grammar.joined

    def _described(self, found: Phrase) -> Phrase | None:
        """``..., Ali Holt, director of planning at the ministry said``: the name before a trade without its comma."""
        forms, comma = self.words.forms, found.first - 1
        if comma < 1 or forms[comma] != ",":
            return None
        stop = next((at for at in range(found.first, found.stop) if forms[at] in _HANGS), found.stop)
        trade = forms[stop - 1]
        if trade not in self.grammar.people or trade.endswith("s"):
            return None
        first = self._name_at(max(-1, comma - _LONGEST_NAME), comma - 1)
        opened = first == 0 or forms[first - 1] in (",", '"', "\u2013", "and")
        known = comma - first >= _FULL_NAME or (first == 0 < comma and not self.is_adverbial(0))
        return Phrase(first, comma) if opened and known else None

    def after(self, first: int) -> Phrase | None:
        """The phrase that begins at ``first``."""
        forms, stop = self.words.forms, first
        while stop < min(len(forms), first + _LONGEST):
            if self._ends_right(stop, first) and not self._dates_a_paper(stop, first):
                break
            stop += 1
        while stop > first and forms[stop - 1] in ("of", "for", "the", "a", "'"):
            stop -= 1
        return Phrase(first, self._with_name(first, stop)) if stop > first else None

    def _dates_a_paper(self, at: int, first: int) -> bool:
        """``a 2011 study``: a year behind an article goes on with the phrase."""
        forms = self.words.forms
        return at == first + 1 and forms[first] in _ARTICLES and forms[at].isdigit()

    def _with_name(self, first: int, stop: int) -> int:
        """``the town's first selectman, Chris Kervick,``: the name that follows a description belongs to it."""
        forms, end = self.words.forms, stop + 1
        if stop >= len(forms) or forms[stop] != "," or self.words.capital(stop - 1):
            return stop
        while end < len(forms) and (self.words.capital(end) or self._ranks(end)) and end not in self.dated:
            end += 1
        names = sum(self.words.capital(at) for at in range(stop + 1, end))
        closed = end < len(forms) and forms[end] in (",", ".")
        return end if _FULL_NAME <= names < _LONGEST_NAME and closed and stop > first else stop

    def _ranks(self, dot: int) -> bool:
        """The dot of "Lt. Col. Erik Holt", with another capital behind it."""
        goes_on = dot + 1 < len(self.words) and self.words.capital(dot + 1)
        return goes_on and self.words.forms[dot] == "." and self._abbreviates(dot)

    def clause_subject(self, verb: int) -> Phrase | None:
        """The subject of the sentence that a participle (", saying ...") belongs to."""
        first = self._after_adverbial(verb)
        found = self.after(first)
        if found is None or found.stop >= verb or not self.words.capital(found.first):
            return None
        acting = (at for at in range(found.first + 1, found.stop) if self._acts(at))
        counted = (at - 1 for at in range(found.first + 2, found.stop) if at in self.counted)
        return Phrase(found.first, min(next(acting, found.stop), next(counted, found.stop)))

    def _acts(self, at: int) -> bool:
        """A verb in lower case behind a name or a noun: the phrase ends before it."""
        form, preceding = self.words.forms[at], self.words.forms[at - 1]
        takes = form.endswith("s") and self.words.forms[at + 1 : at + 2] in _OBJECTS
        if self.words.capital(at) or not (takes or form in self.grammar.verbs or form.endswith("ed")):
            return False
        return (self.words.capital(at - 1) and preceding not in _ARTICLES) or preceding in self.grammar.people

    def is_adverbial(self, first: int) -> bool:
        if first in self.dated:
            return True
        adverbial = self.words.forms[first] in self.grammar.adverbial
        return adverbial and not self._opens_name(first) and not self._bounds(first)

    def _bounds(self, first: int) -> bool:
        """``At least 14 people died``, ``Over 300 homes burned``: what bounds a number tells no place."""
        forms, counted = self.words.forms, first + 1 in self.counted and first + 1 not in self.dated
        return forms[first : first + 2] in _BOUNDS or (forms[first] in ("over", "under") and counted)

    def _opens_name(self, first: int) -> bool:
        """``First Quantum Minerals``, and not ``First Holt``: an ordinal before two more capitals."""
        following = range(first + 1, min(len(self.words), first + 3))
        named = self.words.forms[first] in self.grammar.naming and len(following) > 1
        return named and self.words.capital(first + 1)

    def _after_adverbial(self, verb: int) -> int:
        forms, first = self.words.forms, 0
        if self._opens_doing() and "," in forms[:verb]:
            first = forms.index(",") + 1
        while first < verb and self.is_adverbial(first) and "," in forms[first:verb]:
            first = forms.index(",", first) + 1
        return first

    def _opens_doing(self) -> bool:
        """``Sentencing him to 19 years, the judge``: and not ``Boeing, which``."""
        objects = self.words.forms[1:2]
        return self.words.forms[0].endswith("ing") and objects in (*_OBJECTS, ("him",), ("them",), ("it",), ("on",))

    def _before_adverbs(self, verb: int) -> tuple[int, bool]:
        """The last word before the verb that is no adverb, auxiliary or date; and whether the verb is passive."""
        forms, end, dated, passive = self.words.forms, verb - 1, False, False
        participle = not forms[verb].endswith("ing")
        while end >= 0:
            if end in self.dated:
                dated = True
            elif (
                forms[end] in self.grammar.between
                or forms[end].endswith("n't")
                or (end > 0 and self.words.adverb(end))
                or (dated and forms[end] in ("in", "late", "early", "by", "of", "during", "between", "since"))
            ):
                dated = False
                passive = passive or (participle and forms[end] in _BE)
            else:
                break
            end -= 1
        return end, passive

    def _is_no_subject(self, end: int) -> bool:
        form = self.words.forms[end]
        return (
            form in self.grammar.left_stops
            or form in ("a", "an", "the", "of", ".", ";", ":", "?", "!")
            or form in self.grammar.other - {"who", "which"}
        )

    def _before_apposition(self, comma: int) -> Phrase | None:
        """``Dana Whitlock, a strategist at Larch Street,``: the name, if what stands between commas describes it."""
        opening_name = self._opening_name(comma)
        if opening_name is not None:
            return opening_name
        opening = self._matching_comma(comma)
        if opening > 0 and self._describes(opening + 1):
            named = self._with_relative(self._before_age(opening) - 1)
            if named is not None and not self.is_adverbial(named.first):
                return named
        return self._left_from(comma - 1)

    def _opening_name(self, comma: int) -> Phrase | None:
        """``Ann Holt, from Leeds, England,`` or ``Ann Holt, Chair in Law,``: the sentence opens with a name."""
        forms, first = self.words.forms, self._after_adverbial(comma)
        stop = first
        while stop < comma and stop not in self.dated and (self.words.capital(stop) or self._titles(stop)):
            stop += 1
        if not 2 <= stop - first <= 6 or forms[stop] != "," or stop >= comma or forms[comma] != ",":
            return None
        inner = range(stop + 1, comma)
        listed = any(forms[at] == "and" and self.words.capital(at - 1) and forms[at - 2] == "," for at in inner)
        acts = any(forms[at] in _FINITE or forms[at] == '"' for at in inner)
        return None if listed or acts or first in self.counted else Phrase(first, stop)

    def _titles(self, dot: int) -> bool:
        """``Mr. Holt``"""
        return self.words.forms[dot] == "." and self._abbreviates(dot)

    def _before_age(self, comma: int) -> int:
        """``Brown, 45, a farmer``: the comma before the age, if there is one."""
        forms = self.words.forms
        aged = comma > 2 and forms[comma - 1].isdigit() and forms[comma - 2] == ","
        return comma - 2 if aged else comma

    def _describes(self, inner: int) -> bool:
        form = self.words.forms[inner]
        party = form[:2] in _PARTIES and self.words.capital(inner)
        if form in self.grammar.apposition or form.endswith("'s") or (inner in self.counted) or party:
            return True
        doing = form.endswith("ing") or (inner + 1 < len(self.words) and self.words.forms[inner + 1].endswith("ing"))
        return not self.words.capital(inner) and (
            doing or form not in self.grammar.adverbial or form in ("on", "in", "from", "at")
        )

    def _matching_comma(self, comma: int) -> int:
        forms = self.words.forms
        for at in range(comma - 1, max(-1, comma - 30), -1):
            if forms[at] == forms[comma]:
                return at
            if forms[at] in (";", '"'):
                return -1
        return -1

    def _left_from(self, end: int) -> Phrase | None:
        """The phrase whose last word is ``end``; a pronoun is one by itself ("In a report it said")."""
        forms = self.words.forms
        if forms[end] in self.grammar.he or forms[end] in self.grammar.it:
            return Phrase(end, end + 1)
        if forms[end] == ">":
            end -= 1
        if forms[end] in _BRACKETS:
            end = self._opening(end) - 1
        first, at = end + 1, end
        while at >= 0 and end - at < _LONGEST:
            form = forms[at]
            if form in _BRACKETS:
                at = self._opening(at) - 1
                continue
            if self._ends_left(at, end):
                break
            first, at = at, at - 1
        first = self._without_adverbial(first, end)
        first += first <= end and forms[first] == "of"
        return Phrase(first, end + 1) if first <= end and self._can_speak(first, end) else None

    def _opening(self, closing: int) -> int:
        opening = _BRACKETS[self.words.forms[closing]]
        for at in range(closing - 1, max(-1, closing - 12), -1):
            if self.words.forms[at] == opening:
                return at
        return closing

    def _ends_left(self, at: int, end: int) -> bool:
        form = self.words.forms[at]
        if at < end and self._is_qualified(at):
            return False
        if form == "and":
            return not self._joins(at, end)
        if form == "," and self._lists_its_name(at, end):
            return False
        if form == ".":
            return not (at < end and self._abbreviates(at))
        if form in self.grammar.he or form in self.grammar.it or form in self.grammar.other:
            return at < end
        if form == "by":
            maker = self.words.forms[max(0, at - 1)]
            known = maker in self.grammar.made_by or maker in self.grammar.documents
            return not (known or (at - 1 in self.dated and self._dates_a_release(at - 1)))
        speaks = form in self.grammar.verbs and form not in self.grammar.also_nouns
        dated = at in self.dated and not self._dates_a_release(at)
        told = dated or (at in self.counted and not self._counts_speakers(at, end)) or speaks
        return form in _BREAKS or form in self.grammar.left_stops or (told and at < end)

    def _counts_speakers(self, at: int, end: int) -> bool:
        """``two people familiar with the matter``: the number counts those who speak."""
        forms, people = self.words.forms, self.grammar.people
        while at < end and at in self.counted and forms[at] not in people and forms[at] not in _SCALES:
            at += 1
        return at in self.counted and forms[at] in people

    def _dates_a_release(self, at: int) -> bool:
        """``a poll released on Monday by the bank``: the day of a paper goes on with the phrase."""
        forms = self.words.forms
        for made in range(at - 1, max(0, at - _RELEASED), -1):
            if forms[made] in _BREAKS or forms[made] in self.grammar.left_stops:
                return False
            if forms[made] in self.grammar.made_by:
                return forms[made - 1] in self.grammar.documents
        return False

    def _lists_its_name(self, comma: int, end: int) -> bool:
        """``the Ministry of Trade, Industry and Energy``: a comma inside the name of a body."""
        words = self.words
        joined = any(words.forms[at] == "and" for at in range(comma + 1, min(comma + 4, end)))
        if comma < 3 or not joined or not (words.capital(comma - 1) and words.capital(comma + 1)):
            return False
        return words.forms[comma - 2] in _NAMED_FOR and words.capital(comma - 3)

    def _is_qualified(self, at: int) -> bool:
        """A noun, or "with", in "officials close to the talks", "a person familiar with the matter"."""
        forms = self.words.forms
        if forms[at] == "with":
            return at > 0 and (forms[at - 1] in self.grammar.qualities or forms[at + 1] in self.grammar.known_by)
        return forms[at] in self.grammar.people and forms[at + 1] in self.grammar.qualities

    def _abbreviates(self, dot: int) -> bool:
        """``J.``, ``Mr.``: a full stop right behind a short capital word."""
        words = self.words
        short = dot > 0 and len(words.written[dot - 1]) <= 4 and words.capital(dot - 1)
        return short and words.ends[dot - 1] == words.starts[dot]

    def _joins(self, at: int, end: int) -> bool:
        """Whether "and" joins two speakers rather than two clauses."""
        forms = self.words.forms
        if at == 0 or at == end:
            return False
        return (
            self.words.capital(at - 1)
            or forms[at - 1] in self.grammar.people
            or forms[at - 1] in self.grammar.documents
        )

    def _without_adverbial(self, first: int, end: int) -> int:
        """``In Paris the minister``, ``With the purchase Salling``: the phrase without what stands in front of it."""
        forms = self.words.forms
        if first == 1 and forms[0] in self.grammar.adverbial - self.grammar.openers:
            name = self._name_at(first, end)
            return name if first < name <= end and forms[first] in _ARTICLES else first
        if first > end or forms[first] not in self.grammar.adverbial:
            return first
        if forms[first] in self.grammar.openers:
            return first + 1
        inner = range(first + 1, end + 1)
        article = next((at for at in inner[1:] if forms[at] in ("the", "a", "an")), None)
        joined = next((at + 1 for at in reversed(inner[:-1]) if forms[at] == "and"), None)
        return article or joined or self._name_at(first, end)

    def _name_at(self, first: int, end: int) -> int:
        """Where the run of capitals that closes the phrase begins; behind ``end`` if it does not close with one."""
        at = end + 1
        while at - 1 > first and self.words.capital(at - 1):
            at -= 1
        return at

    def is_family_name(self, at: int) -> bool:
        """``Amina Said,``: a verb that is none, behind another capital and before a comma or the end."""
        words = self.words
        if at == 0 or at + 1 >= len(words) or not (words.capital(at) and words.capital(at - 1)):
            return False
        return words.forms[at] in self.grammar.verbs and words.forms[at + 1] in (",", ".", "'s")

    def _can_speak(self, first: int, end: int) -> bool:
        """A name, a pronoun, or a noun that can: not a number, not a mark, not a lone adjective or adverb."""
        last = self.words.forms[end]
        named = end > 0 and self.words.capital(end)
        if not last[0].isalpha() or (last in self.grammar.unspeaking and not named) or last in self.grammar.other:
            return False
        if first == end and not self.words.capital(end):
            pronoun = last in self.grammar.he or last in self.grammar.it
            return pronoun or last in self.grammar.people or last in self.grammar.documents or last.endswith("s")
        return last not in self.grammar.closing

    def _ends_right(self, at: int, first: int) -> bool:
        form = self.words.forms[at]
        if form == ".":
            return not (
                at > first
                and at + 1 < len(self.words)
                and self.words.ends[at - 1] == self.words.starts[at]
                and len(self.words.forms[at - 1]) <= 3
                and self.words.capital(at - 1)
            )
        if form == "and":
            return not (
                at > first
                and at + 1 < len(self.words)
                and self.words.capital(at - 1)
                and self.words.capital(at + 1)
                and at - first <= 6
            )
        if form in self.grammar.he | self.grammar.it:
            return at > first
        if at > first and self.is_family_name(at):
            return False
        if at == first:
            return form in _BREAKS
        return form in _BREAKS or form in self.grammar.right_stops or (at in self.dated)
