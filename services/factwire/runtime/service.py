"""What every long-running service does around its work: logs, signals, health over HTTP, an end with the right code."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from factwire import __version__
from factwire.errors import FactwireError
from factwire.runtime import metrics
from factwire.runtime.health import Health, health_app, serving
from factwire.runtime.logs import configure_logs, get_logger
from factwire.runtime.settings import ServiceSettings
from factwire.runtime.signals import run_until_signal
from factwire.runtime.tracing import configure_tracing

Work: TypeAlias = Callable[[Health, asyncio.Event], Awaitable[None]]
log = get_logger(__name__)


def run_service(name: str, settings: ServiceSettings, work: Work) -> None:
    """Runs ``work`` until it ends or a signal asks it to; it gets the service's health and the event to stop on."""
    run_process(name, settings, partial(_beside_health, name, settings, work))


def run_process(name: str, settings: ServiceSettings, work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """The same for a service that shows its health at its own HTTP interface."""
    configure_logs(settings.log_format, settings.log_level, service=name)
    configure_tracing(name)
    metrics.BUILD.info({"version": __version__})
    run_until_signal(work)


async def _beside_health(name: str, settings: ServiceSettings, work: Work, stop: asyncio.Event) -> None:
    health = Health(name, settings.loop_stall_timeout)
    async with serving(health_app(health), settings.http_host, settings.http_port) as port:
        log.info("starting", version=__version__, health=f"http://{settings.http_host}:{port}/readyz")
        try:
            await _until_stopped(work(health, stop), stop, health)
        except FactwireError as fault:
            log.critical("stopped", reason=str(fault), kind=type(fault).__name__)
            raise
        log.info("stopped")


async def _until_stopped(work: Awaitable[None], stop: asyncio.Event, health: Health) -> None:
    """A signal during the start has nothing to drain: the work is cancelled. Later, the work drains by itself."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if "start" in health.unready and not working.done():
        working.cancel()
        await asyncio.wait([working])
        return
    await working
