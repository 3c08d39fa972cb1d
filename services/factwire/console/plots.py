"""Where the marks of a chart stand: numbers and days in, places in a drawing of fixed size out. Pure; templates draw.

Ticks are at 1, 2 or 5 times a power of ten. Numbers that are all positive and span more than a hundredfold stand on a
logarithmic scale: money claims run from a few dollars to trillions.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WIDTH: Final = 400
HEIGHT: Final = 190
LEFT: Final = 40
RIGHT: Final = 8
TOP: Final = 10
BOTTOM: Final = 20
LOGARITHMIC_FROM: Final = 100.0
BINS: Final = 24
FAR: Final = 20
"""Times the spread of the inner 96 percent."""
MAGNITUDES: Final = ((1e15, ""), (1e12, " tn"), (1e9, " bn"), (1e6, " m"), (1e4, " k"))
"""From where a number is written short; from the first on in powers of ten."""


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Tick:
    """``at``: its place along the axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bars:
    bars: tuple[Bar, ...]
    most: int
    ticks: tuple[Tick, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """``target``: where it leads; ``label``: what it says when pointed at."""

    when: date
    low: float
    high: float
    label: str
    target: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    top: float
    """Where a range's upper end stands; ``y`` for a point."""
    label: str
    target: str


@dataclass(frozen=True, slots=True)
class Scatter:
    dots: tuple[Dot, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from ``low`` to ``high`` along ``begin`` to ``end``."""

    low: float
    high: float
    begin: float
    end: float
    logarithmic: bool = False

    def place(self, number: float) -> float:
        """Outside the scale: at its nearer end."""
        low, high, at = (math.log10(n) if self.logarithmic else n for n in (self.low, self.high, max(number, self.low)))
        share = (at - low) / (high - low) if high > low else 0.5
        return round(self.begin + (self.end - self.begin) * min(1.0, max(0.0, share)), 1)

    def ticks(self) -> tuple[Tick, ...]:
        numbers = _powers(self.low, self.high) if self.logarithmic else _steps(self.low, self.high)
        return tuple(Tick(self.place(number), compact(number)) for number in numbers)


def bars(counted: Sequence[tuple[str, int]], *, height: float = 100.0, step: float = 10.0, gap: float = 2.0) -> Bars:
    """One bar for each label, ``step`` wide with its gap; the highest fills ``height``."""
    most = max((count for _, count in counted), default=0)
    unit = height / most if most else 0.0
    return Bars(
        tuple(
            Bar(n * step, round(height - count * unit, 2), step - gap, round(count * unit, 2), label, count)
            for n, (label, count) in enumerate(counted)
        ),
        most,
    )


def histogram(numbers: Iterable[float]) -> Bars | None:
    """How the numbers are spread; None where there is nothing to be seen: fewer than two different ones."""
    finite = sorted(number for number in numbers if math.isfinite(number))
    if not finite or finite[0] == finite[-1]:
        return None
    scale = _scale(finite, LEFT, WIDTH - RIGHT)
    width = (scale.end - scale.begin) / BINS
    counts = Counter(min(BINS - 1, int((scale.place(number) - scale.begin) / width)) for number in finite)
    unit = (HEIGHT - TOP - BOTTOM) / max(counts.values())
    return Bars(tuple(_bin(scale, n, counts[n], width, unit) for n in range(BINS)), max(counts.values()), scale.ticks())


def _bin(scale: Scale, n: int, count: int, width: float, unit: float) -> Bar:
    edges = (compact(_at(scale, (n + more) / BINS)) for more in (0, 1))
    height = round(count * unit, 1)
    x, y = round(scale.begin + n * width, 1), round(HEIGHT - BOTTOM - height, 1)
    return Bar(x, y, round(width - 1.5, 1), height, f"{' to '.join(edges)}: {count}", count)


def _at(scale: Scale, share: float) -> float:
    if scale.logarithmic:
        return float(scale.low * (scale.high / scale.low) ** share)
    return scale.low + (scale.high - scale.low) * share


def scatter(points: Sequence[Point]) -> Scatter | None:
    """Numbers over days; None where there are fewer than two of them."""
    finite = [point for point in points if math.isfinite(point.low) and math.isfinite(point.high)]
    if len(finite) < 2:
        return None
    up = _scale([n for point in finite for n in (point.low, point.high)], HEIGHT - BOTTOM, TOP)
    days = [point.when.toordinal() for point in finite]
    across = Scale(min(days), max(days), LEFT + 6, WIDTH - RIGHT - 6)
    dots = [
        Dot(across.place(point.when.toordinal()), up.place(point.low), up.place(point.high), point.label, point.target)
        for point in finite
    ]
    return Scatter(tuple(dots), tuple(_days(across)), up.ticks())


def compact(number: float) -> str:
    """'4.1 bn', '250 k', '1,200', '0.35'."""
    size = abs(number)
    if size >= MAGNITUDES[0][0]:
        return f"{number:.0e}".replace("e+", "e")
    for border, name in MAGNITUDES[1:]:
        if size >= border:
            return _plain(number / (border if border > 1e4 else 1e3)) + name
    return _plain(number)


def _plain(number: float) -> str:
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.2g}" if 0 < abs(number) < 1 else f"{number:,.1f}".removesuffix(".0")


def _scale(numbers: Sequence[float], begin: float, end: float) -> Scale:
    """Begins at 0 where that wastes little. One number far away from all others does not flatten them: it stands at
    the end of the scale."""
    ordered = sorted(numbers)
    low, high = ordered[0], ordered[-1]
    if low > 0 and high / low >= LOGARITHMIC_FROM:
        return Scale(low, high, begin, end, logarithmic=True)
    least, most = ordered[len(ordered) // 50], ordered[-1 - len(ordered) // 50]
    if 0 < (most - least) * FAR < high - low:
        low, high = least, most
    if 0 < low <= (high - low):
        low = 0.0
    return Scale(low, high if high > low else low + max(1.0, abs(low) / 1e6), begin, end)


def _steps(low: float, high: float) -> Iterator[float]:
    """Four to eight round numbers; none where the ends are as near to each other as floats can be."""
    rough = high / 5 - low / 5
    if rough < sys.float_info.min:
        return
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    for n in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield n * step


def _powers(low: float, high: float) -> list[float]:
    """At most six powers of ten, evenly apart."""
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    every = max(1, math.ceil((last - first + 1) / 6))
    return [10.0**n for n in range(first, last + 1, every)]


def _days(across: Scale) -> Iterator[Tick]:
    """The first days of years, quarters, months, or single days: whichever gives two to seven of them."""
    first, last = date.fromordinal(int(across.low)), date.fromordinal(int(across.high))
    for starts, form in _CALENDAR:
        ticks = list(_starts(first, last, starts)) if (last - first).days < 40_000 else []
        if 2 <= len(ticks) <= 7:
            yield from (Tick(across.place(day.toordinal()), f"{day:{form}}") for day in ticks)
            return
    yield from (Tick(across.place(day.toordinal()), f"{day:%-d %b %Y}") for day in sorted({first, last}))


_CALENDAR: Final[Sequence[tuple[Callable[[date], bool], str]]] = (
    (lambda day: day.timetuple().tm_yday == 1 and day.year % 20 == 0, "%Y"),
    (lambda day: day.timetuple().tm_yday == 1 and day.year % 5 == 0, "%Y"),
    (lambda day: day.timetuple().tm_yday == 1, "%Y"),
    (lambda day: day.day == 1 and day.month in (1, 4, 7, 10), "%b %Y"),
    (lambda day: day.day == 1, "%b %Y"),
    (lambda day: day.weekday() == 0, "%-d %b"),
    (lambda day: True, "%-d %b"),
)
"""From coarse to fine: which days get a tick, and how they are written."""


def _starts(first: date, last: date, wanted: Callable[[date], bool]) -> Iterator[date]:
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if wanted(day):
            yield day
