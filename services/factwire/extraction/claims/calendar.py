"""The dates of a document as a number may have them: which stand in its sentence, and which event is being told."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Final

from factwire.extraction.claims.drafts import Draft
from factwire.extraction.claims.edtf import period_of
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Attribution, Document, Period, Span, Time
from factwire.extraction.text.spans import OrderedSpans

_RELATIVE_CLAUSE: Final = re.compile(r"(?:which|who|whose) ")
_CLAUSE_MARK: Final = re.compile(r"[,;.:\n]\s")
_PARTICIPLE: Final = re.compile(r"(?:built|held|founded|made|\w{2,20}ed) ")
"""How asides between commas begin."""
_DAYS: Final = frozenset({"second", "minute", "hour", "daypart", "day"})
_NEXT: Final = 2
"""Sentences after a date in the same paragraph that are read as going on about that day."""
_REMEMBERED: Final = 6
"""Sentences for which an event that was dated goes on being what is told."""
_CLAUSE: Final = 90
_WHOSE: Final[tuple[list[str], ...]] = ([], ["a"], ["an"], ["its"], ["his"], ["her"])
"""Between a verb of speech and a year, which then is what it tells of: "reported a 1986 loss"."""
_WHO: Final = ("who ", "which ", "whose ")
"""Behind a speaker: what is told of him until he says something, "KPMG, which was paid 7 million in 2022, says"."""
_NEAR_CUE: Final = 60
"""Characters from a speech verb to the date of the statement."""
_MOST_DATES: Final = 24
"""Dates of one sentence that are weighed: beyond that it is a table."""
_LONGEST_SPEECH: Final = 1500
_NEWS: Final = timedelta(days=8)
"""The day an article opens with dates all of it, if it is as recent as this."""


@dataclass(frozen=True, slots=True)
class PeriodGrammar:
    of_speech: frozenset[str]
    deadline: frozenset[str]
    as_of: frozenset[str]
    standing: frozenset[str]
    looking_back: frozenset[str]
    breaks: frozenset[str]
    not_past: frozenset[str]
    past: frozenset[str]
    updates: frozenset[str]
    apart: frozenset[str]
    subjects: frozenset[str]
    onward: frozenset[str]
    present: frozenset[str]
    superlatives: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> PeriodGrammar:
        table = lexicons.table("claims/periods")
        return cls(**{key.name: frozenset(table.words(key.name)) for key in fields(cls)})


@dataclass(frozen=True, slots=True)
class Dated:
    """A time that may date a number: its index in the document, and its words in the sentence."""

    index: int
    time: Time
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The times of a document by sentence, without those that only date a statement.

    ``day_before``: for each sentence, where the last past day before it was named (sentence, index of the time).
    ``opening``: the recent day that the article opens with.
    ``in_names``: the times inside a speaker's name ("a 2011 study").
    """

    document: Document
    grammar: PeriodGrammar
    by_sentence: tuple[tuple[int, ...], ...]
    day_before: tuple[tuple[int, int] | None, ...]
    opening: int | None
    in_names: Mapping[int, Span]

    @classmethod
    def of(cls, document: Document, grammar: PeriodGrammar) -> Calendar:
        times = OrderedSpans.of(t.span for t in document.times)
        speeches = OrderedSpans.of(dict.fromkeys(a.cue for a in document.attributions))
        speakers = {a.cue: a.speaker.span for a in document.attributions}
        added = {a.cue for a in document.attributions if a.rule == "speech.participle"}
        rows = []
        for sentence in document.sentences:
            row = times.indices(sentence.span)
            cues = speeches.within(sentence.span) if row else ()
            said = {
                i for i in row for cue in cues if _of_speech(document, i, cue, speakers[cue], cue in added, grammar)
            }
            rows.append(tuple(i for i in row if i not in said))
        papers = dict.fromkeys(speakers.values())
        in_names = {i: span for span in papers for i in times.indices(span)}
        base = cls(document, grammar, tuple(rows), (), None, in_names)
        days = [[i for i in row if base.is_event_day(i)] for row in rows]
        return replace(base, day_before=tuple(_last_before(days)), opening=base.first_news(days))

    def in_sentence(self, index: int, draft: Draft) -> list[Dated]:
        """Times on the calendar that a number of the sentence may have."""
        found = []
        for i in self.by_sentence[index]:
            time = self.document.times[i]
            first = draft.words.first_from(time.span.start)
            if time.days and time.type != "set" and first < len(draft.words):
                found.append(Dated(i, time, first, max(first + 1, draft.words.first_from(time.span.end))))
        return found[:_MOST_DATES]

    def told_before(self, index: int) -> Period | None:
        """The day of the event that is being told: named a few sentences ago, or where the article opens."""
        before = self.day_before[index]
        if before is None:
            return None
        place = before[1] if index - before[0] <= _REMEMBERED else self.opening
        return None if place is None else period_of(self.document.times[place], place, "measured")

    def dated_in_paragraph(self, index: int) -> bool:
        """Whether the last past day before the sentence was named in its own paragraph."""
        before, sentences = self.day_before[index], self.document.sentences
        if before is None or index - before[0] > _NEXT:
            return False
        return "\n" not in self.document.folded[sentences[before[0]].span.end : sentences[index].span.start]

    def is_ahead(self, time: Time) -> bool:
        published = self.document.published_on
        return published is not None and time.begin is not None and time.begin > published

    def is_said_apart(self, draft: Draft, time: Time, index: int) -> bool:
        """Whether the date stands in somebody's words, or in his name ("a 2011 study"), and the number does not."""
        own = draft.claim.attribution.speaker.span if draft.claim.attribution else None
        if index in self.in_names and self.in_names[index] != own:
            return True
        if draft.claim.attribution is not None:
            return False
        covered = self._speech_over(time.span)
        return any(not any(s.start <= draft.quantity.number.start < s.end for s in a.content) for a in covered)

    def _speech_over(self, span: Span) -> list[Attribution]:
        sentence = self.document.attributions
        first = bisect_left(sentence, span.start - _LONGEST_SPEECH, key=lambda a: a.content[0].start)
        last = bisect_right(sentence, span.start, key=lambda a: a.content[0].start)
        return [a for a in sentence[first:last] if a.content[0].end >= span.end and a.mode != "direct"]

    def in_relative_clause(self, time: Time) -> bool:
        """``Bitcoin, which peaked on Wednesday, fell``: the date is told by the way."""
        return _RELATIVE_CLAUSE.match(self._clause_before(time)) is not None

    def in_aside(self, time: Time) -> bool:
        """A relative clause, or a participle: ``The stadium, built in 1998, seats``."""
        return self.in_relative_clause(time) or _PARTICIPLE.match(self._clause_before(time)) is not None

    def _clause_before(self, time: Time) -> str:
        """What stands between the last comma and the date; empty without a comma, or if a sentence ends in it."""
        before = self.document.folded[max(0, time.span.start - _CLAUSE) : time.span.start]
        _, comma, clause = before.rpartition(", ")
        return clause if comma and "." not in clause else ""

    def is_event_day(self, index: int) -> bool:
        time, published = self.document.times[index], self.document.published_on
        if time.begin is None or time.granularity not in _DAYS or time.type == "time":
            return False
        if (published and time.begin > published) or self.in_relative_clause(time):
            return False
        if self._updates(time):
            return False
        words = self.document.folded[time.span.start : time.span.end].lower().split()
        return bool(words) and words[-1] not in self.grammar.looking_back

    def _updates(self, time: Time) -> bool:
        """``The toll rose to 22 on Monday``: the day of a count, not that of the event."""
        before = self.document.folded[max(0, time.span.start - _CLAUSE) : time.span.start].lower()
        clause = _CLAUSE_MARK.split(before)[-1]
        return not self.grammar.updates.isdisjoint(clause.split())

    def first_news(self, days: list[list[int]]) -> int | None:
        published = self.document.published_on
        bodies = [row for row, s in zip(days, self.document.sentences, strict=True) if s.section == "body"][:2]
        recent = (i for row in bodies for i in row if self._since(i, published) <= _NEWS)
        return next(recent, None)

    def _since(self, index: int, published: date | None) -> timedelta:
        begin = self.document.times[index].begin
        return published - begin if published and begin else timedelta.max


def _last_before(days: list[list[int]]) -> Iterator[tuple[int, int] | None]:
    last: tuple[int, int] | None = None
    for index, row in enumerate(days):
        yield last
        if row:
            last = (index, row[-1])


def _of_speech(document: Document, index: int, cue: Span, speaker: Span, added: bool, grammar: PeriodGrammar) -> bool:
    """Whether the time tells when something was said: next to the cue, or between speaker and cue.

    Before a participle that only adds ("sees a rise of 4 percent for 2018, predicting") that holds for a day alone.
    """
    span = document.times[index].span
    low, high = min(cue.end, speaker.end), max(cue.start, speaker.start)
    if low <= span.start and span.end <= high:
        by_the_way = document.folded[low : span.start].lower().lstrip(", ").startswith(_WHO)
        return not by_the_way and (not added or document.times[index].granularity in _DAYS)
    edge = max(cue.end, speaker.end)
    if not edge <= span.start < edge + _NEAR_CUE:
        return False
    between = document.folded[edge : span.start].lower().split()
    if document.times[index].granularity not in _DAYS and between in _WHOSE:
        return False
    return all(word.strip(",") in grammar.of_speech for word in between) and between[:1] != [","]
