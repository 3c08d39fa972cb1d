"""What the pages ask beside the read API's questions: the pulse of what is stored, charts, an entity's days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from factwire.console.reading import Reading
from factwire.console.views import EntitySummary, entity_summary
from factwire.storage import entities, facts_summary
from factwire.storage.facts_summary import ClaimPoint, Companion
from factwire.storage.filters import ClaimFilter
from factwire.storage.pulse import Pulse, pulse


@dataclass(frozen=True, slots=True)
class Overview:
    """Over the same database, at the same time of day, as ``reading``."""

    reading: Reading

    async def pulse(self) -> Pulse:
        return await self.reading.ask(pulse(self.reading.engine, self.reading.clock()))

    async def points(self, wanted: ClaimFilter) -> list[ClaimPoint]:
        return await self.reading.ask(facts_summary.claim_points(self.reading.engine, wanted, at=self.reading.clock()))

    async def entity_days(self, entity_id: str) -> list[tuple[date, int]]:
        return await self.reading.ask(
            facts_summary.entity_days(self.reading.engine, entity_id, at=self.reading.clock())
        )

    async def most_named(self, *, articles: int, limit: int) -> list[EntitySummary]:
        """Those in most of the newest articles, counted among these."""
        reading = self.reading
        found = entities.most_named(reading.engine, at=reading.clock(), articles=articles, limit=limit)
        return [entity_summary(record) for record in await reading.ask(found)]

    async def company(self, entity_id: str) -> list[Companion]:
        return await self.reading.ask(facts_summary.company(self.reading.engine, entity_id, at=self.reading.clock()))
