"""The gateway as a whole: what must not go on in silence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from factwire.gateway.app import run_gateway
from factwire.gateway.raw_topic import SpooledTopic
from factwire.gateway.settings import GatewaySettings


async def test_a_fault_of_ours_in_the_drain_stops_the_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def broken(self: SpooledTopic) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(SpooledTopic, "drain", broken)
    settings = GatewaySettings(kafka_bootstrap_servers="127.0.0.1:1", http_port=0, gateway_spool_dir=tmp_path)
    async with asyncio.timeout(60):
        with pytest.raises(RuntimeError, match="a fault of ours"):
            await run_gateway(settings, asyncio.Event())
