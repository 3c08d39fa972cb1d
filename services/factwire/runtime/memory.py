"""Garbage collection for processes that load much once, and then make and drop many small things."""

from __future__ import annotations

import gc
from typing import Final

ALLOCATIONS: Final = 50_000
"""Between collections; at Python's 700 a tenth of every start, and of all work, goes into looking at what stays."""


def collect_rarely() -> None:
    """For this process, from now on."""
    gc.set_threshold(ALLOCATIONS)


def settle_memory() -> None:
    """After loading: what is there stays, and no collection looks at it again (``gc.freeze``)."""
    collect_rarely()
    gc.collect()
    gc.freeze()
