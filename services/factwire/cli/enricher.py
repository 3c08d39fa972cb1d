"""``factwire enricher``: the service."""

from __future__ import annotations


def enricher() -> None:
    """Run the enricher: raw articles to enriched ones, exactly once for read_committed readers.

    Example:  FACTWIRE_KAFKA_BOOTSTRAP_SERVERS=localhost:9092 factwire enricher
    """
    from factwire.cli.configuration import configure
    from factwire.enricher.app import run
    from factwire.enricher.settings import EnricherSettings

    run(configure(EnricherSettings))
