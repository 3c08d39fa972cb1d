"""Whether work grows with its input, and not with the square of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

FACTOR: Final = 8
MOST: Final = 3 * FACTOR
"""Eight times the input may take 24 times as long: constants, caches and memory cost something; a square takes 64."""
_FLOOR: Final = 0.005
"""Seconds below which a clock says nothing."""
_TRIES: Final = 4


def grows_with_its_input(work: Callable[[int], Callable[[], object]], size: int) -> bool:
    """``work`` prepares an input of a size and gives what is to be measured.

    CPU time of this thread alone: what else the machine does is not in it. A machine that is busy can slow one try, by
    its caches; what is quadratic is slow in every one.
    """
    return any(_seconds(work(FACTOR * size)) < MOST * max(_seconds(work(size)), _FLOOR) for _ in range(_TRIES))


def _seconds(measured: Callable[[], object]) -> float:
    begun = time.thread_time()
    measured()
    return time.thread_time() - begun
