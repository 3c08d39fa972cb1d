"""What is done to a running stack: a plan drawn from a seed, so that a failure can be played again."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests.support.stack import Service, Stack


@dataclass(frozen=True, slots=True)
class Fault:
    """``after``: seconds since the one before; ``seconds``: how long it lasts; ``draw`` picks the victim."""

    after: float
    kind: str
    seconds: float
    draw: float

    def __str__(self) -> str:
        return f"after {self.after:.1f} s: {self.kind} for {self.seconds:.1f} s (victim {self.draw:.2f})"


PROCESS_FAULTS = (
    "kill enricher",
    "kill sink",
    "terminate enricher",
    "terminate sink",
    "freeze enricher",
    "freeze sink",
)
BROKER_FAULTS = ("kill broker", "restart broker", "pause broker", "cut broker")
DATABASE_FAULTS = ("kill database", "restart database", "pause database", "cut database")
LENGTHS: Mapping[str, tuple[float, float]] = {
    "freeze": (14.0, 18.0),
    "pause": (4.0, 8.0),
    "cut": (4.0, 8.0),
    "kill": (0.5, 2.0),
    "terminate": (0.5, 2.0),
    "restart": (0.0, 0.0),
}
"""Freezes outlast the session timeout: the frozen one wakes as a zombie."""


def draw_plan(seed: int, count: int, gap: tuple[float, float]) -> list[Fault]:
    """``count`` faults; the first ones are one of each family, so that a short plan leaves none out."""
    rng = Random(seed)
    kinds = ["kill enricher", rng.choice(BROKER_FAULTS), rng.choice(DATABASE_FAULTS), "kill sink", "freeze enricher"]
    kinds += [rng.choice(PROCESS_FAULTS + PROCESS_FAULTS + BROKER_FAULTS + DATABASE_FAULTS) for _ in range(count)]
    chosen = kinds[:count]
    rng.shuffle(chosen)
    return [Fault(rng.uniform(*gap), kind, rng.uniform(*LENGTHS[kind.split()[0]]), rng.random()) for kind in chosen]


@dataclass
class Injector:
    """Does faults to a stack whose Kafka and Postgres are the named containers."""

    stack: Stack
    containers: Mapping[str, str]
    """``broker`` and ``database``: container ids."""

    def run(self, plan: list[Fault], say: Callable[[str], None]) -> None:
        for fault in plan:
            time.sleep(fault.after)
            say(str(fault))
            verb, target = fault.kind.split()
            if target in self.containers:
                self._to_container(verb, self.containers[target], fault.seconds)
            else:
                self._to_process(verb, self._victim(target, fault.draw), fault.seconds)

    def _victim(self, name: str, draw: float) -> Service:
        candidates = [s for s in self.stack.services if s.name == name]
        return candidates[int(draw * len(candidates))]

    def _to_process(self, verb: str, service: Service, seconds: float) -> None:
        if verb == "freeze":
            service.signal(signal.SIGSTOP)
            time.sleep(seconds)
            service.signal(signal.SIGCONT)
            return
        service.signal(signal.SIGKILL if verb == "kill" else signal.SIGTERM)
        service.wait(90)
        time.sleep(seconds)
        service.start()

    def _to_container(self, verb: str, container: str, seconds: float) -> None:
        before, after = {
            "kill": (["kill", container], ["start", container]),
            "restart": (["restart", "-t", "10", container], None),
            "pause": (["pause", container], ["unpause", container]),
            "cut": (self._network("disconnect", container), self._network("connect", container)),
        }[verb]
        _docker(before)
        time.sleep(seconds)
        if after:
            _docker(after)

    def _network(self, verb: str, container: str) -> list[str]:
        return ["network", verb, "bridge", container]


def _docker(arguments: list[str]) -> None:
    subprocess.run(["docker", *arguments], check=True, capture_output=True, timeout=120)
