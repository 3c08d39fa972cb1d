"""What an answer to a call means: done, again later, given up, or never again. No await, no client."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

MOST_PAUSE: Final = 12 * 3600.0
_GROWTH: Final = 4
_SPREAD: Final = 0.2
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Patience:
    """``attempts`` in all, ``first`` seconds between the first two."""

    attempts: int
    first: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """``pause``: until the next call; None with a fault: given up. ``gone``: the webhook wants no more calls at all."""

    fault: str | None = None
    pause: timedelta | None = None
    gone: bool = False


def judge(status: int | None, fault: str | None, attempts: int, patience: Patience, dice: random.Random) -> Verdict:
    """``status``: of the answer; None: there was none, and ``fault`` says why. ``attempts``: how many were made."""
    if status is not None and 200 <= status < 300:
        return Verdict()
    if status == _GONE:
        return Verdict("the receiver answered 410: it wants no more calls", gone=True)
    said = fault or f"the receiver answered {status}"
    if attempts >= patience.attempts:
        return Verdict(said)
    pause = min(MOST_PAUSE, patience.first * _GROWTH ** (attempts - 1))
    return Verdict(said, timedelta(seconds=pause * dice.uniform(1 - _SPREAD, 1 + _SPREAD)))
