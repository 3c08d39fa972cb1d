"""Logs that remember what they hold, or are away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from factwire.errors import Unavailable
from factwire.gateway.handler import Kept
from factwire.streaming.records import Outgoing


@dataclass
class MemoryLog:
    """Takes ``room`` batches, then is away."""

    records: list[Outgoing] = field(default_factory=list)
    kept: Kept = "log"
    room: int = 1_000_000

    async def append(self, records: Sequence[Outgoing]) -> Kept:
        if not self.room:
            raise Unavailable("kafka:9092 did not acknowledge within 10 s")
        self.room -= 1
        self.records.extend(records)
        return self.kept


def down_log() -> MemoryLog:
    return MemoryLog(room=0)
