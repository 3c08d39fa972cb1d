"""API keys in the database: a digest of each secret, never the secret."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from factwire.runtime.access import ApiKey
from factwire.storage.engine import Connection, connect
from factwire.storage.faults import away
from factwire.storage.settings import DatabaseSettings


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as a person is shown it."""

    key_id: str
    name: str
    scopes: list[str]
    rate_limit: str | None
    created_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None


_LOAD: Final = "select key_id, digest, name, scopes, rate_limit, revoked_at is not null from api_keys"
_LIST: Final = """
select key_id, name, scopes, rate_limit, created_at, revoked_at, last_used_on from api_keys order by created_at, key_id
"""
_ADD: Final = """
insert into api_keys (key_id, digest, name, scopes, rate_limit) values (%s, %s, %s, %s, %s)
"""
_REVOKE: Final = """
update api_keys set revoked_at = coalesce(revoked_at, clock_timestamp()) where key_id = %s
"""
_TOUCH: Final = """
update api_keys set last_used_on = %s where key_id = any(%s) and last_used_on is distinct from %s
"""


async def add_key(connection: Connection, key: ApiKey) -> None:
    await connection.execute(_ADD, (key.key_id, key.digest, key.name, sorted(key.scopes), key.rate_limit))


async def list_keys(connection: Connection) -> list[KeyRow]:
    """Oldest first, revoked ones too."""
    async with connection.cursor(row_factory=class_row(KeyRow)) as cursor:
        await cursor.execute(_LIST)
        return await cursor.fetchall()


async def revoke_key(connection: Connection, key_id: str) -> bool:
    """Whether there is such a key; one that was revoked stays so. The row stays: it says that keys are in use."""
    return (await connection.execute(_REVOKE, (key_id,))).rowcount == 1


@dataclass(frozen=True, slots=True)
class DatabaseKeys:
    """The key table for a service that looks at it every few seconds; each look is one short connection."""

    settings: DatabaseSettings

    async def load(self) -> Sequence[ApiKey]:
        """Raises :class:`TransientError`, also before the migration has made the table."""
        rows = await self._ask(lambda connection: connection.execute(_LOAD))
        return [
            ApiKey(key_id, bytes(digest), name, frozenset(scopes), rate_limit, revoked)
            for key_id, digest, name, scopes, rate_limit, revoked in rows
        ]

    async def touch(self, key_ids: Collection[str], day: date) -> None:
        await self._ask(lambda connection: connection.execute(_TOUCH, (day, list(key_ids), day)))

    async def _ask(self, ask: Callable[[Connection], Any]) -> list[Any]:
        connection = await connect(self.settings)
        try:
            async with connection:
                cursor = await ask(connection)
                return await cursor.fetchall() if cursor.description else []
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable) as fault:
            raise away(self.settings, fault) from fault
