"""Readiness follows what watching the broker meets, foreseen or not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from factwire.runtime.health import Health
from factwire.streaming import subscription
from factwire.streaming.settings import ConsumerSettings
from factwire.streaming.subscription import Subscription


@pytest.mark.parametrize("fault", [KafkaConnectionError("gone"), TimeoutError(), KeyError("a bug of ours")])
async def test_whatever_keeps_the_lag_from_being_measured_fails_readiness_until_it_is_over(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(subscription, "WATCH_INTERVAL", 0.01)
    health, third = Health("sink"), asyncio.Event()
    settings = ConsumerSettings(kafka_bootstrap_servers="unused:9092")
    watched = Subscription(settings, topic="t", group="g", service="sink", owner=Idle(), health=health)
    unready: list[bool] = []

    async def measure() -> None:
        unready.append("broker" in health.unready)
        if len(unready) == 1:
            raise fault
        if len(unready) == 3:
            third.set()

    monkeypatch.setattr(watched, "_measure_lag", measure)
    watching = asyncio.create_task(watched._watch())
    async with asyncio.timeout(10):
        await third.wait()
    watching.cancel()
    assert unready[:3] == [False, True, False]


class Idle:
    """Owns nothing."""

    async def take(self, consumer: Any, partitions: Any) -> Any:
        return {}

    async def release(self, handle: Any) -> None:
        return
