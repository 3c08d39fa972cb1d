"""One batch, one database transaction: offsets first (they fence), then rows.

A row that the database refuses becomes a dead letter: the batch is written again one record at a time under savepoints.
Any other failure leaves the outcome unknown; the connection is dropped, and claiming the partitions anew tells how it
ended, because the claim waits for the old transaction's row lock and then reads its offset.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from factwire.errors import TransientError
from factwire.runtime.logs import get_logger
from factwire.sink.handler import Storable
from factwire.storage import offsets
from factwire.storage.engine import connect
from factwire.storage.offsets import Hold
from factwire.storage.offsets import Partition as StoredPartition
from factwire.storage.outbox import OutboxRow, put_in_outbox
from factwire.storage.settings import DatabaseSettings
from factwire.storage.write import Written, prepare, write
from factwire.streaming.dead_letters import to_dead_letter
from factwire.streaming.records import DeadLetter, Partition, Reason

_ROW_AT_FAULT: Final = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.StatementTooComplex,
    UnicodeEncodeError,
)
"""The database will never take this row, however often it is asked."""


PATIENCE: Final = 10.0
"""Seconds that a claim waits for a batch under way; whoever holds a partition for longer is stopped or cut off."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """One fetch: what to store, what has died already, the claims that prove the partitions ours, where they go on."""

    storable: Sequence[Storable]
    dead_letters: tuple[DeadLetter, ...]
    held: Mapping[Partition, Hold]
    to: Mapping[Partition, int]


@dataclass(frozen=True, slots=True)
class Stored:
    written: Written
    refused: tuple[DeadLetter, ...] = ()


class Store:
    """The sink's connection, used by one at a time: a claim must not slip into the transaction of a batch.

    After a :class:`TransientError` the next call connects anew.
    """

    def __init__(self, settings: DatabaseSettings, group: str, *, patience: float = PATIENCE) -> None:
        self._settings = settings
        self._patience = patience
        self._group = group
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._turn = asyncio.Lock()

    async def claim(self, beginnings: Mapping[Partition, int]) -> dict[Partition, Hold]:
        """Takes partitions over. Raises :class:`TransientError`."""
        async with self._turn:
            connection = await self._connected()
            impatient = asyncio.create_task(self._end_holders(connection.info.backend_pid))
            try:
                held = await offsets.claim(connection, self._group, {_stored(p): n for p, n in beginnings.items()})
            except psycopg.Error as fault:
                raise await self._lost(fault) from fault
            finally:
                impatient.cancel()
                await asyncio.wait([impatient])
        return {Partition(p.topic, p.number): hold for p, hold in held.items()}

    async def store(self, work: Work) -> Stored:
        """All of it or nothing. Raises :class:`FencedError`, or :class:`TransientError` when the outcome is unknown."""
        async with self._turn:
            connection = await self._connected()
            try:
                return await self._together(connection, work)
            except _ROW_AT_FAULT:
                return await self._singly_or_lost(connection, work)
            except psycopg.Error as fault:
                raise await self._lost(fault) from fault

    async def close(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                await self._connection.close()
            self._connection = None

    async def _end_holders(self, waiting: int) -> None:
        """Until it is cancelled: a claim that waits for long waits for a process that is frozen, not for a commit."""
        while True:
            await asyncio.sleep(self._patience)
            try:
                connection = await connect(self._settings)
                try:
                    ended = await offsets.end_holders(connection, waiting)
                finally:
                    await connection.close()
            except (psycopg.Error, TransientError) as fault:
                log.warning("whoever holds our partitions could not be ended", reason=str(fault))
            else:
                log.warning("ended sessions that held our partitions", sessions=ended)

    async def _together(self, connection: psycopg.AsyncConnection[Any], work: Work) -> Stored:
        async with connection.transaction():
            await self._advance(connection, work)
            await put_in_outbox(connection, [_letter(dead) for dead in work.dead_letters])
            return Stored(await write(connection, [storable.change for storable in work.storable]))

    async def _singly_or_lost(self, connection: psycopg.AsyncConnection[Any], work: Work) -> Stored:
        try:
            return await self._singly(connection, work)
        except psycopg.Error as fault:
            raise await self._lost(fault) from fault

    async def _singly(self, connection: psycopg.AsyncConnection[Any], work: Work) -> Stored:
        refused: list[DeadLetter] = []
        won = 0
        async with connection.transaction():
            await self._advance(connection, work)
            for storable in work.storable:
                try:
                    async with connection.transaction():
                        won += (await write(connection, [storable.change], clear=True)).won
                except _ROW_AT_FAULT as fault:
                    refused.append(DeadLetter(storable.record, Reason.of(fault, "store")))
            await put_in_outbox(connection, [_letter(dead) for dead in (*work.dead_letters, *refused)])
        return Stored(Written(won, len(work.storable) - len(refused) - won), tuple(refused))

    async def _advance(self, connection: psycopg.AsyncConnection[Any], work: Work) -> None:
        held = {_stored(p): hold for p, hold in work.held.items()}
        await offsets.advance(connection, self._group, held, {_stored(p): offset for p, offset in work.to.items()})

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await connect(self._settings)
            try:
                await prepare(self._connection)
            except psycopg.Error as fault:
                raise await self._lost(fault) from fault
        return self._connection

    async def _lost(self, fault: psycopg.Error) -> TransientError:
        await self.close()
        said = str(fault).strip().splitlines() or [repr(fault)]
        return TransientError(f"database {self._settings.masked}: {said[0]}")


def _letter(dead: DeadLetter) -> OutboxRow:
    out = to_dead_letter(dead)
    return OutboxRow(dead.record.partition.number, out.topic, out.key, out.value, out.headers)


def _stored(partition: Partition) -> StoredPartition:
    return StoredPartition(partition.topic, partition.number)
