"""``/livez``, ``/readyz`` and ``/metrics`` on a FastAPI application, and the loop that keeps readiness true."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from fastapi import FastAPI, Request, Response

from factwire.errors import TransientError
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger
from factwire.runtime.web.reference import PROBE_TAG

Check: TypeAlias = Callable[[], Awaitable[None]]
PROBES: Final = {
    "/livez": "200 while the service lives; else restart it.",
    "/readyz": "200 while everything it needs answers; else a list of what is away and why.",
    "/metrics": "For Prometheus.",
}
log = get_logger(__name__)


def add_probes(app: FastAPI, health: Health) -> None:
    async def probe(request: Request) -> Response:
        status, body, kind = health.answer(request.url.path) or (404, b"", "text/plain")
        return Response(body, status, media_type=kind)

    for path, purpose in PROBES.items():
        app.add_api_route(
            path,
            probe,
            methods=["GET"],
            tags=[PROBE_TAG],
            summary=purpose,
            response_class=Response,
            response_description="It holds",
        )


async def keep_watch(health: Health, checks: Mapping[str, Check], every: float = 5.0) -> None:
    """Runs each check every ``every`` seconds, for ever; a :class:`TransientError` makes the service unready."""
    while True:
        for name, check in checks.items():
            await _observe(health, name, check)
        health.holds("start")
        health.tick()
        await asyncio.sleep(every)


async def _observe(health: Health, name: str, check: Check) -> None:
    was_away = name in health.unready
    try:
        await check()
    except TransientError as fault:
        if not was_away:
            log.warning("dependency away", dependency=name, reason=str(fault))
        health.fails(name, str(fault))
        return
    if was_away:
        log.info("dependency back", dependency=name)
    health.holds(name)
