"""Two numbers that are one quantity ("40 to 50 people", "$2-3 billion"), and what a bare number takes from the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.scene import ONE, Answer, Dismissal, Reading, Scene

_BARE: Final = frozenset(
    ("count-unsaid", "pronoun-one", "glued-number", "bare-year", "the-number", "label-digit", "bare-zero")
)
_SHARED_SCALE: Final = Decimal(1000)
_COMPARED: Final = frozenset(("money", "measure", "percent"))
_MILLION: Final = Decimal(1_000_000)
_TWENTIETH: Final = Decimal("0.05")
_RESPECTIVELY: Final = "respectively"
_NEAR_VERB: Final = 3
_LISTED: Final = frozenset(("percent", "percentage_point", "money"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A number with its answer; a joined one has ``upper``, the number at the other end."""

    number: Number
    answer: Answer
    upper: Number | None = None
    rules: tuple[str, ...] = ()

    @property
    def first(self) -> int:
        return self.answer.first if isinstance(self.answer, Reading) else self.number.first

    @property
    def last(self) -> int:
        return self.answer.last if isinstance(self.answer, Reading) else self.number.last

    @property
    def bare(self) -> bool:
        return isinstance(self.answer, Reading | Dismissal) and self.answer.rule in _BARE


def join_ranges(scene: Scene, drafts: list[Draft]) -> Iterator[Draft]:
    """The drafts of a sentence in order, with those that make a range joined, and units shared backwards."""
    index, before = 0, None
    while index < len(drafts):
        here = drafts[index]
        following = drafts[index + 1] if index + 1 < len(drafts) else None
        joined = _joined(scene, here, following) if following is not None else None
        if joined is not None:
            yield joined
            before = joined
            index += 2
            continue
        shared = _shared(scene, drafts, index)
        shared = _as_before(scene, before, shared) if shared.bare and before is not None else shared
        yield shared
        before = shared if isinstance(shared.answer, Reading) and not shared.bare else before
        index += 1


def _joined(scene: Scene, a: Draft, b: Draft) -> Draft | None:
    rule = _connected(scene, a, b)
    if rule is None:
        return None
    reading = _common(a, b, rule)
    if reading is None or a.number.value is None or b.number.value is None:
        return None
    low, high = _scaled(a.number, b.number), b.number
    if low.value is None or high.value is None or low.value >= high.value:
        return None
    if rule == "range-or" and high.value / max(low.value, ONE) > 3:
        return None
    if rule == "range-to" and _is_step(scene, a, b):
        return None
    if rule == "range-to" and low.value > 0 and _moved(scene, a) and high.value / low.value > (10 if a.bare else 3):
        return None
    spanned = replace(reading, first=a.first, last=max(a.last, b.last))
    return Draft(low, spanned, high, (rule,))


def _is_step(scene: Scene, a: Draft, b: Draft) -> bool:
    """``by 9 basis points to 57 basis points``: by how much, and to what; a range says its unit once."""
    return not a.bare and not b.bare and scene.tokens.word(a.first - 1) == "by"


def _connected(scene: Scene, a: Draft, b: Draft) -> str | None:
    """The rule by which two neighbours may be one range, by the words between and before them."""
    tokens = scene.tokens
    between = tokens.low[a.last : b.first]
    if len(between) == 2 and between[1] in scene.vocabulary.ranges.hedges:
        between.pop()
    before = tokens.word(a.first - 1)
    if between == ["to"]:
        if before != "from":
            return "range-to"
        return "range-from-to" if tokens.word(a.first - 2) in scene.vocabulary.ranges.ranging or a.first == 1 else None
    if between in (["-"], ["\u2013"]):
        return "range-dash"
    if between == ["or"] and (a.bare or a.number.scale == ONE):
        return "range-or"
    if between == ["and"] and "between" in tokens.low[max(0, a.first - 3) : a.first]:
        return "range-between"
    return None


def _moved(scene: Scene, a: Draft) -> bool:
    """Whether a verb of change stands before: then "$2 to $45" is by how much, and to what."""
    tokens, changes = scene.tokens, scene.vocabulary.ranges.changes
    return any(tokens.word(a.first - back) in changes for back in range(1, _NEAR_VERB + 1))


