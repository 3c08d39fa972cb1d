"""When a number held: the date that governs it in its sentence, or the event that was dated just before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from factwire.extraction.claims.calendar import Calendar, Dated, PeriodGrammar
from factwire.extraction.claims.drafts import Draft, Drafts, by_sentence
from factwire.extraction.claims.edtf import period_of, until_now
from factwire.extraction.model import Document, Period, PeriodRole

__all__ = ["PeriodGrammar", "find_periods"]

_BEFORE_NAME: Final = frozenset({",", "the", "a", "and", "its", "their", "his", "her"})
_RELATIVE_WORDS: Final = frozenset({"which", "who", "that"})
_STANDS: Final = 5
_RELATIVES: Final = frozenset({"which", "who", "when", "where"})
_OR: Final = ((",", "or"), ("or",))
_FARTHEST: Final = 34
_FARTHEST_ALONE: Final = 60
"""Words; the second where the sentence has no other date."""
_NEVER: Final = 1000.0
_OTHER_NUMBER: Final = 4
_NEW_CLAUSE: Final = 5
_OPENS_SENTENCE: Final = 7
_COMMA: Final = 2
_LEFT: Final = 2
_IN_NAME: Final = 10
"""Costs of taking a date for a number, in words of distance. Fitted by hand on practice articles."""
_PREVIOUS: Final = ("the", "previous")
_RECORD: Final = 6
"""Words from "the highest" to the date it is counted from."""
_OPENING: Final = 2
_SINCE: Final = 6
"""Words from "since" to its date."""
_RECENT: Final = 3
"""Sentences for which the quarter or month of the last number goes on."""
_OWNED: Final = 4
"""Words from "last year's" to the number that it dates."""
_AROUND: Final = 14
"""Words to either side of a number that tell its tense."""
_LONG_SENTENCE: Final = 200


def find_periods(document: Document, drafts: Drafts, grammar: PeriodGrammar) -> Drafts:
    """Sets ``period``."""
    if not any(t.days for t in document.times):
        return drafts
    calendar = Calendar.of(document, grammar)
    found: list[Draft] = []
    last: tuple[int, Period] | None = None
    for sentence in by_sentence(drafts):
        index = sentence[0].claim.sentence
        dates = calendar.in_sentence(index, sentence[0])
        placed = _shared([_in_sentence(draft, sentence, dates, calendar) for draft in sentence])
        carried = calendar.told_before(index) or (last[1] if last and index - last[0] <= _RECENT else None)
        near = calendar.dated_in_paragraph(index)
        placed = [_carried(d, carried, near=near) if _tells_the_past(d, grammar) else d for d in placed]
        own = [d.claim.period for d in placed if d.claim.period and not d.claim.period.assumed]
        measured = [period for period in own if period.role == "measured"]
        last = (index, measured[-1]) if measured else last
        found.extend(placed)
    return tuple(found)


# -- dates of the same sentence


def _in_sentence(draft: Draft, sentence: list[Draft], near: list[Dated], calendar: Calendar) -> Draft:
    past = _tells_the_past(draft, calendar.grammar)
    costs = [
        (_cost(draft, sentence, dated, calendar), place)
        for place, dated in enumerate(near)
        if not (past and calendar.is_ahead(dated.time) and not _is_next_to(draft, dated))
    ]
    cost, place = min(costs, default=(_NEVER, 0))
    if cost > (_FARTHEST if len(near) > 1 else _FARTHEST_ALONE):
        return draft
    dated = near[place]
    period = period_of(dated.time, dated.index, _role(draft, dated, calendar))
    if _since(draft, dated):
        period = until_now(period, calendar.document)
    return draft.but("period.sentence", period=period)


def _shared(placed: list[Draft]) -> list[Draft]:
    """``compared with $1 billion, or $2 a share, a year earlier``: the same result, told twice, has one date."""
    shared = placed[:1]
    for draft in placed[1:]:
        before, period = shared[-1], draft.claim.period
        told_twice = draft.words.forms[before.stop : draft.first] in _OR and "change.against" in before.claim.rules
        if told_twice and period is not None:
            period = replace(period, role="compared_to")
            shared[-1] = before.but("period.sentence", period=period)
        shared.append(draft)
    return shared


def _is_next_to(draft: Draft, dated: Dated) -> bool:
    """``18 million in 2025``: right behind the number; what is told as said yesterday may lie ahead."""
    return dated.first - draft.stop == 1 and draft.after(1) in (("in",), ("for",), ("on",))


def _opens_next_clause(draft: Draft, dated: Dated, between: tuple[str, ...], grammar: PeriodGrammar) -> bool:
    """``stood at 515 and in 2015 it was 423``: the date opens the clause of another number."""
    joined = between[-2:-1] in (("and",), (",",), ("but",), ("while",))
    return joined and not grammar.subjects.isdisjoint(draft.words.forms[dated.stop : dated.stop + 1])


def _since(draft: Draft, dated: Dated) -> bool:
    """``since late May``, ``since starting work in 2016``, ``since the club's founding in 1949``"""
    before = draft.words.forms[max(0, dated.first - _SINCE) : dated.first]
    if "since" not in before or draft.words.forms[dated.stop : dated.stop + 2] == (",", "when"):
        return False
    told = before[len(before) - before[::-1].index("since") :]
    if dated.stop <= draft.first and dated.first - len(told) > _OPENING and len(told) > 1:
        return False
    return len(told) <= 1 or ("," not in told and (told[0].endswith("ing") or told[-1] in ("in", "on")))


