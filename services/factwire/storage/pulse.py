"""How much has been stored lately: from the change log, newest first, so that its length does not matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from factwire.storage.tables import Change

HOUR: Final = timedelta(hours=1)
NEWEST: Final = 50_000
"""Changes looked at: an hour at 14 articles a second. Above that the oldest minutes read as empty."""
COUNTED: Final = 100_000
"""Rows counted one by one; a larger table's size is what the database reckons it is."""
_RECKONED: Final = text("""
select sum(greatest(reltuples, 0))::bigint from pg_class
 where oid = to_regclass(:name) and relkind = 'r'
    or oid in (select inhrelid from pg_inherits where inhparent = to_regclass(:name))
""")


@dataclass(frozen=True, slots=True)
class Pulse:
    """``minutes``: articles stored or withdrawn in each minute of the last hour (UTC), empty ones left out."""

    minutes: Mapping[datetime, int]
    last_minute: int
    last_at: datetime | None
    articles: int
    claims: int
    entities: int


async def pulse(engine: AsyncEngine, at: datetime) -> Pulse:
    newest = select(Change.at).order_by(Change.xid.desc(), Change.id.desc()).limit(NEWEST)
    async with engine.connect() as connection:
        moments = [row[0].astimezone(UTC) for row in await connection.execute(newest)]
        sizes = {name: await _size(connection, name) for name in ("articles", "claims", "entities")}
    return Pulse(
        minutes=Counter(moment.replace(second=0, microsecond=0) for moment in moments if moment > at - HOUR),
        last_minute=sum(moment > at - timedelta(minutes=1) for moment in moments),
        last_at=max(moments, default=None),
        **sizes,
    )


async def _size(connection: AsyncConnection, table: str) -> int:
    """Exact while the table is small. ``table`` is one of ours, never of a request."""
    counted = await connection.scalar(
        text(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {COUNTED + 1}) AS counted")
    )
    if counted and counted > COUNTED:
        return max(int(counted), int(await connection.scalar(_RECKONED, {"name": table}) or 0))
    return int(counted or 0)
