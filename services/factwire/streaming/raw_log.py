"""The raw topic for those who write to it by themselves: connected when needed, made anew after any doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from factwire.errors import InvalidRecord, TransientError, Unavailable
from factwire.events.topics import RAW
from factwire.streaming.producer import TopicProducer
from factwire.streaming.provision import check_topics
from factwire.streaming.records import Outgoing
from factwire.streaming.settings import KafkaSettings


class RawLog:
    """``append`` returns when every in-sync replica has every record; what is refused for good is returned."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: TopicProducer | None = None
        self._connecting = asyncio.Lock()

    async def check(self) -> None:
        """Raises :class:`TransientError` while the broker or the topic is away."""
        await check_topics(self._settings, [RAW])

    async def append(self, records: Sequence[Outgoing]) -> dict[int, InvalidRecord]:
        """The records that the topic refuses, by their place. Raises :class:`Unavailable` unless it has all others."""
        producer = await self._connected()
        outcomes = await producer.send_all(records)
        unsure = [fault for fault in outcomes if isinstance(fault, TransientError)]
        if unsure:
            await self.close()
            raise Unavailable(f"{len(unsure)} of {len(records)} records were not acknowledged: {unsure[0]}")
        return {place: fault for place, fault in enumerate(outcomes) if isinstance(fault, InvalidRecord)}

    async def close(self) -> None:
        if self._producer is not None:
            producer, self._producer = self._producer, None
            await producer.stop()

    async def _connected(self) -> TopicProducer:
        async with self._connecting:
            if self._producer is None:
                producer = TopicProducer(self._settings)
                await producer.start()
                self._producer = producer
            return self._producer
