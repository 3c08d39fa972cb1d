"""Enriching one text for the page *Try it*: in a worker of the enricher's own kind, started when somebody first tries.

The text goes the whole way that a record goes, so the page shows what production would. One that takes too long costs
the worker, not the console.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final

from factwire.enricher.knowledge import Knowledge
from factwire.enricher.workers import Workforce, staff
from factwire.errors import InvalidInput
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.envelope import RAW_TYPE, Envelope
from factwire.formats.json import read_payload
from factwire.streaming.records import Partition, Record

SECONDS: Final = 10.0
"""A text may take so long; its worker is given two tries."""
ORIGIN: Final = Partition("trial", 0)


@dataclass(slots=True)
class Trials:
    """One worker for everybody who tries: they wait for each other."""

    knowledge: Knowledge
    _workforce: Workforce | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, text: str, published: date | None, country: str | None) -> EnrichedArticle:
        """Raises :class:`InvalidInput` with the reason for which a record of this text would die."""
        record = _record(text, published, country)
        async with self._turn:
            if self._workforce is None:
                self._workforce = staff(self.knowledge, workers=1, chunk=1, within=SECONDS)
                await self._workforce.start()
            outcome = await self._workforce.handle([record])
        for letter in outcome.dead_letters:
            raise InvalidInput(letter.reason.message)
        return EnrichedArticle.model_validate_json(outcome.outputs[0].value or b"")

    async def close(self) -> None:
        if self._workforce is not None:
            await self._workforce.close()


def _record(text: str, published: date | None, country: str | None) -> Record:
    moment = datetime.combine(published, time(12), UTC) if published else None
    payload: dict[str, Any] = {"body": text, "published_at": moment}
    if country:
        payload["source"] = {"id": "trial", "country": country}
    raw = read_payload(payload)
    headers = Envelope("trial", "factwire/trial", RAW_TYPE, raw.article_id, moment or datetime.now(UTC), None).headers()
    return Record(ORIGIN, 0, raw.article_id.encode(), raw.model_dump_json().encode(), tuple(headers))
