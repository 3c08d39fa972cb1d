"""``factwire poller``: the service that fetches feeds."""

from __future__ import annotations

from functools import partial

from factwire.cli.configuration import configure
from factwire.poller.app import run_poller
from factwire.poller.settings import PollerSettings
from factwire.runtime.service import run_process


def poller() -> None:
    """Run the poller: it fetches the feeds that were added and writes what is new in them to the raw topic.

    Run as many as you like: they share the feeds, and no host is visited twice at once.

    Example:  FACTWIRE_KAFKA_BOOTSTRAP_SERVERS=localhost:29092 FACTWIRE_DATABASE_URL=postgresql://… factwire poller
    """
    settings = configure(PollerSettings)
    run_process("poller", settings, partial(run_poller, settings))
