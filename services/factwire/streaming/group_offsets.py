"""A group's committed offset, beyond doubt.

aiokafka 0.14 does not look at the top-level error of OffsetFetch v2 and later. While a coordinator loads (after a
broker restart, or when it moves) it takes "loading" for "never committed", and starts over or skips. The guard makes it
look; beyond that, ``topics apply`` commits a first offset for every partition, so that None is never normal.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import aiokafka
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import KafkaError, for_code

from factwire.errors import ConfigurationError

GUARDED_VERSIONS: Final = ("0.14.",)
NOT_COORDINATOR: Final = 16
PATIENCE: Final = 60.0
"""Seconds of None after which the offset is taken to be gone."""


def guard_offset_fetch() -> None:
    """Teaches aiokafka to raise the error of OffsetFetch; once a process. Refuses a version it was not made for."""
    if not aiokafka.__version__.startswith(GUARDED_VERSIONS):
        raise ConfigurationError(
            f"aiokafka {aiokafka.__version__} is not among the versions whose offset fetch is guarded "
            f"({', '.join(GUARDED_VERSIONS)}x); check streaming/group_offsets.py against it"
        )
    if not getattr(GroupCoordinator._send_req, "guarded", False):
        GroupCoordinator._send_req = _guarded(GroupCoordinator._send_req)


def _guarded(send: Any) -> Any:
    async def checked(self: Any, request: Any) -> Any:
        response = await send(self, request)
        error = getattr(response, "error_code", 0)
        if error and type(response).__name__.startswith("OffsetFetchResponse"):
            if error == NOT_COORDINATOR:
                self.coordinator_dead()
            raise for_code(error)()
        return response

    checked.guarded = True  # type: ignore[attr-defined]  # a mark on our own function
    return checked


async def committed_beyond_doubt(consumer: AIOKafkaConsumer, partition: TopicPartition) -> int:
    """The committed offset, asked until it is there. Raises :class:`ConfigurationError` if it never is.

    ``KafkaError`` and timeouts pass through: the caller tries again.
    """
    deadline = time.monotonic() + PATIENCE
    while partition in consumer.assignment():
        async with asyncio.timeout(15):
            offset = await consumer.committed(partition)
        if offset is not None:
            return int(offset)
        if time.monotonic() > deadline:
            raise ConfigurationError(
                f"the group has no offset for {partition.topic}-{partition.partition}; starting anywhere could lose or "
                "repeat records. Run: factwire topics apply (it starts new groups at the beginning)"
            )
        await asyncio.sleep(1)
    raise KafkaError(f"{partition} was taken away")
