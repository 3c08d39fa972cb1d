"""Logs that remember what they hold, or are away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from factwire.errors import Unavailable
from factwire.streaming.records import Outgoing


@dataclass
class MemoryLog:
    records: list[Outgoing] = field(default_factory=list)

    async def append(self, records: Sequence[Outgoing]) -> None:
        self.records.extend(records)


class DownLog:
    async def append(self, records: Sequence[Outgoing]) -> None:
        raise Unavailable("kafka:9092 did not acknowledge within 10 s")
