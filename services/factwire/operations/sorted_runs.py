"""Sorts more lines than fit into memory: sorted stretches on disk, merged as they are read."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Final

HELD: Final = 500_000
"""Lines held at once: some 60 MB."""


@dataclass(slots=True)
class SortedRuns:
    """Lines go in, in any order, and come out sorted and without repeats. The files lie in ``folder``."""

    folder: Path
    held: int = HELD
    most_held: int = 0
    added: int = 0
    _lines: list[bytes] = field(default_factory=list)
    _runs: list[IO[bytes]] = field(default_factory=list)

    def __enter__(self) -> SortedRuns:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        for run in self._runs:
            run.close()

    def add(self, line: bytes) -> None:
        """Takes a line; a full stretch goes to disk."""
        self._lines.append(line)
        self.added += 1
        self.most_held = max(self.most_held, len(self._lines))
        if len(self._lines) >= self.held:
            self._spill()

    def merged(self) -> Iterator[bytes]:
        """Every line, sorted, once."""
        self._spill()
        for run in self._runs:
            run.seek(0)
        last = None
        for line in heapq.merge(*map(_lines_of, self._runs)):
            if line != last:
                yield line
            last = line

    def _spill(self) -> None:
        self._lines.sort()
        run = (self.folder / f"run-{len(self._runs)}").open("w+b")
        run.writelines(line + b"\n" for line in self._lines)
        self._runs.append(run)
        self._lines.clear()


def _lines_of(run: IO[bytes]) -> Iterator[bytes]:
    return (line[:-1] for line in run)
