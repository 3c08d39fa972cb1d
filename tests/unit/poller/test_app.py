"""The poller as a whole: what must not go on in silence."""

from __future__ import annotations

import asyncio

import pytest

from factwire.poller.app import Rounds, run_poller
from factwire.poller.settings import PollerSettings


async def test_a_fault_of_ours_in_the_rounds_stops_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(self: Rounds, stop: asyncio.Event) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Rounds, "run", broken)
    settings = PollerSettings(
        kafka_bootstrap_servers="127.0.0.1:1", database_url="postgresql://u@127.0.0.1:1/d", http_port=0
    )
    async with asyncio.timeout(60):
        with pytest.raises(RuntimeError, match="a fault of ours"):
            await run_poller(settings, asyncio.Event())
