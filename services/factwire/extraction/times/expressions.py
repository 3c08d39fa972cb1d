"""Finds dates, clock times, durations and sets, and places on the calendar what can be placed.

A sentence without a digit and without a word of time is skipped after one look. In the others each token becomes a
class (:mod:`tokens`), the rules (:mod:`rules`) are tried as one pattern over the classes, the reading of the first that
fits is resolved against the day of publication and the expressions before it, and neighbours are joined
(:mod:`joins`). An expression that cannot be placed is still found, with ``begin`` and ``end`` None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document, Sentence, Span, Time
from factwire.extraction.times.feasts import compile_feasts, first_words
from factwire.extraction.times.guards import Guards
from factwire.extraction.times.joins import Bounds, Found, compile_bounds, join, with_modifier
from factwire.extraction.times.patterns import translate
from factwire.extraction.times.readings import Context, Phrase, Reading, unplaced
from factwire.extraction.times.rules import RULES
from factwire.extraction.times.tokens import CODE, Tokens, Words, tokenise

_WORD: Final = re.compile(r"[A-Za-z]+|\d")
_TELLING: Final = (
    "weekday", "weekday_short", "weekdays", "month", "month_short", "day_word", "week_word", "month_word", "quarter",
    "year_word", "century", "second", "unit", "units", "half", "decade_name", "season", "deictic", "daypart",
    "dayparts", "noon", "tonight", "frequency", "weekend", "weekends", "period",
)  # fmt: skip
"""Classes without which, and without a digit, a sentence holds no time; years in words have a number word of a year."""
_NO_START: Final = (
    "word", "name", "other", "the", "comma", "dot", "quote", "semicolon", "hyphen", "dash", "slash", "open", "close",
    "of", "to", "and", "or", "at", "by", "for", "since", "from", "until", "through", "between", "possessive", "zone",
    "ago", "before", "after",
)  # fmt: skip
"""Classes with which no rule begins: most tokens of a text, left at once."""
_OPENING: Final = 400
"""Characters in which a text says what country it is about."""
_CENTURY_WORDS: Final = ("nineteen", "twenty", "eighteen", "Nineteen", "Twenty", "Eighteen")


@dataclass(frozen=True, slots=True)
class TimeGrammar:
    """All rules as one pattern, with the words they are written in."""

    words: Words
    triggers: frozenset[str]
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    guards: Guards
    bounds: Bounds

    @classmethod
    def compile(cls, lexicons: Lexicons) -> TimeGrammar:
        feasts, phrases = compile_feasts(lexicons.table("times/feasts"))
        table = lexicons.table("times/words")
        words = Words.compile(table, first_words(feasts))
        telling = {word for name in _TELLING for word in table.section(name)}
        triggers = {spelling for spelling in words.spellings if spelling.lower() in telling}
        return cls(
            words=words,
            triggers=frozenset(triggers | first_words(feasts) | set("0123456789") | set(_CENTURY_WORDS)),
            pattern=_one_pattern(),
            names=tuple(rule.name for rule in RULES),
            guards=Guards.compile(lexicons.table("times/guards"), lexicons.table("times/tense"), feasts, phrases),
            bounds=compile_bounds(lexicons.table("times/modifiers")),
        )


def _one_pattern() -> re.Pattern[str]:
    """All rules as branches, each in a group of its own: the number of the group is the number of the rule."""
    branches = "|".join(f"({translate(rule.pattern)})" for rule in RULES)
    return re.compile(f"(?![{''.join(CODE[name] for name in _NO_START)}])(?:{branches})")


def find_times(document: Document, *, grammar: TimeGrammar) -> Document:
    """Fills ``times``: sorted, without overlap, in the sentences that speak."""
    context = Context(document.published_on, document.article.country, grammar.guards, document.folded[:_OPENING])
    times: list[Time] = []
    for sentence in document.sentences:
        if sentence.speaks and _tells_time(document.folded, sentence, grammar):
            times.extend(_in_sentence(document.folded, sentence, context, grammar))
    return replace(document, times=tuple(times))


def _tells_time(text: str, sentence: Sentence, grammar: TimeGrammar) -> bool:
    return not grammar.triggers.isdisjoint(_WORD.findall(text, sentence.span.start, sentence.span.end))


def _in_sentence(text: str, sentence: Sentence, context: Context, grammar: TimeGrammar) -> Iterator[Time]:
    tokens = tokenise(text, sentence.span.start, sentence.span.end, grammar.words)
    context.sentence = len(context.history)
    read: list[Found] = []
    for found in _readings(tokens, context, grammar):
        both = join(tokens, read[-1], found) if read else None
        _remember(context, both.reading if both else found.reading, read[-1].reading if both else None)
        read[-1:] = [both] if both else [*read[-1:], found]
    return (_time(tokens, found) for found in read)


def _remember(context: Context, reading: Reading, left: Reading | None) -> None:
    """Keeps a reading for those that count from it; a joined one takes the place of its ``left`` part."""
    if left is not None and context.history and context.history[-1] is left:
        context.history.pop()
    if reading.type == "date" or reading.interval is not None:
        context.history.append(reading)


def _readings(tokens: Tokens, context: Context, grammar: TimeGrammar) -> Iterator[Found]:
    at = floor = 0
    while match := grammar.pattern.search(tokens.codes, at):
        number = match.lastindex or 1
        reading = _read(Phrase(tokens, match.start(), match.end(), context), number - 1)
        if reading is None:
            at = match.end() if RULES[number - 1].name == "age" else match.start() + 1
            continue
        end = match.start() + reading.length if reading.length else match.end()
        yield _modified(tokens, Found(match.start(), end, reading, grammar.names[number - 1]), floor, context, grammar)
        at = floor = end


def _read(phrase: Phrase, number: int) -> Reading | None:
    """The reading of one rule; a day that no calendar has (31 June, a thousand centuries ago) stays unplaced."""
    try:
        return RULES[number].read(phrase)
    except (ValueError, OverflowError):
        return unplaced("XXXX-XX-XX", anchor="absolute")


def _modified(tokens: Tokens, found: Found, floor: int, context: Context, grammar: TimeGrammar) -> Found:
    try:
        return with_modifier(tokens, found, floor, context, grammar.bounds)
    except (ValueError, OverflowError):
        return found


def _time(tokens: Tokens, found: Found) -> Time:
    reading = found.reading
    rolls = reading.type == "duration" and reading.anchor == "published_at"
    return Time(
        span=Span(tokens.starts[found.begin], tokens.ends[found.end - 1]),
        type=reading.type,
        timex=reading.timex,
        begin=reading.interval.begin if reading.interval and not rolls else None,
        end=reading.interval.end if reading.interval and not rolls else None,
        granularity=reading.granularity,
        anchor=reading.anchor,
        rule=found.rule,
        window=(reading.interval.begin, reading.interval.end) if reading.interval and rolls else None,
    )
