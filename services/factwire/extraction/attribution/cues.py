"""A cue, and the sentence it is looked for in: what the rules of speech walk along and what they write down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.attribution.phrases import Phrase, PhraseFinder
from factwire.extraction.model import Span
from factwire.extraction.text.words import Words

HEADLINE: Final = "speech.headline"
PASSIVE: Final = "speech.passive-by"
BE: Final = frozenset({"is", "are", "was", "were"})
"""Makes a passive of "quoted", and a verb of "saying"."""
JOINTS: Final = frozenset({"and", "but", "while", "although", "though"})
"""What joins a clause with another speaker to the one before it."""
MARKS: Final = frozenset({",", '"', "?", "!", "]", "'"})
"""What stands between the words that are said and a verb that closes them."""


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
class CuedSentence:
    """A sentence of the document at ``span``; ``quoted`` and ``numbers``: the quotations and quantities in it."""

    words: Words
    span: Span
    grammar: SpeechGrammar
    phrases: PhraseFinder
    quoted: tuple[Span, ...]
    numbers: tuple[Span, ...]

    def in_quotes(self, at: int) -> bool:
        """Whether word ``at`` stands inside quotation marks."""
        start = self.words.starts[at]
        return any(quote.start < start < quote.end for quote in self.quoted)

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

    def cue(self, named: Phrase, at: int, stop: int, content: Span, rule: str, *, inverted: bool = False) -> Cue:
        """The cue at the words ``at`` to ``stop`` (exclusive), by which ``named`` says ``content``."""
        return Cue(
            phrase=self.without_marks(named),
            head=self.head_of(named).removesuffix("'s"),
            span=self.words.span(at, stop),
            content=content,
            inverted=inverted,
            rule=rule,
        )

    def without_marks(self, named: Phrase) -> Span:
        """The phrase without a possessive ending and without brackets or marks at its ends."""
        span = self.words.span(named.first, named.stop)
        written = self.words.written[named.stop - 1]
        return Span(span.start, span.end - 2) if written.endswith("'s") and len(written) > 2 else span
