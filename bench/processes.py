"""What runs while something is measured: processes of ours, of a peer, or of a container, with their CPU and memory."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
from tests.support.stack import Service

PATIENCE: Final = 30
"""Seconds that a process has to end when it is told to; then it is killed."""


@dataclass(frozen=True, slots=True)
class Running:
    """One contender's process with all its children. ``end`` returns when they are gone."""

    name: str
    pid: int
    end: Callable[[], None]

    def cpu_seconds(self) -> float:
        times = [process.cpu_times() for process in self._family()]
        return float(sum(spent.user + spent.system for spent in times))

    def peak_megabytes(self) -> float:
        """The sum over its processes of the most each has held (VmHWM)."""
        return sum(_peak_kilobytes(process.pid) for process in self._family()) / 1024

    def _family(self) -> list[psutil.Process]:
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]


def running(service: Service) -> Running:
    """A started service."""
    assert service.process is not None
    return Running(service.name, service.process.pid, lambda: _end(service))


@contextmanager
def all_running(launched: Sequence[Running]) -> Iterator[Sequence[Running]]:
    try:
        yield launched
    finally:
        for one in launched:
            one.end()


def _end(service: Service) -> None:
    service.signal(signal.SIGTERM)
    try:
        service.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        service.kill()


def _peak_kilobytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
