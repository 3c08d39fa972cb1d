"""A condition to wait for: asked again and again until it holds, and named when it does not."""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg
from confluent_kafka import KafkaException

AWAY = (psycopg.OperationalError, KafkaException, OSError)
"""A broker or database that is away for a moment is no answer."""


def wait_until(condition: Callable[[], object], seconds: float, what: str, report: Callable[[], str] = str) -> None:
    """Asks until it holds; ``report`` is read when it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except AWAY as fault:
            last = repr(fault)
        else:
            last = "not yet"
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:g} s ({last})\n{report()}")
