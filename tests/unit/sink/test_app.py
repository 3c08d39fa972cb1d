"""The sink's parts hang together: none ends unseen."""

from __future__ import annotations

import asyncio

import pytest

from factwire.runtime.health import Health
from factwire.sink.app import Sink
from factwire.sink.settings import SinkSettings


async def test_an_outbox_that_ends_for_an_unforeseen_reason_ends_the_sink() -> None:
    settings = SinkSettings(kafka_bootstrap_servers="unused:9092", database_url="postgresql://a:b@unused/x")  # type: ignore[arg-type]
    sink = Sink(settings, Health("sink"))

    async def publish() -> None:
        raise AssertionError("aiokafka asserts after a fatal error")

    publishing = asyncio.create_task(publish())
    publishing.add_done_callback(sink._task_ended)
    await asyncio.wait([publishing])
    with pytest.raises(AssertionError, match="after a fatal error"):
        await asyncio.wait_for(sink._subscription._fault, 5)
