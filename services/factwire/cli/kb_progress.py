"""How far ``factwire kb build --wikidata`` is: a bar on stderr with rate and time left."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from factwire.operations.kb_build import Progress

_RATE: Final = {"reading": (1e6, "MB/s"), "deciding": (1, "items/s"), "compiling": (1, "names/s")}


def _bars() -> Bars:
    return Bars(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
    )


@dataclass(slots=True)
class BuildProgress:
    """One bar a step."""

    bars: Bars = field(default_factory=_bars)
    tasks: dict[str, TaskID] = field(default_factory=dict)

    def __enter__(self) -> BuildProgress:
        self.bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.bars.stop()

    def show(self, at: Progress) -> None:
        """Moves the bar of a step; one that was taken up counts its rate from there."""
        task = self.tasks.get(at.step)
        if task is None:
            task = self.tasks[at.step] = self.bars.add_task(at.step, total=at.total or None, rate="", note="")
        note = f"{at.lines:,} lines" + (", taken up" if at.resumed else "") if at.lines else ""
        self.bars.update(task, completed=at.done, note=note, rate=self._rate(task, at.step))

    def _rate(self, task: TaskID, step: str) -> str:
        speed = next(t.speed for t in self.bars.tasks if t.id == task)
        unit, name = _RATE[step]
        return f"{speed / unit:,.1f} {name}" if speed else ""
