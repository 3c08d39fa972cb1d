"""Waiting for what is away: exponential backoff with full jitter, a word in the log, and a deadline."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from factwire.errors import TransientError, Unavailable
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger

T = TypeVar("T")
log = get_logger(__name__)


def backoff(first: float = 0.2, most: float = 10.0, rng: random.Random | None = None) -> Iterator[float]:
    """Endless waiting times in seconds: doubling up to ``most``, each spread over its upper half."""
    draw = (rng or random.Random()).uniform
    step = first
    while True:
        yield draw(step / 2, step)
        step = min(step * 2, most)


async def wait_for(
    what: str,
    attempt: Callable[[], Awaitable[T]],
    *,
    health: Health,
    within: float,
    rng: random.Random | None = None,
) -> T:
    """Calls ``attempt`` until it no longer raises :class:`TransientError`; readiness says what is waited for.

    Raises :class:`Unavailable` after ``within`` seconds.
    """
    deadline = time.monotonic() + within
    for pause in backoff(rng=rng):
        try:
            result = await attempt()
        except TransientError as fault:
            health.fails(what, str(fault))
            if time.monotonic() + pause > deadline:
                raise Unavailable(f"{what} did not answer within {within:g} s: {fault}") from fault
            log.warning("waiting", dependency=what, reason=str(fault), retry_in_seconds=round(pause, 2))
            await asyncio.sleep(pause)
        else:
            health.holds(what)
            return result
    raise AssertionError("backoff never ends")
