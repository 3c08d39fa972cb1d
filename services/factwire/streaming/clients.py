"""aiokafka's producers with two edges taken off: any record can be sent, and stopping ends."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from factwire.streaming.records import Outgoing

FAILED: Final = (KafkaError, AssertionError, TimeoutError, OSError)
"""Every way a producer fails; after a fatal error aiokafka asserts."""
MAX_REQUEST_BYTES: Final = 96 * 1024 * 1024
"""aiokafka bounds the uncompressed record, the broker the compressed batch: what came in must be able to go on."""
STOP_DEADLINE: Final = 3.0


async def send(producer: AIOKafkaProducer, out: Outgoing, partition: int | None = None) -> Any:
    """Hands a record over; the future that is returned tells when the broker has it.

    Without key and value (a dead letter may be that) a record goes to ``partition`` by way of a batch of its own:
    aiokafka's ``send`` asserts that there is one of them.
    """
    if out.key is not None or out.value is not None:
        return await producer.send(out.topic, out.value, key=out.key, headers=list(out.headers))
    single = producer.create_batch()
    single.append(key=None, value=None, timestamp=None, headers=list(out.headers))
    return await producer.send_batch(single, out.topic, partition=partition or 0)


async def stop_within(producer: AIOKafkaProducer, seconds: float = STOP_DEADLINE) -> None:
    """Stops a producer; one whose broker is gone can hang, so it is cut off after ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            await producer.stop()
    except FAILED:
        await _cut_off(producer)


async def _cut_off(producer: AIOKafkaProducer) -> None:
    sender = getattr(producer, "_sender", None)
    task = getattr(sender, "_sender_task", None)
    if task is not None:
        task.cancel()
    with suppress(*FAILED):
        async with asyncio.timeout(STOP_DEADLINE):
            await producer.client.close()
