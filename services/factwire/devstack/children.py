"""Child processes on a leash: started with a log file each, watched, started again when they die, stopped in order."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from factwire.errors import Unavailable

RESTARTS: Final = 5
"""So many deaths of one child within a minute, and the stack gives up."""

_MINUTE: Final = 60.0
_TAIL: Final = 15

Ready = Callable[[], Awaitable[bool]]
"""Whether a child can be used; asked again until it can."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One child: ``module`` is run with ``arguments``. ``stop_seconds``: how long it may take to stop in order."""

    name: str
    module: str
    arguments: Sequence[str]
    ready: Ready
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_seconds: float = 15.0


class Child:
    """A running plan. Its output goes to ``log``."""

    def __init__(self, plan: Plan, log: Path) -> None:
        self.plan = plan
        self.log = log
        self.process: asyncio.subprocess.Process | None = None
        self._deaths: deque[float] = deque(maxlen=RESTARTS)
        self._stopping = False

    async def start(self) -> None:
        command = [sys.executable, "-m", "factwire.devstack.leash", self.plan.module, *self.plan.arguments]
        with self.log.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop the children in order.
            self.process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=dict(self.plan.environment),
                start_new_session=True,
            )

    async def until_ready(self, seconds: float) -> None:
        """Raises `Unavailable` with the end of the log if the child dies or is not ready in time."""
        deadline = time.monotonic() + seconds
        while not await self.plan.ready():
            if self.process is None or self.process.returncode is not None:
                raise Unavailable(f"{self.plan.name} ended at the start.\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.plan.name} was not ready after {seconds:.0f} s.\n{self.last_words()}")
            await asyncio.sleep(0.05)

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-_TAIL:]
        return "\n".join([f"  {line}" for line in lines] + [f"  (all of it: {self.log})"])

    async def keep(self, tell: Callable[[str], None]) -> None:
        """Starts the child again whenever it dies; raises `Unavailable` when it dies too often."""
        while self.process is not None:
            code = await self.process.wait()
            if self._stopping:
                return
            self._note_death(code)
            tell(f"{self.plan.name} ended ({_reason(code)}); starting it again")
            await asyncio.sleep(0.5)
            if not self._stopping:
                await self.start()

    def _note_death(self, code: int) -> None:
        self._deaths.append(time.monotonic())
        if len(self._deaths) == RESTARTS and self._deaths[-1] - self._deaths[0] < _MINUTE:
            raise Unavailable(f"{self.plan.name} keeps ending ({_reason(code)}).\n{self.last_words()}")

    async def stop(self) -> None:
        """SIGTERM, then, if it takes too long, SIGKILL."""
        self._stopping = True
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), self.plan.stop_seconds)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


class Stack:
    """Children in the order they were started. They are stopped in the opposite order, each layer at once."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._layers: list[list[Child]] = []

    async def start(self, plans: Sequence[Plan], seconds: float, tell: Callable[[str, float], None]) -> None:
        """Starts a layer and waits until all of it is ready; ``tell`` hears of each and how long it took."""
        layer = [Child(plan, self._logs / f"{plan.name}.log") for plan in plans]
        self._layers.append(layer)
        started = time.monotonic()
        for child in layer:
            child.log.unlink(missing_ok=True)
            await child.start()
        await asyncio.gather(*(_until_ready(child, seconds, started, tell) for child in layer))

    async def keep(self, tell: Callable[[str], None]) -> None:
        """Returns when every child was stopped; raises `Unavailable` as soon as one dies too often."""
        await asyncio.gather(*(child.keep(tell) for child in self._children()))

    def _children(self) -> list[Child]:
        return [child for layer in self._layers for child in layer]

    async def stop(self) -> None:
        for layer in reversed(self._layers):
            await asyncio.gather(*(child.stop() for child in layer))


async def _until_ready(child: Child, seconds: float, started: float, tell: Callable[[str, float], None]) -> None:
    await child.until_ready(seconds)
    tell(child.plan.name, time.monotonic() - started)
