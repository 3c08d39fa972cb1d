"""Writing to a topic from outside a transaction: idempotent, and done only when the broker has it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from factwire.errors import InvalidRecord, TransientError
from factwire.events.topics import MAX_MESSAGE_BYTES
from factwire.runtime import metrics
from factwire.streaming.clients import FAILED, MAX_REQUEST_BYTES, send, stop_within
from factwire.streaming.records import Outgoing
from factwire.streaming.settings import KafkaSettings

ACKNOWLEDGEMENT: Final = 20.0
"""Seconds to wait for the broker; the client itself would wait for ever."""


class TopicProducer:
    """One for a process. ``start`` connects; :meth:`send` returns once every in-sync replica has the record."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Raises :class:`TransientError` if no broker answers."""
        producer = AIOKafkaProducer(
            **self._settings.client(),
            enable_idempotence=True,
            compression_type="zstd",
            linger_ms=2,
            max_batch_size=262_144,
            max_request_size=MAX_REQUEST_BYTES,
            request_timeout_ms=10_000,
        )
        try:
            async with asyncio.timeout(ACKNOWLEDGEMENT):
                await producer.start()
        except FAILED as fault:
            await stop_within(producer)
            raise TransientError(f"Kafka at {self._settings.kafka_bootstrap_servers}: {fault}") from fault
        self._producer = producer

    async def stop(self) -> None:
        if self._producer is not None:
            await stop_within(self._producer)
            self._producer = None

    async def send(self, record: Outgoing) -> None:
        """Raises :class:`TransientError` if the broker did not confirm (it may have the record all the same), and
        :class:`InvalidRecord` if the record is too large for the topic.
        """
        outcome = (await self.send_all([record]))[0]
        if outcome is not None:
            raise outcome

    async def send_all(self, records: Sequence[Outgoing]) -> list[InvalidRecord | TransientError | None]:
        """One result for each record, in order; None: the broker has it."""
        if self._producer is None:
            raise TransientError("the connection to Kafka is not open")
        return list(await asyncio.gather(*(self._send(self._producer, record) for record in records)))

    async def _send(self, producer: AIOKafkaProducer, out: Outgoing) -> InvalidRecord | TransientError | None:
        try:
            async with asyncio.timeout(ACKNOWLEDGEMENT):
                await (await send(producer, out))
        except MessageSizeTooLargeError:
            return InvalidRecord(f"larger than {MAX_MESSAGE_BYTES} bytes", stage="publish")
        except FAILED as fault:
            return TransientError(f"Kafka did not confirm: {fault!r}")
        metrics.PRODUCED.labels(out.topic).inc()
        return None