@dataclass(frozen=True, slots=True)
class _Way:
    """What lies between a number and a date of its sentence: the words, and the other numbers."""

    draft: Draft
    dated: Dated
    right: bool
    """The date stands to the right of the number."""
    words: tuple[str, ...]
    passed: list[Draft]

    @property
    def others(self) -> int:
        """Numbers that do not move together with this one."""
        return sum(not _same_movement(self.draft, other) for other in self.passed)


def _cost(draft: Draft, sentence: list[Draft], dated: Dated, calendar: Calendar) -> float:
    """How far a date stands from a number, in words, dearer over other numbers, clause ends and changes of voice."""
    right = dated.first >= draft.stop
    low, high = (draft.stop, dated.first) if right else (dated.stop, draft.first)
    if not 0 <= high - low <= _FARTHEST_ALONE:
        return 0.0 if high < low else _NEVER
    between = draft.words.forms[low:high]
    if not right and _owns(draft, dated, between):
        return 0.0
    way = _Way(draft, dated, right, between, [d for d in sentence if low <= d.first < high])
    cost = _length(way, calendar.grammar) + (_NEVER if _is_barred(way, calendar) else 0)
    return min(cost, _OPENS_SENTENCE) if not right and dated.first <= 2 else cost


def _length(way: _Way, grammar: PeriodGrammar) -> float:
    cost: float = len(way.words) + _OTHER_NUMBER * way.others + _COMMA * way.words.count(",")
    cost += _NEW_CLAUSE * sum(word in grammar.breaks for word in way.words)
    if way.right:
        return cost + _NEW_CLAUSE * sum(word in ("will", "would") for word in way.words)
    return cost + _LEFT + (_IN_NAME if _names(way.draft, way.dated) else 0)


def _is_barred(way: _Way, calendar: Calendar) -> bool:
    """Whether the date cannot be that of the number, however near it stands."""
    draft, dated, between = way.draft, way.dated, way.words
    forms, grammar = draft.words.forms, calendar.grammar
    if ";" in between or forms[max(0, dated.first - 1)] in grammar.apart or _is_baseline(draft, dated, grammar):
        return True
    if (way.others and forms[dated.stop - 1] in grammar.looking_back) or calendar.is_said_apart(
        draft, dated.time, dated.index
    ):
        return True
    if not way.right:
        return _leaves_the_clause(between) and calendar.in_aside(dated.time)
    return (
        any(_owns_its_date(other) for other in way.passed)
        or _opens_next_clause(draft, dated, between, grammar)
        or (way.others > 0 and _since(draft, dated) and not _RELATIVE_WORDS.isdisjoint(between))
        or _is_record(draft, dated, grammar)
        or _names(draft, dated)
        or ("," in between and _stands(draft, grammar))
    )


def _owns(draft: Draft, dated: Dated, between: tuple[str, ...]) -> bool:
    """``1985's four percent``, ``the previous year's shortfall of 584 million``"""
    led = not between or (between[-1] == "of" and len(between) <= _OWNED)
    return led and draft.words.written[dated.stop - 1].endswith("'s")


def _is_record(draft: Draft, dated: Dated, grammar: PeriodGrammar) -> bool:
    """``13.25 percent, the highest since 2009``: the date of the last time that it was so."""
    before = draft.words.forms[max(draft.stop, dated.first - _RECORD) : dated.first]
    return before[-1:] == ("since",) and any(w.endswith("est") or w in grammar.superlatives for w in before)


def _stands(draft: Draft, grammar: PeriodGrammar) -> bool:
    """``one who has 25 wives, was convicted on Monday``: what somebody has is not of the day of the main clause."""
    before = draft.before(_STANDS)
    told = (at for at in range(len(before) - 1) if before[at] in _RELATIVE_WORDS)
    return any(before[at + 1] in grammar.present for at in told)


def _names(draft: Draft, dated: Dated) -> bool:
    """``the 2008 World Cup``: a year inside a name dates the name and what is told of it; first in a sentence, all."""
    words, year = draft.words, dated.stop - 1
    if dated.time.granularity != "year" or dated.first <= 2 or dated.stop >= len(words):
        return False
    if not (words.forms[year].isdigit() and words.forms[dated.stop][0].isalpha() and words.capital(dated.stop)):
        return False
    return words.forms[year - 1] in _BEFORE_NAME or words.forms[year - 1].endswith("'s")


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
    if forms[max(0, dated.first - 2) : dated.first] in (("that", "of"), ("those", "of")):
        return True
    preceding = forms[max(0, dated.first - 1)]
    if preceding in ("on", "over"):
        return forms[dated.stop - 1] in grammar.looking_back or forms[dated.first : dated.first + 2] == _PREVIOUS
    if preceding not in ("from", "than"):
        return False
    back = forms[dated.stop - 1] in grammar.looking_back or forms[dated.first] in ("last", "previous", "the")
    return back or (draft.claim.role == "delta" and grammar.onward.isdisjoint(forms[dated.stop : dated.stop + 1]))


def _same_movement(draft: Draft, other: Draft) -> bool:
    return other.claim.role != "from" and draft.claim.group is not None and draft.claim.group == other.claim.group


def _owns_its_date(other: Draft) -> bool:
    """``45 percent, up from 41 percent in 2020``: what another number is compared with has the date to itself."""
    if "change.against" in other.claim.rules or other.before(2) == (",", "from"):
        return True
    return other.claim.role == "from" and "," in other.before(4)


def _role(draft: Draft, dated: Dated, calendar: Calendar) -> PeriodRole:
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
