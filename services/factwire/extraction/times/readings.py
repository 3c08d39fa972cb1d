"""What a rule sees (a phrase in its sentence, the document so far) and what it answers (a reading)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from factwire.extraction.model import Anchor, Granularity, TimeType
from factwire.extraction.times.guards import Guards
from factwire.extraction.times.intervals import Interval, day
from factwire.extraction.times.tokens import CLOSERS, CODE, Tokens

Look: TypeAlias = Literal["future", "past"] | None
Open: TypeAlias = tuple[str, int, int]
"""What is known of a date whose year was guessed: ("month", 3, 0), ("day", 3, 14), ("quarter", 2, 0)."""

_WINDOW: Final = 16
"""How many tokens a verb may stand away and still say which way a bare weekday or month looks."""


_NAME: Final = re.compile(r"[a-z]+")
_MEMORY: Final = 50
"""How many expressions back the text still is "at" one."""
_SHORT: Final = 6
_OPENS_WITH: Final = 3
"""Words of a government that a text opens with, if it is about it."""
_BE: Final = frozenset({"is", "are", "was", "were", "be", "s"})
_SILENT: Final = frozenset(CODE[name] for name in ("dot", "comma", "the", "open", "close", "semicolon", "dash"))


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a phrase; ``interval`` None: not placed on the calendar. ``length``: tokens used, if fewer."""

    type: TimeType
    timex: str
    interval: Interval | None = None
    granularity: Granularity = "day"
    anchor: Anchor = "absolute"
    open: Open | None = None
    length: int | None = None
    clock: str = ""
    compared: bool = False
    """Told only to compare with, as "a year earlier": the next "a year earlier" does not count from it."""

    @property
    def is_dated(self) -> bool:
        """Whether it is a day of the calendar ("June 30", "the end of March"), and not one of the week."""
        if self.type != "date" or self.interval is None or self.granularity != "day":
            return False
        return self.anchor == "absolute" or len(self.timex) < len("2019-06-30") or (self.open or ("",))[0] == "day"


