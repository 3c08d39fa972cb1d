"""``factwire topics``: what must be on the broker."""

from __future__ import annotations

import asyncio

import typer

from factwire.cli.configuration import configure
from factwire.events.topics import TOPICS
from factwire.runtime.health import Health
from factwire.runtime.logs import configure_logs
from factwire.runtime.retry import wait_for
from factwire.streaming.provision import apply_topics, check_topics
from factwire.streaming.settings import ConsumerSettings

app = typer.Typer(no_args_is_help=True, help="Create and check the topics.")


@app.callback()
def topics() -> None:
    """Create and check the topics."""


@app.command(epilog="Example:  FACTWIRE_KAFKA_BOOTSTRAP_SERVERS=localhost:9092 factwire topics apply")
def apply(wait: float = typer.Option(60.0, help="Seconds to wait for the broker.")) -> None:
    """Create missing topics, correct their settings, give consumer groups a first offset; safe to repeat."""
    settings = configure(ConsumerSettings)
    configure_logs(settings.log_format, settings.log_level, service="topics")
    done = asyncio.run(wait_for("kafka", lambda: apply_topics(settings), health=Health("topics"), within=wait))
    print("\n".join(done) or "nothing to do: every topic is as it must be")


@app.command(epilog="Example:  factwire topics check")
def check() -> None:
    """Say whether every topic is there and as it must be; exit code 2 or 3 if not."""
    asyncio.run(check_topics(configure(ConsumerSettings), TOPICS))
    print("every topic is as it must be")
