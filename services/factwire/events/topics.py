"""The topic table: names, keys and retention of everything that factwire puts on the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024
"""One limit for every topic and producer: what could arrive can be sent on, at least as a dead letter."""


@dataclass(frozen=True, slots=True)
class Topic:
    """``kept``: how long records stay; None for compacted topics, which keep the last record of each key."""

    name: str
    kept: timedelta | None
    purpose: str

    @property
    def dead_letters(self) -> str:
        return f"{self.name}.dlq"

    @property
    def compacted(self) -> bool:
        return self.kept is None


RAW: Final = Topic("news.articles.raw.v1", timedelta(days=7), "raw articles as pushed")
ENRICHED: Final = Topic(
    "news.articles.enriched.v1", timedelta(days=30), "articles with their facts, in order per article"
)
LATEST: Final = Topic("news.articles.latest.v1", None, "the enriched event that won for each article")
DEAD_RAW: Final = Topic(RAW.dead_letters, timedelta(days=30), "raw records that could not be enriched, byte for byte")
DEAD_ENRICHED: Final = Topic(ENRICHED.dead_letters, timedelta(days=30), "enriched records that could not be stored")
TOPICS: Final = (RAW, ENRICHED, LATEST, DEAD_RAW, DEAD_ENRICHED)
