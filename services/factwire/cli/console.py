"""``factwire console``: the read API and the pages."""

from __future__ import annotations

from functools import partial

from factwire.cli.configuration import configure
from factwire.console.app import run_console
from factwire.console.settings import ConsoleSettings
from factwire.runtime.logs import configure_logs
from factwire.runtime.signals import run_until_signal
from factwire.runtime.tracing import configure_tracing


def console() -> None:
    """Run the console: pages that show each fact in its words, and the read API under them.

    Example:  FACTWIRE_DATABASE_URL=postgresql://me@localhost/factwire FACTWIRE_HTTP_PORT=8081 factwire console
    """
    settings = configure(ConsoleSettings)
    configure_logs(settings.log_format, settings.log_level, service="console")
    configure_tracing("console")
    run_until_signal(partial(run_console, settings))
