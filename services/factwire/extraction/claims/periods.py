"""When a number held: the date that governs it in its sentence, or the event that was dated just before."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts, by_sentence
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Attribution, Document, Granularity, Period, PeriodRole, Span, Time
from factwire.extraction.text.spans import OrderedSpans

_RELATIVE_CLAUSE: Final = re.compile(r"(?:which|who|whose) ")
_ASIDE: Final = re.compile(r"(?:which|who|whose|built|held|founded|made|\w{2,20}ed) ")
"""How an aside between commas begins: a relative clause or a participle."""
_ONWARD: Final = (("to",), ("until",), ("through",), ("onwards",), ("onward",))
_RELATIVES: Final = frozenset({"which", "who", "when", "where"})
_DAYS: Final = frozenset({"second", "minute", "hour", "daypart", "day"})
_SEASONS: Final = {3: 21, 6: 22, 9: 23, 12: 24}
"""EDTF level 1: spring, summer, autumn, winter by the month they begin in."""
_FARTHEST: Final = 34
_FARTHEST_ALONE: Final = 60
"""Words; the second where the sentence has no other date."""
_NEVER: Final = 1000.0
_OTHER_NUMBER: Final = 4
_NEW_CLAUSE: Final = 5
_OPENS_SENTENCE: Final = 7
_COMMA: Final = 2
_LEFT: Final = 2
"""Costs of taking a date for a number, in words of distance. Fitted by hand on practice articles."""
_RECENT: Final = 3
"""Sentences for which the quarter or month of the last number goes on."""
_NEXT: Final = 2
"""Sentences after a date in the same paragraph that are read as going on about that day."""
_REMEMBERED: Final = 6
"""Sentences for which an event that was dated goes on being what is told."""
_AROUND: Final = 14
"""Words to either side of a number that tell its tense."""
_LONG_SENTENCE: Final = 200
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

    @classmethod
    def compile(cls, lexicons: Lexicons) -> PeriodGrammar:
        table = lexicons.table("claims/periods")
        keys = ("of_speech", "deadline", "as_of", "standing", "looking_back", "breaks", "not_past", "past")
        return cls(*(frozenset(table.words(key)) for key in keys))


@dataclass(frozen=True, slots=True)
class Dated:
    """A time that may date a number: its index in the document, and its words in the sentence."""

    index: int
    time: Time
    first: int
    stop: int


def find_periods(document: Document, drafts: Drafts, grammar: PeriodGrammar) -> Drafts:
    """Sets ``period``."""
    if not any(t.begin for t in document.times):
        return drafts
    calendar = _Calendar.of(document, grammar)
    found: list[Draft] = []
    last: tuple[int, Period] | None = None
    for sentence in by_sentence(drafts):
        index = sentence[0].claim.sentence
        dates = calendar.in_sentence(index, sentence[0])
        placed = _shared_in_group([_in_sentence(draft, sentence, dates, calendar) for draft in sentence])
        carried = calendar.told_before(index) or (last[1] if last and index - last[0] <= _RECENT else None)
        near = calendar.dated_in_paragraph(index)
        placed = [_carried(d, carried, near=near) if _tells_the_past(d, grammar) else d for d in placed]
        own = [d.claim.period for d in placed if d.claim.period and not d.claim.period.assumed]
        measured = [period for period in own if period.role == "measured"]
        last = (index, measured[-1]) if measured else last
        found.extend(placed)
    return tuple(found)


# -- dates of the same sentence


def _in_sentence(draft: Draft, sentence: list[Draft], near: list[Dated], calendar: _Calendar) -> Draft:
    past = _tells_the_past(draft, calendar.grammar)
    costs = [
        (_cost(draft, sentence, dated, calendar), place)
        for place, dated in enumerate(near)
        if not (past and calendar.is_ahead(dated.time))
    ]
    cost, place = min(costs, default=(_NEVER, 0))
    if cost > (_FARTHEST if len(near) > 1 else _FARTHEST_ALONE):
        return draft
    dated = near[place]
    period = _period(dated.time, dated.index, _role(draft, dated, calendar))
    if "since" in draft.words.forms[max(0, dated.first - 2) : dated.first]:
        period = _until_now(period, calendar.document)
    return draft.but("period.sentence", period=period)


def _cost(draft: Draft, sentence: list[Draft], dated: Dated, calendar: _Calendar) -> float:
    """How far a date stands from a number, in words, dearer over other numbers, clause ends and changes of voice."""
    forms, grammar = draft.words.forms, calendar.grammar
    right = dated.first >= draft.stop
    low, high = (draft.stop, dated.first) if right else (dated.stop, draft.first)
    if not 0 <= high - low <= _FARTHEST_ALONE:
        return 0.0 if high < low else _NEVER
    between = forms[low:high]
    passed = [d for d in sentence if low <= d.first < high]
    others = sum(not _same_movement(draft, d) for d in passed)
    cost: float = high - low + _OTHER_NUMBER * others + _NEW_CLAUSE * sum(w in grammar.breaks for w in between)
    cost += _COMMA * between.count(",") + (0 if right else _LEFT)
    if _is_baseline(draft, dated, grammar) or (right and any(_owns_its_date(d) for d in passed)):
        cost += _NEVER
    if (others and forms[dated.stop - 1] in grammar.looking_back) or calendar.is_said_apart(draft, dated.time):
        cost += _NEVER
    if ";" in between or (not right and _leaves_the_clause(between) and calendar.in_aside(dated.time, _ASIDE)):
        cost += _NEVER
    return min(cost, _OPENS_SENTENCE) if not right and dated.first <= 2 else cost


def _leaves_the_clause(between: tuple[str, ...]) -> bool:
    """Whether a comma stands between date and number, and not one that goes on with it: ``on Friday, which killed``."""
    if "," not in between:
        return False
    goes_on = len(between) > 1 and between[0] == "," and (between[1] in _RELATIVES or between[1].endswith("ing"))
    return not goes_on


def _is_baseline(draft: Draft, dated: Dated, grammar: PeriodGrammar) -> bool:
    """``from 1990 levels``, ``from a year earlier``, ``than last year``: the date of what is compared with."""
    forms = draft.words.forms
    if forms[dated.stop : dated.stop + 1] in (("level",), ("levels",)):
        return True
    if forms[max(0, dated.first - 1)] not in ("from", "than"):
        return False
    back = forms[dated.stop - 1] in grammar.looking_back or forms[dated.first] in ("last", "previous", "the")
    return back or (draft.claim.role == "delta" and forms[dated.stop : dated.stop + 1] not in _ONWARD)


def _same_movement(draft: Draft, other: Draft) -> bool:
    return other.claim.role != "from" and draft.claim.group is not None and draft.claim.group == other.claim.group


def _owns_its_date(other: Draft) -> bool:
    """``45 percent, up from 41 percent in 2020``: what another number is compared with has the date to itself."""
    if "change.against" in other.claim.rules:
        return True
    return other.claim.role == "from" and "," in other.before(4)


def _shared_in_group(drafts: list[Draft]) -> list[Draft]:
    """A delta without a date has that of the level it led to, and the other way round."""
    by_group: dict[int, Period] = {}
    for draft in drafts:
        claim = draft.claim
        if claim.group is not None and claim.period and claim.role in ("delta", "to"):
            by_group.setdefault(claim.group, claim.period)
    return [
        draft.but("period.group", period=by_group[draft.claim.group])
        if draft.claim.period is None and draft.claim.group in by_group and draft.claim.role in ("delta", "to")
        else draft
        for draft in drafts
    ]


def _role(draft: Draft, dated: Dated, calendar: _Calendar) -> PeriodRole:
    grammar, published = calendar.grammar, calendar.document.published_on
    before = draft.words.forms[max(0, dated.first - 2) : dated.first]
    looks_back = draft.words.forms[dated.stop - 1] in grammar.looking_back
    if draft.claim.role == "from" or (looks_back and "change.against" in draft.claim.rules):
        return "compared_to"
    ahead = published is None or dated.time.end is None or dated.time.end > published
    if ahead and not grammar.deadline.isdisjoint(before[-1:]):
        return "deadline"
    moment = " ".join(before) in grammar.as_of or not grammar.as_of.isdisjoint(before[-1:])
    stands = before[-1:] == ("on",) and not grammar.standing.isdisjoint(draft.before(3))
    if (
        dated.time.type == "date"
        and (moment or stands)
        and draft.claim.role != "delta"
        and dated.time.begin == dated.time.end
    ):
        return "as_of"
    return "measured"


# -- dates told before


def _tells_the_past(draft: Draft, grammar: PeriodGrammar) -> bool:
    """By the verb that moves the number; without one, by the words around it, else by the whole sentence."""
    forms = draft.words.forms
    if draft.verb is not None:
        infinitive = draft.verb > 0 and forms[draft.verb - 1] == "to"
        return not infinitive and bool(_tense(forms[max(0, draft.verb - 1) : draft.verb + 1], grammar))
    near = _tense(forms[max(0, draft.first - _AROUND) : draft.stop + _AROUND], grammar)
    return bool(_tense(forms[:_LONG_SENTENCE], grammar) if near is None else near)


def _tense(words: tuple[str, ...], grammar: PeriodGrammar) -> bool | None:
    """Whether they tell the past; None if they have no verb that says so."""
    if not grammar.not_past.isdisjoint(words):
        return False
    return True if any(w in grammar.past or w.endswith("ed") for w in words) else None


def _carried(draft: Draft, period: Period | None, *, near: bool) -> Draft:
    """The draft with the day of the event that is being told, if it tells of that event."""
    claim = draft.claim
    if period is None or claim.period is not None or claim.kind in ("duration", "age", "rank", "one_of"):
        return draft
    happened = claim.role != "level" or "concept.fate" in claim.rules
    if not happened and (not near or claim.kind in ("percent", "fraction")):
        return draft
    return draft.but("period.told-before", period=replace(period, assumed=True))


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The times of a document by sentence, without those that only date a statement.

    ``day_before``: for each sentence, where the last past day before it was named (sentence, index of the time).
    ``opening``: the recent day that the article opens with.
    """

    document: Document
    grammar: PeriodGrammar
    by_sentence: tuple[tuple[int, ...], ...]
    day_before: tuple[tuple[int, int] | None, ...]
    opening: int | None

    @classmethod
    def of(cls, document: Document, grammar: PeriodGrammar) -> _Calendar:
        times = OrderedSpans.of(t.span for t in document.times)
        speeches = OrderedSpans.of(dict.fromkeys(a.cue for a in document.attributions))
        speakers = {a.cue: a.speaker.span for a in document.attributions}
        rows = []
        for sentence in document.sentences:
            row = times.indices(sentence.span)
            cues = speeches.within(sentence.span) if row else ()
            said = {i for i in row for cue in cues if _of_speech(document, i, cue, speakers[cue], grammar)}
            rows.append(tuple(i for i in row if i not in said))
        base = cls(document, grammar, tuple(rows), (), None)
        days = [[i for i in row if base.is_event_day(i)] for row in rows]
        return replace(base, day_before=tuple(_last_before(days)), opening=base.first_news(days))

    def in_sentence(self, index: int, draft: Draft) -> list[Dated]:
        """Times on the calendar that a number of the sentence may have."""
        found = []
        for i in self.by_sentence[index]:
            time = self.document.times[i]
            first = draft.words.first_from(time.span.start)
            if time.begin and time.type != "set" and first < len(draft.words):
                found.append(Dated(i, time, first, max(first + 1, draft.words.first_from(time.span.end))))
        return found[:_MOST_DATES]

    def told_before(self, index: int) -> Period | None:
        """The day of the event that is being told: named a few sentences ago, or where the article opens."""
        before = self.day_before[index]
        if before is None:
            return None
        place = before[1] if index - before[0] <= _REMEMBERED else self.opening
        return None if place is None else _period(self.document.times[place], place, "measured")

    def dated_in_paragraph(self, index: int) -> bool:
        """Whether the last past day before the sentence was named in its own paragraph."""
        before, sentences = self.day_before[index], self.document.sentences
        if before is None or index - before[0] > _NEXT:
            return False
        return "\n" not in self.document.folded[sentences[before[0]].span.end : sentences[index].span.start]

    def is_ahead(self, time: Time) -> bool:
        published = self.document.published_on
        return published is not None and time.begin is not None and time.begin > published

    def is_said_apart(self, draft: Draft, time: Time) -> bool:
        """Whether the date stands in somebody's words and the number does not."""
        if draft.claim.attribution is not None:
            return False
        covered = self._speech_over(time.span)
        return any(not any(s.start <= draft.quantity.number.start < s.end for s in a.content) for a in covered)

    def _speech_over(self, span: Span) -> list[Attribution]:
        sentence = self.document.attributions
        first = bisect_left(sentence, span.start - _LONGEST_SPEECH, key=lambda a: a.content[0].start)
        last = bisect_right(sentence, span.start, key=lambda a: a.content[0].start)
        return [a for a in sentence[first:last] if a.content[0].end >= span.end and a.mode != "direct"]

    def in_aside(self, time: Time, opening: re.Pattern[str]) -> bool:
        """``Bitcoin, which peaked on Wednesday, fell``: the date is told by the way."""
        before = self.document.folded[max(0, time.span.start - 90) : time.span.start]
        _, comma, clause = before.rpartition(", ")
        return bool(comma) and opening.match(clause) is not None and "." not in clause

    def is_event_day(self, index: int) -> bool:
        time, published = self.document.times[index], self.document.published_on
        if time.begin is None or time.granularity not in _DAYS or time.type == "time":
            return False
        if (published and time.begin > published) or self.in_aside(time, _RELATIVE_CLAUSE):
            return False
        words = self.document.folded[time.span.start : time.span.end].lower().split()
        return bool(words) and words[-1] not in self.grammar.looking_back

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


