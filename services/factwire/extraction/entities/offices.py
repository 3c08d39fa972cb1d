"""Those who are called by their office alone: "the US president" is whoever held it when the article came out.

The mention is the office's words; the country beside them is a mention of its own. Nothing is said where the sentence
dates itself to another year, where a name stands beside the office, or where the words mean any holder ("a", "former").
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from factwire.extraction.entities.salience import SalienceScale
from factwire.extraction.model import Document, Entity, Mention, Sentence, Span
from factwire.extraction.text.spans import OrderedSpans
from factwire.extraction.text.words import Words
from factwire.kb.catalogue import Catalogue, Record

__all__ = ["name_office_holders"]

_LONGEST: Final = 4
"""Words of an office: chancellor of the exchequer."""
_CONFIDENCE: Final = 0.9
_RULE: Final = "office.on-the-day"
_POSSESSIVE: Final = "'s"


def name_office_holders(document: Document, *, catalogue: Catalogue) -> Document:
    """Adds a mention of form ``title`` for every office whose holder at the publication day is known."""
    if document.published_on is None or not document.entities:
        return document
    finder = _OfficeFinder.of(document, catalogue, document.published_on)
    found = [held for sentence in document.sentences if sentence.speaks for held in finder.find(sentence)]
    return replace(document, entities=_joined(document, found)) if found else document


def _joined(document: Document, found: Iterable[tuple[Record, Span]]) -> tuple[Entity, ...]:
    """The entities with the new mentions, an entity of its own for whoever was not named otherwise."""
    entities = {entity.entity_id: entity for entity in document.entities}
    scale = SalienceScale.of(document)
    for record, span in found:
        known = entities.get(record.id) or Entity(record.id, "person", record.subtype, record.name, _CONFIDENCE, 0, ())
        mentions = tuple(sorted((*known.mentions, Mention(span, "title", _CONFIDENCE, _RULE)), key=lambda m: m.span))
        entities[record.id] = replace(known, mentions=mentions, salience=scale.salience(mentions))
    return tuple(entities.values())


@dataclass(frozen=True, slots=True)
class _OfficeFinder:
    """The mentions of one document in reading order, and the day that decides."""

    document: Document
    catalogue: Catalogue
    day: date
    rows: Sequence[tuple[Mention, Entity]]
    starts: Sequence[int]
    times: OrderedSpans

    @classmethod
    def of(cls, document: Document, catalogue: Catalogue, day: date) -> _OfficeFinder:
        rows = sorted(((m, e) for e in document.entities for m in e.mentions), key=lambda row: row[0].span)
        past = [t.span for t in document.times if t.begin is not None and t.begin.year != day.year]
        return cls(document, catalogue, day, rows, [m.span.start for m, _ in rows], OrderedSpans.of(past))

    def find(self, sentence: Sentence) -> Iterator[tuple[Record, Span]]:
        countries = [at for at in self._within(sentence.span) if self._is_country(at)]
        if not countries or self.times.within(sentence.span):
            return
        words = Words.of(self.document.folded, sentence.span)
        for at in countries:
            yield from self._after(words, at)
            yield from self._before(words, at)

    def _within(self, span: Span) -> range:
        return range(bisect_left(self.starts, span.start), bisect_left(self.starts, span.end))

    def _is_country(self, at: int) -> bool:
        return self.rows[at][1].subtype == "country"

    def _after(self, words: Words, at: int) -> Iterator[tuple[Record, Span]]:
        """``the US president``, ``France's prime minister``."""
        mention, entity = self.rows[at]
        first = words.first_from(mention.span.start)
        begin = words.first_from(mention.span.end)
        owned = self.document.folded.startswith(_POSSESSIVE, mention.span.end)
        if not owned and (first == 0 or words.forms[first - 1] != "the"):
            return
        if owned and mention.form == "demonym":
            return
        for size in range(min(_LONGEST, len(words) - begin), 0, -1):
            if (held := self._held(words, begin, begin + size, entity)) is not None:
                yield held
                return

    def _before(self, words: Words, at: int) -> Iterator[tuple[Record, Span]]:
        """``the president of Brazil``, ``Prime Minister of the United Kingdom``."""
        mention, entity = self.rows[at]
        stop = words.first_from(mention.span.start) - 1
        stop -= stop >= 0 and words.forms[stop] == "the"
        if stop < 1 or words.forms[stop] != "of" or mention.form == "demonym" or self._is_named(mention.span.end):
            return
        for size in range(min(_LONGEST, stop), 0, -1):
            first = stop - size
            definite = first == 0 or words.forms[first - 1] == "the"
            if definite and (held := self._held(words, first, stop, entity)) is not None:
                yield held
                return

    def _held(self, words: Words, first: int, stop: int, country: Entity) -> tuple[Record, Span] | None:
        span = words.span(first, stop)
        if self._within(Span(span.start, span.end)) or self._is_named(span.end):
            return None
        record = self.catalogue.holder(" ".join(words.forms[first:stop]), country.entity_id, self.day)
        return (record, span) if record is not None and not self._is_apposed(span.start, record) else None

    def _is_named(self, end: int) -> bool:
        """Whether a person's name follows, with no more than a comma between: the name says who it is."""
        at = bisect_left(self.starts, end)
        if at == len(self.rows) or self.rows[at][1].type != "person":
            return False
        return self.document.folded[end : self.starts[at]].strip() in ("", ",")

    def _is_apposed(self, start: int, holder: Record) -> bool:
        """Whether another person's name stands before, with a comma between: ``Mr Holt, the US president then``."""
        at = bisect_left(self.starts, start) - 1
        at -= at >= 0 and self.rows[at][1].subtype == "country"
        if at < 0 or self.rows[at][1].type != "person" or self.rows[at][1].entity_id == holder.id:
            return False
        between = self.document.folded[self.rows[at][0].span.end : start].lstrip()
        return between.startswith(",") and len(between.split()) <= _LONGEST
