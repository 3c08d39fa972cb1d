"""``factwire console``: the read API and the pages, joined with what they may not know: dead letters and the core."""

from __future__ import annotations

import asyncio

from factwire.cli.configuration import configure
from factwire.cli.trial import Trials
from factwire.console.app import run_console
from factwire.console.settings import ConsoleSettings
from factwire.enricher.knowledge import Knowledge
from factwire.enricher.settings import EnricherSettings
from factwire.operations.dead_letter_desk import Desk
from factwire.runtime.service import run_process
from factwire.runtime.settings import environment, variable


def console() -> None:
    """Run the console: pages that show each fact in its words, and the read API under them.

    With FACTWIRE_KAFKA_BOOTSTRAP_SERVERS set, they show the dead letters too.

    Example:  FACTWIRE_DATABASE_URL=postgresql://me@localhost/factwire FACTWIRE_HTTP_PORT=8081 factwire console
    """
    settings = configure(ConsoleSettings)
    run_process("console", settings, lambda stop: _run(settings, stop))


async def _run(settings: ConsoleSettings, stop: asyncio.Event) -> None:
    """The console runs without Kafka; then it has no page of dead letters."""
    kafka = configure(EnricherSettings) if environment().get(variable("kafka_bootstrap_servers")) else None
    trials = Trials(Knowledge.of(kafka) if kafka else Knowledge())
    try:
        await run_console(settings, stop, desk=Desk(kafka) if kafka else None, trial=trials)
    finally:
        await trials.close()
