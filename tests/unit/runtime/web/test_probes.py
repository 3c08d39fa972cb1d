import asyncio
from contextlib import suppress

import pytest

from factwire.errors import ConfigurationError, TransientError
from factwire.runtime.health import Health
from factwire.runtime.web.probes import keep_watch


class Dependency:
    """Answers, is away, or is wrong, as the test sets it; counts how often it was asked."""

    def __init__(self):
        self.fault = None
        self.asked = 0
        self._turn = asyncio.Event()

    async def check(self):
        self.asked += 1
        self._turn.set()
        if self.fault:
            raise self.fault

    async def asked_twice_more(self):
        """The answer before the last has been taken note of."""
        for _ in range(2):
            self._turn.clear()
            await asyncio.wait_for(self._turn.wait(), 5)


@pytest.fixture
async def watched():
    health, dependency = Health("test"), Dependency()
    watch = asyncio.create_task(keep_watch(health, {"broker": dependency.check}, every=0.001))
    yield health, dependency
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


async def test_not_ready_before_the_first_answer():
    health, asked = Health("test"), asyncio.Event()

    async def never_answers():
        asked.set()
        await asyncio.Event().wait()

    watch = asyncio.create_task(keep_watch(health, {"broker": never_answers}))
    await asked.wait()
    assert not health.ready
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


async def test_unready_with_the_reason_while_something_is_away_and_ready_again_after(watched):
    health, dependency = watched
    dependency.fault = TransientError("kafka:9092 is away")
    await dependency.asked_twice_more()
    assert health.unready == {"broker": "kafka:9092 is away"}
    assert health.alive
    dependency.fault = None
    await dependency.asked_twice_more()
    assert health.ready


async def test_a_wrong_configuration_ends_the_watch():
    async def wrong():
        raise ConfigurationError("FACTWIRE_TOPIC_PARTITIONS says 3")

    with pytest.raises(ConfigurationError):
        await keep_watch(Health("test"), {"broker": wrong}, every=0.001)