@dataclass(slots=True)
class Context:
    """The document so far: when it was published, where, and the expressions read before."""

    published: date | None
    country: str | None
    guards: Guards
    opening: str = ""
    """The first words of the text: what country a fiscal year is told of, if the outlet has none."""
    history: list[Reading] = field(default_factory=list)
    sentence: int = 0
    """How many readings there were when the sentence began."""

    @property
    def day_first(self) -> bool:
        return self.country is not None and self.country not in self.guards.month_first

    def fiscal_bounds(self, sentence: frozenset[str]) -> tuple[int, bool] | None:
        """First month of a fiscal year told of in a sentence of these words, and whether its last year names it."""
        guards, country = self.guards, self.country or self.told_of
        american = country == "US" and (not guards.federal_words.isdisjoint(sentence) or self.tells_of_government)
        if american or not guards.federal_bodies.isdisjoint(sentence):
            return guards.federal_year
        return guards.fiscal_year.get(country or "")

    @property
    def tells_of_government(self) -> bool:
        """Whether the text opens with a federal body, and not with a company that deals with one."""
        words = self.guards.federal_words.intersection(_NAME.findall(self.opening.lower()))
        return len(words) >= _OPENS_WITH

    @property
    def quarter_bounds(self) -> tuple[int, bool] | None:
        """Those of the fiscal year that a quarter without a year belongs to; None where it is the calendar's."""
        country = self.told_of or self.country
        return self.guards.fiscal_year.get(country or "") if country in self.guards.fiscal_quarters else None

    @property
    def told_of(self) -> str:
        """The first country that the text opens with, of those whose fiscal years are known; empty if there is none."""
        told = (self.guards.fiscal_names.get(word) for word in _NAME.findall(self.opening.lower()))
        return next(filter(None, told), "")

    def period_before(self, *, in_sentence: bool = False) -> Interval | None:
        """The last stretch that figures are reported for, or the date just named: what "a year earlier" counts from."""
        dated = self.dated_before()
        if dated is not None:
            return dated
        history = self._recent(self.sentence if in_sentence else 0)
        periods = [r for r in reversed(history) if r.interval and r.interval.is_period]
        reported = next((r for r in periods if not r.compared and not self._is_forecast(r)), None)
        return (reported or periods[0]).interval if periods else None

    def dated_before(self) -> Interval | None:
        """The last expression, if it is a day of the calendar: "the end of last year"."""
        return self.history[-1].interval if self.history and self.history[-1].is_dated else None

    def _recent(self, first: int = 0) -> list[Reading]:
        return self.history[max(first, len(self.history) - _MEMORY) :]

    def before(self) -> Interval | None:
        """The last expression that was placed, of any size."""
        return next((r.interval for r in reversed(self._recent()) if r.interval), None)

    def day_before(self, look: Look = None) -> Interval | None:
        """The day the text is at: the last one named, else the day of publication; no day to come for what is past."""
        days = (r.interval for r in reversed(self._recent()) if r.interval and r.interval.begin == r.interval.end)
        named = next((there for there in days if not (look == "past" and self._is_ahead(there))), None)
        return named or (day(self.published) if self.published else None)

    def _is_forecast(self, reading: Reading) -> bool:
        """``its full-year forecast``: a year that is not over is no year that figures were reported for."""
        if reading.granularity != "year" or reading.interval is None or self.published is None:
            return False
        return reading.interval.end > self.published

    def _is_ahead(self, there: Interval) -> bool:
        return self.published is not None and there.begin > self.published


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens ``begin`` to ``end`` (exclusive) of a sentence, which a rule has matched."""

    tokens: Tokens
    begin: int
    end: int
    context: Context

    def has(self, *classes: str) -> bool:
        codes = self.tokens.codes[self.begin : self.end]
        return any(CODE[name] in codes for name in classes)

    def values(self, *classes: str) -> list[Any]:
        """The values of the tokens that are of one of the classes, in order."""
        wanted = "".join(CODE[name] for name in classes)
        codes, values = self.tokens.codes, self.tokens.values
        return [values[n] for n in range(self.begin, self.end) if codes[n] in wanted]

    def value(self, *classes: str) -> Any:
        """The first of :meth:`values`, None if there is none."""
        found = self.values(*classes)
        return found[0] if found else None

    def index(self, *classes: str) -> int | None:
        """Where the first token of one of the classes stands in the sentence."""
        wanted = "".join(CODE[name] for name in classes)
        codes = self.tokens.codes
        return next((n for n in range(self.begin, self.end) if codes[n] in wanted), None)

    def part(self, begin: int, end: int | None = None) -> Phrase:
        return Phrase(self.tokens, begin, self.end if end is None else end, self.context)

    def is_a(self, n: int, *classes: str) -> bool:
        """Whether token ``n`` of the sentence is of one of the classes."""
        codes = self.tokens.codes
        return 0 <= n < len(codes) and any(codes[n] == CODE[name] for name in classes)

    @property
    def fiscal_bounds(self) -> tuple[int, bool] | None:
        """First month of the fiscal year that is told of here, and whether its last year names it."""
        return self.context.fiscal_bounds(frozenset(map(self.tokens.word, range(len(self.tokens.codes)))))

    @property
    def is_all(self) -> bool:
        """Whether nothing else stands in the sentence: a heading, a cell of a table."""
        codes = self.tokens.codes
        if len(codes) - (self.end - self.begin) > _SHORT:
            return False
        return all(code in _SILENT for code in codes[: self.begin] + codes[self.end :])

    @property
    def is_small(self) -> bool:
        """Whether it begins with a small letter: the Year of a title is no year."""
        return self.tokens.text[self.tokens.starts[self.begin]].islower()

    @property
    def is_closed(self) -> bool:
        """Whether the clause ends here."""
        return self.end >= len(self.tokens.codes) or self.is_a(self.end, *CLOSERS)

    def before(self, back: int = 1) -> str:
        """The word before the phrase, in lower case."""
        return self.tokens.word(self.begin - back)

    def after(self, ahead: int = 0) -> str:
        """The word after the phrase, in lower case."""
        return self.tokens.word(self.end + ahead)

    @property
    def look(self) -> Look:
        """Which way the sentence looks at this place: the nearest verb before it decides, else the nearest after."""
        guards = self.context.guards
        if self.before() == "since":
            return "past"
        infinitive = False
        for n in range(self.begin - 1, max(-1, self.begin - _WINDOW), -1):
            word = self.tokens.word(n)
            if self.is_a(n, "semicolon", "quote"):
                break
            if self._is_future(n, word):
                return "future"
            if self._is_past(n, word):
                return "past"
            infinitive = infinitive or self._is_infinitive(n, word)
        if infinitive or self.before() in guards.ahead:
            return "future"
        return self._look_after()

    def _is_infinitive(self, n: int, word: str) -> bool:
        """Ministers to report on Monday; but not "according to reports", "up to", "from … to"."""
        if word != "to" or not self.is_a(n + 1, "word"):
            return False
        return self.tokens.word(n - 1) not in self.context.guards.not_infinitive and not self.tokens.word(
            n + 1
        ).endswith("s")

    def _look_after(self) -> Look:
        for n in range(self.end, min(len(self.tokens.codes), self.end + _WINDOW)):
            word = self.tokens.word(n)
            if self._is_future(n, word):
                return "future"
            if self._is_past(n, word):
                return "past"
        return None

    def _is_future(self, n: int, word: str) -> bool:
        guards = self.context.guards
        if word in guards.future:
            causes = word == "due" and self.tokens.word(n + 1) == "to" and self.tokens.word(n - 1) not in _BE
            return not self.is_a(n, "month") and not causes
        if word == "to" and self.tokens.word(n - 1) in ("is", "are"):
            return True
        return word in guards.future_to and self.tokens.word(n + 1) == "to"

    def _is_past(self, n: int, word: str) -> bool:
        """A past form, unless "be" before it makes it passive: "to be held on Friday" looks ahead."""
        guards, before = self.context.guards, self.tokens.word(n - 1)
        if word in guards.past_or_base:
            return before not in guards.not_past
        ends = word.endswith("ed") and not word.endswith("eed") and len(word) > 4 and self.is_a(n, "word")
        return (ends or word in guards.past) and before != "be"


def placed(interval: Interval, *, anchor: Anchor = "absolute", type: TimeType = "date", open: Open | None = None,
           clock: str = "", length: int | None = None) -> Reading:  # fmt: skip
    return Reading(type, interval.timex + clock, interval, interval.granularity, anchor, open, length, clock)


def unplaced(timex: str, granularity: Granularity = "day", *, type: TimeType = "date", anchor: Anchor = "published_at",
             clock: str = "") -> Reading:  # fmt: skip
    return Reading(type, timex, None, granularity, anchor, clock=clock)
