"""Dead letters for the console's page: :mod:`factwire.operations.dlq` behind the face that the page knows.

The console never speaks to Kafka, and the two folders do not meet: the command that starts the console joins them.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from factwire.operations import dlq
from factwire.operations.dlq import TOPICS, Letter
from factwire.streaming.settings import KafkaSettings


@dataclass(frozen=True, slots=True)
class Survey:
    """The newest letters, and all of them counted by stage and reason."""

    newest: Sequence[Letter]
    reasons: Sequence[tuple[str, str, int]]
    total: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Over one cluster; every call opens what it needs and closes it again."""

    settings: KafkaSettings

    async def survey(self, topic: str, *, replayed: bool, match: str | None, limit: int) -> Survey:
        """Holds ``limit`` letters at a time, however many there are."""
        newest: list[tuple[int, int, Letter]] = []
        reasons: Counter[tuple[str, str]] = Counter()
        async for letter in dlq.letters(self.settings, [TOPICS[topic]], replayed=replayed, match=match):
            number = reasons.total()
            reasons[letter.stage, letter.reason] += 1
            keep = heapq.heappush if number < limit else heapq.heappushpop
            keep(newest, (letter.record.timestamp, number, letter))
        counted = [(stage, reason, count) for (stage, reason), count in reasons.most_common()]
        return Survey([letter for _, _, letter in sorted(newest, reverse=True)], counted, reasons.total())

    async def show(self, place: str) -> Letter:
        return await dlq.find(self.settings, place)

    async def replay(self, topic: str, *, match: str | None, again: bool) -> int:
        return await dlq.replay(self.settings, TOPICS[topic], match=match, again=again)

    async def replay_one(self, place: str) -> None:
        await dlq.replay_one(self.settings, place)

    async def purge(self, topic: str, *, everything: bool) -> int:
        return await dlq.purge(self.settings, TOPICS[topic], everything=everything)