def _of_speech(document: Document, index: int, cue: Span, speaker: Span, grammar: PeriodGrammar) -> bool:
    """Whether the time tells when something was said: next to the cue, or between speaker and cue."""
    span = document.times[index].span
    if min(cue.end, speaker.end) <= span.start and span.end <= max(cue.start, speaker.start):
        return True
    edge = max(cue.end, speaker.end)
    if not edge <= span.start < edge + _NEAR_CUE:
        return False
    between = document.folded[edge : span.start].lower().split()
    return all(word.strip(",") in grammar.of_speech for word in between) and between[:1] != [","]


# -- the period itself


def _period(time: Time, index: int, role: PeriodRole) -> Period:
    begin, end = time.begin, time.end or time.begin
    edtf = edtf_of(begin, end, time.granularity) if begin and end else None
    return Period(time=index, begin=begin, end=end, edtf=edtf, granularity=time.granularity, role=role)


def _until_now(period: Period, document: Document) -> Period:
    """``since April``: from then to the day of publication."""
    now = document.published_on
    if period.begin is None or now is None or now < period.begin:
        return period
    return replace(period, end=now, granularity="range", edtf=edtf_of(period.begin, now, "range"))


def edtf_of(begin: date, end: date, granularity: Granularity) -> str:
    """Extended Date/Time Format, level 1 (ISO 8601-2): a day, month, year, season or decade, else an interval."""
    if begin == end:
        return begin.isoformat()
    if granularity == "month" and begin.month == end.month and begin.year == end.year:
        return f"{begin:%Y-%m}"
    if (
        granularity == "year"
        and (begin.month, begin.day, end.month, end.day) == (1, 1, 12, 31)
        and begin.year == end.year
    ):
        return f"{begin.year:04d}"
    if granularity == "season" and begin.month in _SEASONS:
        return f"{begin.year:04d}-{_SEASONS[begin.month]}"
    if granularity == "decade" and begin.year % 10 == 0 and end.year == begin.year + 9:
        return f"{begin.year // 10:03d}X"
    if granularity == "century" and begin.year % 100 == 0 and end.year == begin.year + 99:
        return f"{begin.year // 100:02d}XX"
    return f"{begin.isoformat()}/{end.isoformat()}"
