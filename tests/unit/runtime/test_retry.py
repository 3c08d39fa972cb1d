from __future__ import annotations

import random
from itertools import islice

import pytest

from factwire.errors import TransientError, Unavailable
from factwire.runtime.health import Health
from factwire.runtime.retry import backoff, wait_for


def test_waits_double_up_to_the_most_with_jitter_in_the_upper_half() -> None:
    steps = [0.2, 0.4, 0.8, 1.0, 1.0]
    for wait, step in zip(islice(backoff(0.2, 1.0, random.Random(7)), 5), steps, strict=True):
        assert step / 2 <= wait <= step


async def test_what_is_away_is_waited_for_and_readiness_follows() -> None:
    health, seen = Health("sink"), []

    async def attempt() -> str:
        seen.append(dict(health.unready))
        if len(seen) < 2:
            raise TransientError("refused")
        return "there"

    assert await wait_for("database", attempt, health=health, within=5) == "there"
    assert seen[1]["database"] == "refused"
    assert "database" not in health.unready


async def test_the_deadline_ends_the_wait_with_the_reason() -> None:
    async def attempt() -> None:
        raise TransientError("refused")

    with pytest.raises(Unavailable, match=r"broker did not answer within 0\.01 s: refused"):
        await wait_for("broker", attempt, health=Health("sink"), within=0.01)
