"""The stage: every number of the text becomes a quantity, or is dropped with the reason."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document, Dropped, Quantity, Sentence, Span
from factwire.extraction.quantities.kinds import KINDS, Recogniser
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.numbers import numbers_in
from factwire.extraction.quantities.ranges import Draft, join_ranges
from factwire.extraction.quantities.scene import COUNTED, NAMED, TIMED, Answer, Dismissal, Reading, Scene, Vocabulary
from factwire.extraction.quantities.tokens import Tokens

_DATED: Final = Dismissal("part of a date or time", "inside-time")
_NAME: Final = Dismissal("part of a name", "inside-identifier")
_FORMS: Final = {
    "ordinal": Dismissal("an ordinal: it says which, not how many", "ordinal"),
    "oversized": Dismissal("more digits than a quantity has", "oversized"),
    "odd": Dismissal("points and commas that group no number", "odd-grouping"),
}
_NOTHING: Final = Dismissal("nothing that is counted or measured", "no-kind")
_SIGNS: Final = frozenset(("minus", "negative"))


@dataclass(frozen=True, slots=True)
class QuantityGrammar:
    """The number grammar and the kinds, in order."""

    vocabulary: Vocabulary
    kinds: tuple[Recogniser, ...]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> QuantityGrammar:
        """Raises :class:`VocabularyFault` on a bad row."""
        vocabulary = Vocabulary.compile(lexicons)
        return cls(vocabulary, tuple(kind.compile(lexicons, vocabulary) for kind in KINDS))


def find_quantities(document: Document, *, grammar: QuantityGrammar) -> Document:
    """Fills ``quantities``, in reading order, and adds to ``dropped`` each number that is none."""
    found: list[Quantity] = []
    dropped: list[Dropped] = []
    times = _spans(time.span for time in document.times if time.type != "duration")
    names = _spans(identifier.span for identifier in document.identifiers)
    notes: dict[str, tuple[str, bool] | bool] = {}
    for index, sentence in enumerate(document.sentences):
        read = numbers_in(document.folded, *sentence.span, grammar.vocabulary.numbers) if sentence.speaks else None
        if read is None:
            continue
        scene = _scene(document, sentence, *read, grammar, times, names, notes)
        for draft in join_ranges(scene, list(_drafts(scene, grammar))):
            if isinstance(draft.answer, Reading):
                found.append(_quantity(scene, draft, draft.answer, index))
            else:
                dropped.append(_dropped(scene, draft))
    return replace(document, quantities=tuple(found), dropped=(*document.dropped, *dropped))


def _spans(spans: Iterable[Span]) -> tuple[list[int], list[Span]]:
    ordered = sorted(spans)
    return [span.start for span in ordered], ordered


def _scene(
    document: Document,
    sentence: Sentence,
    tokens: Tokens,
    numbers: Sequence[Number],
    grammar: QuantityGrammar,
    times: tuple[list[int], list[Span]],
    names: tuple[list[int], list[Span]],
    notes: dict[str, tuple[str, bool] | bool],
) -> Scene:
    barrier = bytearray(tokens.size)
    for number in (number for number in numbers if number.form != "ordinal"):
        barrier[number.first : number.last] = bytes((COUNTED,)) * (number.last - number.first)
    _mark(tokens, barrier, names, sentence.span, NAMED)
    _mark(tokens, barrier, times, sentence.span, TIMED)
    scene = Scene(document, tokens, grammar.vocabulary, barrier, notes, sentence.section == "title")
    scene.numbers = {number.first: number for number in numbers}
    return scene


def _mark(tokens: Tokens, barrier: bytearray, spans: tuple[list[int], list[Span]], within: Span, mark: int) -> None:
    """Marks the tokens that lie in one of the spans."""
    starts, ordered = spans
    for span in ordered[max(0, bisect_left(starts, within.start) - 1) : bisect_left(starts, within.end)]:
        first, last = bisect_right(tokens.end, span.start), bisect_left(tokens.start, span.end)
        if first < last:
            barrier[first:last] = bytes((mark,)) * (last - first)


def _drafts(scene: Scene, grammar: QuantityGrammar) -> Iterator[Draft]:
    """Each number with what the first kind says that knows it. One inside another's reading is a part of that, but
    one in its noun phrase is read as well: "two 18-year-old men" are two, and 18; "one of 260 clubs" counts 260."""
    until = 0
    for number in scene.numbers.values():
        if number.first < until:
            continue
        answer = _answer(scene, grammar, number)
        if isinstance(answer, Reading):
            until = number.last if answer.kind == "one_of" else answer.noun[0] if answer.noun else answer.last
        yield Draft(number, answer)


def _answer(scene: Scene, grammar: QuantityGrammar, number: Number) -> Answer:
    marks = scene.barrier[number.first : number.last]
    if TIMED in marks:
        return _DATED
    if NAMED in marks:
        return _NAME
    if number.form in ("oversized", "odd"):
        return _FORMS[number.form]
    for kind in grammar.kinds:
        answer = kind(scene, number)
        if answer is not None:
            return answer
        if number.form == "ordinal" and kind is grammar.kinds[1]:
            return _FORMS["ordinal"]
    return _NOTHING


def _quantity(scene: Scene, draft: Draft, reading: Reading, sentence: int) -> Quantity:
    number, last = draft.number, draft.upper or draft.number
    negative = reading.signed and draft.upper is None and _signed(scene, reading, number)
    first = reading.first - 1 if (negative and reading.first >= number.first) or negative == 2 else reading.first
    factor = -reading.factor if negative else reading.factor
    ends = (number.times(factor), last.times(factor))
    value = None if draft.upper else ends[0].value if reading.value is None else reading.value * (-1 if negative else 1)
    point = reading.value is not None
    lower, upper = (value, value) if point else (ends[0].lower, ends[1].upper)
    return Quantity(
        span=scene.tokens.span(first, reading.last),
        number=scene.tokens.span(number.first, last.last),
        sentence=sentence,
        kind=reading.kind,
        value=_plain(value),
        lower=_plain(lower),
        upper=_plain(upper),
        unit=reading.unit,
        precision=max(number.precision, last.precision),
        approximate=number.approximate,
        vague=number.vague,
        noun=scene.tokens.span(*reading.noun) if reading.noun else None,
        rules=tuple(dict.fromkeys((number.rule, reading.rule, *draft.rules))),
    )


def _signed(scene: Scene, reading: Reading, number: Number) -> int:
    """1 for "minus 5" and "-5", 2 where the sign stands before a symbol ("-$5"), 0 for none."""
    tokens = scene.tokens
    for at, sign in ((reading.first, 2), (number.first, 1)):
        word = tokens.word(at - 1)
        if word in _SIGNS:
            return sign
        if word in ("-", "\u2013") and not tokens.glued(at - 2) and (tokens.glued(at - 1) or reading.rule == "degrees"):
            return sign
        if word == "-" and tokens.word(at - 2) in ("(", "$", "£", "€") and tokens.glued(at - 1):
            return sign
    return 0


def _plain(value: Decimal | None) -> Decimal | None:
    """Without an exponent and without zeros that were not written."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return Decimal(int(value)) if value == whole else value.normalize()


def _dropped(scene: Scene, draft: Draft) -> Dropped:
    why = draft.answer if isinstance(draft.answer, Dismissal) else _NOTHING
    return Dropped(scene.tokens.span(draft.number.first, draft.number.last), why.reason, why.rule)
