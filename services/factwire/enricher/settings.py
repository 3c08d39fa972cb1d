"""Settings of the enricher."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from factwire.runtime.settings import Seconds
from factwire.storage.settings import DatabaseSettings, OptionalAddress
from factwire.streaming.settings import ConsumerSettings


class EnricherSettings(ConsumerSettings):
    """Kafka, and who does the work."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 9101
    """Where health and metrics listen; 0 takes any free one."""
    enricher_workers: Annotated[int, Field(ge=0, le=64)] = 1
    """Processes that enrich, beside the one that speaks to Kafka; 0 enriches in that one."""
    enricher_chunk: Annotated[int, Field(ge=1, le=1000)] = 25
    """Articles given to a worker at once."""
    enricher_article_timeout: Seconds = 30.0
    """Seconds that one article may take; then its worker is replaced and the article becomes a dead letter."""
    kb_path: Path | None = None
    """A compiled knowledge base; the one that ships when empty."""
    kb_overlay: Path | None = None
    """A folder of tables of your own entities, laid over the knowledge base."""
    detector: str = ""
    """A model on disk that finds names beside the rules: ``spacy:FOLDER`` or ``gliner:FOLDER``; none when empty."""
    lexicon_path: Path | None = None
    """A folder of tables laid over those that ship."""
    duplicate_days: Annotated[int, Field(ge=0, le=365)] = 7
    """Days within which the same story in another place is recognised (needs a database); 0 looks for none."""
    database_url: OptionalAddress = None
    """Where fingerprints of recent articles are kept: postgresql://user:password@host:5432/factwire; without one,
    duplicates are not looked for."""

    @property
    def database(self) -> DatabaseSettings | None:
        """None where duplicates are not to be looked for."""
        if not self.duplicate_days or self.database_url is None:
            return None
        return DatabaseSettings(database_url=self.database_url)
