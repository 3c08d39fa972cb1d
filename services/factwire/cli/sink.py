"""``factwire sink``: the service."""

from __future__ import annotations


def sink() -> None:
    """Run the sink: enriched articles into Postgres, exactly once.

    Example:  FACTWIRE_KAFKA_BOOTSTRAP_SERVERS=localhost:9092 FACTWIRE_DATABASE_URL=postgresql://me@localhost/factwire
    factwire sink
    """
    from factwire.cli.configuration import configure
    from factwire.sink.app import run
    from factwire.sink.settings import SinkSettings

    run(configure(SinkSettings))