def _common(a: Draft, b: Draft, rule: str) -> Reading | None:
    """The reading that both share, or nothing if they are of two kinds."""
    if a.number.form == "ordinal" or b.number.form == "ordinal":
        return None
    if isinstance(b.answer, Reading):
        if a.bare and (not b.bare or isinstance(a.answer, Dismissal)):
            return b.answer
        if isinstance(a.answer, Reading) and a.answer.kind == b.answer.kind and _same_unit(a.answer, b.answer):
            return b.answer
    if b.bare and isinstance(a.answer, Reading) and a.answer.rule == "was-so-old":
        return a.answer
    if b.bare and isinstance(a.answer, Reading) and a.answer.rule in ("money-sign", "aged") and rule != "range-or":
        return a.answer
    return None


def _same_unit(a: Reading, b: Reading) -> bool:
    return (a.unit.system, a.unit.code, a.factor) == (b.unit.system, b.unit.code, b.factor)


def _scaled(a: Number, b: Number) -> Number:
    """As in "2-3 billion": the first number takes the scale of the second, if it has none and stays the smaller."""
    if a.scale != ONE or b.scale == ONE or a.value is None or b.value is None or a.value >= _SHARED_SCALE:
        return a
    if a.value * b.scale > b.value:
        return a
    return a.times(b.scale)._replace(scale=b.scale)


def _shared(scene: Scene, drafts: list[Draft], index: int) -> Draft:
    """As in "from 252 to 287 miles", "5 and 6 percent": a bare number takes the unit of the one that follows."""
    here = drafts[index]
    if not here.bare or index + 1 == len(drafts):
        return here
    following = drafts[index + 1]
    if not isinstance(following.answer, Reading) or following.bare:
        return here
    between = scene.tokens.low[here.last : following.first]
    ends = (scene.tokens.word(here.first - 1), *between)
    paired = between == ["and"] and _RESPECTIVELY in scene.tokens.low[following.last : following.last + 3]
    changed = paired or ends in (("from", "to"), ("to", "from")) or (between == ["to"] and _moved(scene, here))
    listed = between in (["and"], [","], ["or"], [",", "and"]) and following.answer.kind in _LISTED
    if not changed and not (listed and here.number.form == "digits"):
        return here
    if following.answer.rule == "money-sign":
        return here
    taken = replace(following.answer, first=here.number.first, last=here.number.last, noun=None)
    number = _scaled(here.number, following.number) if changed else here.number
    return Draft(number, taken, None, ("unit-of-the-next",))


def _as_before(scene: Scene, before: Draft, here: Draft) -> Draft:
    """A bare number that is compared takes the unit of the one before, as in 390,000 tonnes, up from 223,000."""
    reading, number = before.answer, here.number
    if not isinstance(reading, Reading) or reading.kind not in _COMPARED or number.form not in ("digits", "words"):
        return here
    summed = (
        reading.kind == "money"
        and number.scale >= _MILLION
        and scene.tokens.word(here.last) in scene.vocabulary.ranges.sums
    )
    if not summed and not (_compared(scene, before, here, reading) and _near(before.number.value, number.value)):
        return here
    taken = replace(reading, first=number.first, last=number.last, noun=None, value=None, rule="unit-of-the-last")
    return Draft(number, taken)


def _compared(scene: Scene, before: Draft, here: Draft, reading: Reading) -> bool:
    """Whether the words before two numbers set one against the other."""
    tokens = scene.tokens
    word = tokens.word(here.first - 1)
    with_or_to = tokens.word(here.first - 2) == "compared" and word in ("to", "with")
    ranges = scene.vocabulary.ranges
    if not (with_or_to or word in ranges.compared):
        return False
    previous = tokens.word(before.first - 1)
    return reading.kind != "percent" or (previous in ranges.levels and previous != word)


def _near(known: Decimal | None, value: Decimal | None) -> bool:
    """Whether two numbers are of one size, as two levels of one thing are."""
    if known is None or value is None or known * value <= 0:
        return False
    return _TWENTIETH < value / known < 20
