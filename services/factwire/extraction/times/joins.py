"""What stands beside an expression and changes it: "late", "the end of", "from … to …", a time of day at a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from factwire.extraction.lexicons import Table
from factwire.extraction.times import anchors
from factwire.extraction.times.intervals import Interval, add_months, day, joined, shifted, span
from factwire.extraction.times.readings import Context, Reading
from factwire.extraction.times.tokens import CODE, Tokens

_TO: Final = frozenset(CODE[name] for name in ("to", "through", "until", "hyphen", "dash"))
_HYPHENS: Final = frozenset((CODE["hyphen"], CODE["dash"]))
_BETWEEN: Final = frozenset((CODE["from"], CODE["between"]))
_BESIDE: Final = frozenset(
    "".join(CODE[name] for name in names)
    for names in (
        (),
        ("comma",),
        ("on",),
        ("at",),
        ("of",),
        ("of", "the"),
        ("in", "the"),
        ("comma", "on"),
        ("comma", "at"),
        ("at", "comma"),
        ("open",),
    )
)
_DAY_LIKE: Final = frozenset({"day", "daypart", "hour", "minute"})
_NARROWED: Final = {"season": "year", "quarter": "year", "half": "year"}

Bounds = Mapping[str, tuple[str, Mapping[str, tuple[int, int]]]]
"""Granularity to the unit counted in and, by modifier, the first and last that are kept."""


@dataclass(frozen=True, slots=True)
class Found:
    """A reading and the tokens it covers, with the name of its rule."""

    begin: int
    end: int
    reading: Reading
    rule: str


def compile_bounds(table: Table) -> Bounds:
    bounds: dict[str, tuple[str, dict[str, tuple[int, int]]]] = {}
    for name in table.content:
        rows = dict(table.section(name))
        unit = str(rows.pop("unit", ""))
        if unit not in ("D", "M", "Y") or any(len(pair) != 2 for pair in rows.values()):
            raise table.fault(name, f"'{name}' needs a unit (D, M or Y) and pairs [first, last]")
        bounds[name] = unit, {key: (int(first), int(last)) for key, (first, last) in rows.items()}
    return bounds


# -- before one expression ---------------------------------------------------------------------------------------------


def with_modifier(tokens: Tokens, found: Found, floor: int, context: Context, bounds: Bounds) -> Found:
    """Takes "early", "mid-", "the end of", "earlier", "later" and "the" before the expression into it."""
    begin, reading = _article(tokens, found.begin, floor), found.reading
    at = begin - 1
    if at > floor and tokens.codes[at] in _HYPHENS and tokens.codes[at - 1] in (CODE["early"], CODE["edge"]):
        at -= 1
    word = tokens.word(at) if at >= floor else ""
    code = tokens.codes[at] if at >= floor else ""
    if code == CODE["early"]:
        return _take(found, _article(tokens, at, floor), narrowed(reading, tokens.values[at], bounds), word)
    if code == CODE["edge"] and at < begin - 1:
        return _take(found, at, narrowed(reading, tokens.values[at], bounds), word)
    if code == CODE["of"] and at > floor and tokens.codes[at - 1] == CODE["edge"]:
        return _take(
            found,
            _article(tokens, at - 1, floor),
            narrowed(reading, tokens.values[at - 1], bounds),
            tokens.word(at - 1) + " of",
        )
    if code in (CODE["in"], CODE["on"]) and at > floor and tokens.codes[at - 1] in (CODE["earlier"], CODE["later"]):
        at, code = at - 1, tokens.codes[at - 1]
    if code in (CODE["earlier"], CODE["later"]):
        return _take(found, at, _side(reading, tokens.values[at], context.published), tokens.word(at))
    return replace(found, begin=begin)


def _take(found: Found, begin: int, reading: Reading, word: str) -> Found:
    return Found(begin, found.end, reading, f"{word} {found.rule}")


def _article(tokens: Tokens, begin: int, floor: int) -> int:
    return begin - 1 if begin > floor and tokens.codes[begin - 1] == CODE["the"] else begin


def narrowed(reading: Reading, word: str, bounds: Bounds) -> Reading:
    """The part of the stretch that "early", "mid", "late", "start" or "end" leaves; days stay whole."""
    there = reading.interval
    if there is None or there.granularity in _DAY_LIKE:
        return reading
    unit, kept = bounds.get(there.granularity, ("D", {}))
    if word in kept and there.granularity in bounds:
        made = _part(there, unit, *kept[word])
    elif word in ("start", "end"):
        made = day(there.begin if word == "start" else there.end)
    else:
        made = _third(there, word)
    return replace(reading, interval=made, granularity=made.granularity, open=None)


def _part(there: Interval, unit: str, first: int, last: int) -> Interval:
    begin, end = _count(there, unit, first)[0], _count(there, unit, last)[1]
    return day(end if last == -1 else begin) if first == last and first in (1, -1) else span(begin, end)


def _count(there: Interval, unit: str, number: int) -> tuple[date, date]:
    if number < 0:
        return there.end + timedelta(number + 1), there.end + timedelta(number + 1)
    if unit == "D":
        moment = there.begin + timedelta(number - 1)
        return moment, moment
    months = number if unit == "M" else number * 12
    end = add_months(there.begin, months) - timedelta(1)
    return add_months(there.begin, months - (1 if unit == "M" else 12)), end


def _third(there: Interval, word: str) -> Interval:
    """Early, mid or late of a stretch without bounds of its own: its first, second or last third."""
    days = (there.end - there.begin).days + 1
    place = {"early": 0, "mid": 1, "late": 2}[word]
    begin, end = there.begin + timedelta(days * place // 3), there.begin + timedelta(days * (place + 1) // 3 - 1)
    return span(begin, max(begin, end))


def _side(reading: Reading, way: int, published: date | None) -> Reading:
    """Earlier this year ends with publication, later this year begins with it."""
    there = reading.interval
    if (
        there is None
        or published is None
        or not there.begin <= published <= there.end
        or there.granularity in _DAY_LIKE
    ):
        return reading
    made = span(there.begin, published) if way < 0 else span(published, there.end)
    return replace(reading, interval=made, granularity=made.granularity, open=None)


# -- between two expressions -------------------------------------------------------------------------------------------


def join(tokens: Tokens, left: Found, right: Found) -> Found | None:
    """Two neighbours that are one expression: a time and its date, a date said twice, the two ends of a range.

    None if they are two, or if the range would need a day that its year has not (29 February).
    """
    try:
        return _joined(tokens, left, right)
    except (ValueError, OverflowError):
        return None


def _joined(tokens: Tokens, left: Found, right: Found) -> Found | None:
    between = tokens.codes[left.end : right.begin]
    if len(between) > 2:
        return None
    if between == CODE["open"] and left.reading.type == "time" == right.reading.type and right.rule == "clock time":
        return replace(left, end=right.end + (tokens.codes[right.end : right.end + 1] == CODE["close"]))
    if between in _BESIDE:
        return _time_at_date(left, right) or _said_twice(left, right)
    opened = left.begin > 0 and tokens.codes[left.begin - 1] in _BETWEEN
    if between in _TO or (between == CODE["and"] and opened):
        return _range(left, right, opened or between in _HYPHENS)
    return None


def _time_at_date(left: Found, right: Found) -> Found | None:
    clock, there = (left, right) if left.reading.type == "time" else (right, left)
    if clock.reading.type != "time" or there.reading.type != "date" or there.reading.granularity != "day":
        return None
    if (
        clock.reading.anchor == "published_at"
        and clock.reading.granularity == "daypart"
        and clock.rule != "part of the day"
    ):
        return None
    reading = replace(there.reading, type="time", timex=there.reading.timex + clock.reading.clock,
                      granularity=clock.reading.granularity, open=None)  # fmt: skip
    return Found(left.begin, right.end, reading, f"{left.rule}, {right.rule}")


def _said_twice(left: Found, right: Found) -> Found | None:
    """Today, 10 September: the more exact of the two."""
    one, two = left.reading, right.reading
    if one.type != "date" or two.type != "date" or one.interval is None or two.interval is None:
        return None
    if one.interval != two.interval or one.granularity != "day" or left.rule == right.rule:
        return None
    return Found(left.begin, right.end, two, f"{left.rule}, {right.rule}")


def _range(left: Found, right: Found, opened: bool) -> Found | None:
    one, two = left.reading, right.reading
    if one.type != "date" or two.type != "date" or one.interval is None or two.interval is None:
        return None
    if one.granularity != two.granularity and not (opened and one.granularity in ("day", "month", "year", "quarter")):
        return None
    if one.granularity == "day" == two.granularity and not opened and (one.open is None or two.open is None):
        return None
    begin = _before(one, two)
    if begin is None or begin.begin > two.interval.begin:
        return None
    made = joined(begin, two.interval)
    reading = replace(two, interval=made, timex=made.timex, granularity="range", open=None)
    return Found(left.begin, right.end, reading, f"{left.rule} to {right.rule}")


def _before(one: Reading, two: Reading) -> Interval | None:
    """The left end, in the year (or week) that lets it lie before the right one."""
    there, last = one.interval, two.interval
    if one.open is None or there is None or last is None:
        return there
    if one.open[0] == "weekday":
        return there if there.begin <= last.begin else shifted(there, -1, "W")
    this_year = anchors.of_year(one.open, last.begin.year)
    return this_year if this_year.begin <= last.begin else anchors.of_year(one.open, last.begin.year - 1)
