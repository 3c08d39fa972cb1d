"""Running a service until the process is asked to end: SIGTERM from a supervisor, SIGINT from a person."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Final

STOPPING: Final = (signal.SIGTERM, signal.SIGINT)


def run_until_signal(service: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Runs ``service`` with an event that is set by the first signal; it then drains and returns by itself."""
    asyncio.run(_run(service))


async def _run(service: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOPPING:
        loop.add_signal_handler(number, stop.set)
    await service(stop)
