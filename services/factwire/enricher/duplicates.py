"""The same story in another place: looked for after enrichment, before the batch is published.

It is an extra, and must cost nobody an article: whatever goes wrong here is a warning on the events, after a bounded
wait. The handler stays pure; it hands out fingerprints, and this is where they meet those of other articles.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, TypeAlias

import psycopg

from factwire.enricher.recognition import Original, Seen, find_originals, with_original, with_warning
from factwire.errors import TransientError
from factwire.runtime.logs import get_logger
from factwire.storage.engine import connect
from factwire.storage.fingerprints import Sighting, find_alike, forget_old, remember
from factwire.storage.settings import DatabaseSettings
from factwire.streaming.records import Outcome

NOT_LOOKED_FOR: Final = "duplicates were not looked for: the database did not answer"
_WAIT: Final = 3.0
"""Seconds a batch waits for the database at most."""
_REST: Final = 15.0
"""Seconds in which a database that has failed is not asked again."""
_SWEEP_EVERY: Final = 600.0
Mark: TypeAlias = Callable[[Outcome], Awaitable[Outcome]]
log = get_logger(__name__)


class Duplicates:
    """One connection, shared by the batches of all partitions; opened when it is first needed."""

    def __init__(self, settings: DatabaseSettings, window: timedelta) -> None:
        self._settings = settings
        self._window = window
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._turn = asyncio.Lock()
        self._rests_until = 0.0
        self._swept_at = 0.0

    async def mark(self, outcome: Outcome) -> Outcome:
        """The outcome with duplicates marked; with a warning instead if the database cannot be asked. Never raises."""
        seen = {one.article_id: one for one in outcome.seen if one is not None}
        if not seen:
            return outcome
        try:
            async with asyncio.timeout(_WAIT), self._turn:
                originals = await self._look(list(seen.values()))
        except (psycopg.Error, TransientError, OSError, TimeoutError) as fault:
            await self._rest(fault)
            return _changed(outcome, lambda value, _: with_warning(value, NOT_LOOKED_FOR))
        return _changed(outcome, lambda value, one: _told(value, originals.get(one.article_id)))

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _look(self, seen: Sequence[Seen]) -> Mapping[str, Original]:
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            raise TransientError("the database failed a moment ago")
        if self._connection is None:
            self._connection = await connect(self._settings)
            await self._connection.set_autocommit(True)
        sightings = [_sighting(one) for one in seen]
        await remember(self._connection, sightings)
        alike = await find_alike(self._connection, sightings)
        if now - self._swept_at > _SWEEP_EVERY:
            self._swept_at = now
            await forget_old(self._connection, self._window)
        return find_originals(seen, alike, self._window)

    async def _rest(self, fault: BaseException) -> None:
        """A connection in doubt is not used again."""
        now = asyncio.get_running_loop().time()
        if now >= self._rests_until:
            log.warning("duplicates are not looked for", reason=repr(fault), seconds=_REST)
            self._rests_until = now + _REST
            await self.close()


async def unmarked(outcome: Outcome) -> Outcome:
    """As it is: nobody looks for duplicates."""
    return outcome


@asynccontextmanager
async def looking_for_duplicates(settings: DatabaseSettings | None, window: timedelta) -> AsyncIterator[Mark]:
    """Without a database nothing is looked for, and nothing said of it on the events: it was a choice."""
    if settings is None:
        log.info("duplicates are not looked for", reason="no FACTWIRE_DATABASE_URL, or FACTWIRE_DUPLICATE_DAYS is 0")
        yield unmarked
        return
    duplicates = Duplicates(settings, window)
    try:
        yield duplicates.mark
    finally:
        await duplicates.close()


def _sighting(one: Seen) -> Sighting:
    found = one.fingerprint
    return Sighting(one.article_id, one.revision, one.moment, found.digest, found.signature, found.bands())


def _told(value: bytes, original: Original | None) -> bytes:
    return value if original is None else with_original(value, original)


def _changed(outcome: Outcome, change: Callable[[bytes, Seen], bytes]) -> Outcome:
    outputs = (
        output if one is None or output.value is None else replace(output, value=change(output.value, one))
        for output, one in zip(outcome.outputs, outcome.seen, strict=True)
    )
    return replace(outcome, outputs=tuple(outputs), seen=())
