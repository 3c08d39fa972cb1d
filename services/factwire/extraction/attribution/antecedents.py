"""Whom a pronoun or a noun that speaks stands for: the last to speak, the subject before it, the one it describes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.attribution.cues import Cue
from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.attribution.mentions import Mentions
from factwire.extraction.model import Document, Speaker
from factwire.extraction.text.words import Words

_STALE: Final = 4
"""Sentences after which a speaker is no longer the one that a pronoun means first."""
_SUBJECT: Final = 6
"""Words in which a subject that speaks has its noun."""
_ARTICLES: Final = frozenset({"the", "a", "an"})


@dataclass(frozen=True, slots=True)
class Heard:
    """Who has spoken so far: the last person (and in which sentence), the last body or paper, and the last of all."""

    sentence: int = -1
    person: Speaker | None = None
    body: Speaker | None = None
    last: Speaker | None = None


@dataclass(frozen=True, slots=True)
class Antecedents:
    """Looks back from a cue, over what was heard and what the text has named before it."""

    document: Document
    mentions: Mentions
    grammar: SpeechGrammar

    def of_he(self, cue: Cue, sentence: int, heard: Heard) -> Speaker | None:
        """The subject of the sentence before, if nobody spoke there; else the last person to speak or to be named."""
        before = self._subject_before(sentence) if heard.sentence < sentence - 1 else None
        if before is not None and self._is_person(before):
            return before
        named = self.mentions.last_person(cue.phrase.start)
        if heard.sentence >= 0 and sentence - heard.sentence > _STALE and named is not None:
            return named
        return heard.person or named or heard.last

    def of_it(self, cue: Cue, sentence: int, heard: Heard) -> Speaker | None:
        """The body that its sentence names, the subject of the sentence before, the last body to speak.

        ``Profit had fallen, it added``: a subject without an article is what is told of, and nobody who tells.
        """
        span = cue.antecedent
        named = self.mentions.named_in(span, self.document.folded) if span else None
        if span and named:
            return Speaker(span, named[0].entity_id, named[0].name)
        before = self._subject_before(sentence) if heard.sentence < sentence - 1 and span is None else None
        if before is not None and not self._is_person(before):
            return before
        written = span.of(self.document.text) if span else ""
        told = Speaker(span, None, written) if span and written[:4].lower() == "the " else None
        return heard.body or told or heard.last

    def described(self, cue: Cue) -> Speaker | None:
        """``The mayor said``, of the person who was named as one before."""
        found = self.mentions.described_as(cue.head, cue.phrase.start, self.document.folded)
        return None if found is None else Speaker(cue.phrase, found.entity_id, found.name)

    def told_of(self, sentence: int) -> Speaker | None:
        """The person whom the paragraph before a sentence is about: its last subject, else whom it names last."""
        before = self._subject_before(sentence)
        if before is not None and self._is_person(before):
            return before
        sentences, folded = self.document.sentences, self.document.folded
        named = self.mentions.last_person(sentences[sentence].span.start)
        opens = folded.rfind("\n", 0, sentences[sentence - 1].span.end)
        return named if named is not None and named.span.start > opens else None

    def before_colon(self, colon: int, sentence: int) -> Speaker | None:
        """The name that ends at a colon, or a noun that can speak with which the sentence opens there."""
        named = self.mentions.ending_at(colon)
        words = Words.of(self.document.folded, self.document.sentences[sentence].span)
        last = words.last_before(colon)
        if named is not None or not 0 <= last < _SUBJECT or words.forms[last] not in self.grammar.people:
            return named
        span = words.span(0, last + 1)
        return Speaker(span, None, span.of(self.document.text))

    def firm(self, cue: Cue, sentence: int) -> Speaker | None:
        """``the Canadian miner``: the body that the sentence before told of, else the one named most before it."""
        if cue.head not in self.grammar.firms:
            return None
        before = self._subject_before(sentence)
        if before is not None and self.mentions.type_of(before.entity_id) == "organization":
            return before
        found = self.mentions.named_most(cue.phrase.start)
        return None if found is None else Speaker(cue.phrase, found.entity_id, found.name)

    def can_speak(self, cue: Cue, speaker: Speaker) -> bool:
        """Whether it is a person, a body or a noun that can speak."""
        known = self.mentions.type_of(speaker.entity_id) in ("person", "organization")
        return known or cue.head in self.grammar.people or cue.head in self.grammar.documents

    def can_show(self, speaker: Speaker) -> bool:
        """Whether it is a paper, or somebody whose findings are statements."""
        words = {word.lower() for word in speaker.name.split()}
        return not words.isdisjoint(self.grammar.documents | self.grammar.finders)

    def _is_person(self, speaker: Speaker) -> bool:
        """Whether "he" may mean it, and neither "it" nor "they"."""
        kind = self.mentions.type_of(speaker.entity_id)
        head = speaker.name.split()[-1].lower()
        return kind == "person" if kind else head in self.grammar.people and not head.endswith("s")

    def _subject_before(self, sentence: int) -> Speaker | None:
        """What the sentence before opens with, if that can speak: a name, or ``Researchers``, ``The survey``."""
        sentences = self.document.sentences
        if sentence < 1 or sentences[sentence - 1].section != sentences[sentence].section:
            return None
        words = Words.of(self.document.folded, sentences[sentence - 1].span)
        first = self._opening(words)
        return None if first >= len(words) else self._named_from(words, first) or self._noun_from(words, first)

    def _opening(self, words: Words) -> int:
        """The first word behind what only says where or when."""
        forms = words.forms
        if forms[:1] and forms[0] in self.grammar.adverbial and "," in forms:
            return forms.index(",") + 1
        return 0

    def _named_from(self, words: Words, first: int) -> Speaker | None:
        starts = [words.starts[first]]
        if words.forms[first] in _ARTICLES and first + 1 < len(words):
            starts.append(words.starts[first + 1])
        found = self.mentions.starting_at(starts)
        return None if found is None else Speaker(found[1].span, found[0].entity_id, found[0].name)

    def _noun_from(self, words: Words, first: int) -> Speaker | None:
        grammar = self.grammar
        for at in range(first, min(len(words), first + _SUBJECT)):
            form = words.forms[at]
            if form in grammar.people or form in grammar.documents:
                span = words.span(first, at + 1)
                return Speaker(span, None, span.of(self.document.text))
            if not form[0].isalpha() or form in grammar.left_stops or form in grammar.adverbial or form in grammar.he:
                return None
        return None
