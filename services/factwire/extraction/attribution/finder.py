"""Finds the cues of a sentence, and settles between them what each of their speakers says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from factwire.extraction.attribution.cues import HEADLINE, JOINTS, Cue, CuedSentence
from factwire.extraction.attribution.grammar import SpeechGrammar
from factwire.extraction.attribution.sources import according_to, as_expected, by_reckoning, handed_out, quoted_as
from factwire.extraction.attribution.verbs import verb_cue
from factwire.extraction.model import Span
from factwire.extraction.text.words import Words

_RULES: Final = (quoted_as, according_to, by_reckoning, as_expected, handed_out, verb_cue)
"""Asked in this order about every word that can be a cue: "as saying" has its own speaker, so it goes before verbs."""
_HEADLINE: Final = 4
"""Words of a speaker at the end of a headline, and the fewest before him."""


def find_cues(sentence: CuedSentence) -> list[Cue]:
    """Cues in reading order; words inside quotation marks introduce nobody."""
    found: list[Cue] = []
    for at in _signals(sentence):
        cue = _cue_at(sentence, at)
        if cue is not None:
            found.append(_continued(cue, found))
    return _bounded([_of_second_source(sentence, cue, found) for cue in found])


def _signals(sentence: CuedSentence) -> Iterator[int]:
    """The words that can be cues, without the names that are spelt like them."""
    for at, form in enumerate(sentence.words.forms):
        if form in sentence.grammar.signals and not sentence.phrases.is_family_name(at) and not sentence.in_quotes(at):
            yield at


def _cue_at(sentence: CuedSentence, at: int) -> Cue | None:
    """What the first rule that knows the word makes of it."""
    return next((cue for find in _RULES if (cue := find(sentence, at)) is not None), None)


def _of_second_source(sentence: CuedSentence, cue: Cue, cues: list[Cue]) -> Cue:
    """``Police said two fled and 12, according to doctors, were hurt``: the second source has its clause only."""
    if cue.rule != "speech.according-to" or cue.content.start != sentence.span.start:
        return cue
    at = sentence.words.first_from(cue.span.start)
    said = [c for c in cues if c.rule == "speech.subject-verb" and c.span.end <= c.content.start < cue.span.start]
    if not said:
        return cue
    low = sentence.words.first_from(said[-1].span.end)
    joint = next((i for i in range(at - 1, low, -1) if sentence.words.forms[i] in JOINTS), low - 1)
    if joint < low and _ends_sentence(sentence, cue):
        return cue
    return replace(cue, content=Span(sentence.words.ends[joint], cue.content.end))


def _ends_sentence(sentence: CuedSentence, cue: Cue) -> bool:
    """``Analysts had expected a profit, according to the bank's data.``: the source is of the sentence."""
    return sentence.words.first_from(cue.phrase.end) >= len(sentence.words) - 1


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


def headline_cue(words: Words, grammar: SpeechGrammar) -> Cue | None:
    """``Nearly 2,300 buildings unsafe: Union Minister``: who is said to say it closes the headline."""
    colon = next((at for at in range(len(words) - 1, -1, -1) if words.forms[at] == ":"), 0)
    tail = range(colon + 1, len(words))
    named = 0 < len(tail) <= _HEADLINE and colon >= _HEADLINE and all(words.forms[at][0].isalpha() for at in tail)
    if not named or not (words.capital(colon + 1) and words.capital(len(words) - 1)):
        return None
    said = Span(words.starts[0], words.starts[colon])
    return Cue(words.span(colon + 1, len(words)), words.forms[-1], words.span(colon, colon + 1), said, False, HEADLINE)
