"""How numbers spread: bars of equal width, or of equal ratio where they span orders of magnitude."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from factwire.console.views import Bar, Distribution, UnitCount

BARS: Final = 20
MOST_UNITS: Final = 12
_WIDE: Final = 100
"""From the lowest to the highest by more than this: bars of equal ratio."""


def distribution(rows: Sequence[Mapping[str, Any]]) -> Distribution:
    """``rows`` have ``base_unit``, ``base_low`` and ``base_high``; open ranges are counted and not drawn."""
    units = Counter(row["base_unit"] for row in rows).most_common(MOST_UNITS)
    shared = units[0][0] if units else None
    points = sorted(_points(row for row in rows if row["base_unit"] == shared))
    log = bool(points) and points[0] > 0 and points[-1] / points[0] > _WIDE
    return Distribution(
        claims=len(rows),
        units=tuple(UnitCount(base_unit=unit, count=count) for unit, count in units),
        base_unit=shared,
        scale="log" if log else "linear",
        bars=_bars(points, _edges(points, log=log)),
        lowest=_written(points[0]) if points else None,
        median=_written(points[len(points) // 2]) if points else None,
        highest=_written(points[-1]) if points else None,
    )


def _points(rows: Iterable[Mapping[str, Any]]) -> Iterable[Decimal]:
    """A number, or the middle of a range with two ends."""
    for row in rows:
        low, high = row["base_low"], row["base_high"]
        if low is not None and high is not None and low.is_finite() and high.is_finite():
            yield low if low == high else (low + high) / 2


def _edges(points: Sequence[Decimal], *, log: bool) -> list[Decimal]:
    if not points or points[0] == points[-1]:
        return [points[0], points[-1]] if points else []
    first, last = points[0], points[-1]
    if log:
        ratio = (last / first).ln() / BARS
        inner = [first * (ratio * step).exp() for step in range(1, BARS)]
    else:
        inner = [first + (last - first) * step / BARS for step in range(1, BARS)]
    return [first, *(edge.normalize().quantize(_unit(edge)) for edge in inner), last]


def _unit(edge: Decimal) -> Decimal:
    """Four digits are enough for an edge."""
    return Decimal(1).scaleb(edge.adjusted() - 3)


def _bars(points: Sequence[Decimal], edges: Sequence[Decimal]) -> tuple[Bar, ...]:
    if not edges:
        return ()
    counts = Counter(min(bisect_right(edges, point) - 1, len(edges) - 2) for point in points)
    pairs = pairwise(edges)
    return tuple(
        Bar(begin=_written(low), end=_written(high), count=counts[number]) for number, (low, high) in enumerate(pairs)
    )


def _written(number: Decimal) -> str:
    return f"{number:f}"
