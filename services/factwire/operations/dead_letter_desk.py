"""Dead letters for the console's page: :mod:`factwire.operations.dlq` behind the face that the page knows.

The console never speaks to Kafka, and the two folders do not meet: the command that starts the console joins them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.operations import dlq
from factwire.operations.dlq import TOPICS, Letter
from factwire.streaming.settings import KafkaSettings

SEARCHED: Final = 1_000
"""Offsets of each partition that are looked through, from the end, for letters that hold some words."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The newest letters, newest first; those that were looked at counted by stage and reason; and how many are older
    and were not looked at, at most.
    """

    newest: Sequence[Letter]
    reasons: Sequence[tuple[str, str, int]]
    total: int
    unread: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Over one cluster; every call opens what it needs and closes it again."""

    settings: KafkaSettings

    async def survey(self, topic: str, *, replayed: bool, match: str | None, limit: int) -> Survey:
        """Reads the end of each partition and nothing before it: a page takes as long over a million letters as over a
        hundred.
        """
        window = limit if match is None else max(limit, SEARCHED)
        found = await dlq.newest_letters(self.settings, TOPICS[topic], replayed=replayed, match=match, window=window)
        newest = sorted(found.letters, key=_age, reverse=True)
        return Survey(newest[:limit], dlq.by_reason(newest), len(newest), found.unread)

    async def show(self, place: str) -> Letter:
        return await dlq.find(self.settings, place)

    async def replay(self, topic: str, *, match: str | None, again: bool) -> int:
        return await dlq.replay(self.settings, TOPICS[topic], match=match, again=again)

    async def replay_one(self, place: str) -> None:
        await dlq.replay_one(self.settings, place)

    async def purge(self, topic: str, *, everything: bool) -> int:
        return await dlq.purge(self.settings, TOPICS[topic], everything=everything)


def _age(letter: Letter) -> tuple[int, int, int]:
    record = letter.record
    return record.timestamp, record.offset, record.partition.number
