"""Spans in reading order, to look up those that meet a stretch of text without walking all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from factwire.extraction.model import Span


@dataclass(frozen=True, slots=True)
class OrderedSpans:
    """Spans by start; those of one kind do not overlap each other. ``order``: each one's place in what was given."""

    spans: tuple[Span, ...]
    starts: tuple[int, ...]
    order: tuple[int, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> OrderedSpans:
        ordered = sorted((span, index) for index, span in enumerate(spans))
        return cls(
            spans=tuple(span for span, _ in ordered),
            starts=tuple(span.start for span, _ in ordered),
            order=tuple(index for _, index in ordered),
        )

    def within(self, stretch: Span) -> tuple[Span, ...]:
        """The spans that overlap ``stretch``."""
        return tuple(self.spans[at] for at in self._meeting(stretch))

    def indices(self, stretch: Span) -> tuple[int, ...]:
        """The places, in what was given, of the spans that overlap ``stretch``."""
        return tuple(self.order[at] for at in self._meeting(stretch))

    def starting_in(self, first: int, stop: int) -> tuple[int, ...]:
        """The places, in what was given, of the spans that start from ``first`` on and before ``stop``."""
        return self.order[bisect_left(self.starts, first) : bisect_left(self.starts, stop)]

    def _meeting(self, stretch: Span) -> Iterable[int]:
        first = max(0, bisect_right(self.starts, stretch.start) - 1)
        last = bisect_left(self.starts, stretch.end)
        return (at for at in range(first, last) if self.spans[at].overlaps(stretch))
