"""How far ``factwire backfill`` is: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from factwire.operations.backfill import Progress

Show: TypeAlias = Callable[[Progress], None]
Clock: TypeAlias = Callable[[], float]
"""Seconds that only ever grow."""
EVERY: Final = 10.0
"""Seconds between two lines where there is no terminal."""
_LONGEST_NAME: Final = 40


@contextmanager
def showing(stream: TextIO, clock: Clock = time.monotonic) -> Iterator[Show]:
    """Gives what is to be called after every step."""
    if not stream.isatty():
        yield Lines(stream, clock)
        return
    bars = Bars(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), DownloadColumn(),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), console=Console(file=stream), get_time=clock,
    )  # fmt: skip
    with bars:
        yield Bar(bars, clock)


class Bar:
    """Bytes, articles a second, and the time that is left."""

    def __init__(self, bars: Bars, clock: Clock) -> None:
        self._bars = bars
        self._pace = Pace(clock, clock())
        self._task = bars.add_task("reading", total=None, rate="")

    def __call__(self, at: Progress) -> None:
        self._bars.update(
            self._task,
            total=at.total_bytes,
            completed=at.done_bytes,
            description=Path(at.file).name[-_LONGEST_NAME:],
            rate=self._pace.of(at),
        )


class Lines:
    """The same in one line, at most once in :data:`EVERY` seconds."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._pace = Pace(clock, clock())
        self._last = clock()

    def __call__(self, at: Progress) -> None:
        if self._clock() - self._last < EVERY:
            return
        self._last = self._clock()
        share = at.done_bytes / max(1, at.total_bytes)
        print(f"backfill: {self._pace.of(at)}, {share:.0%}{self._pace.left(share)}", file=self._stream, flush=True)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it goes since ``begun``."""

    clock: Clock
    begun: float

    def of(self, at: Progress) -> str:
        seconds = max(0.001, self.clock() - self.begun)
        return f"{at.published:,} articles, {(at.published + at.refused) / seconds:,.0f}/s"

    def left(self, share: float) -> str:
        """By the share of the bytes that is done; nothing is said before there is any."""
        if not share:
            return ""
        return f", some {(self.clock() - self.begun) * (1 - share) / share / 60:.0f} min left"
