"""The change log: which articles have changed, in an order that no later commit disturbs.

Ids alone would lose changes: a transaction that took its id first may commit last, behind a reader who has gone on. So
changes are read by transaction, then id, and only of transactions older than every one that still runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from factwire.storage.engine import Connection


class Position(NamedTuple):
    """A place in the log; what comes after it is new."""

    xid: int
    id: int

    def __str__(self) -> str:
        return f"{self.xid}-{self.id}"

    @classmethod
    def parse(cls, written: str) -> Position:
        """Raises ValueError if it is not one of ours."""
        xid, id = map(int, written.split("-"))
        if not 0 <= xid < 2**63 or not 0 <= id < 2**63:
            raise ValueError(written)
        return cls(xid, id)


BEGINNING: Final = Position(0, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """``kind``: stored or withdrawn. ``event_id``: the ``ce_id`` of the event that made it."""

    at: Position
    when: datetime
    article_id: str
    revision: int
    event_id: str
    kind: str
    source_id: str | None


_HORIZON: Final = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
NEWER: Final = f"""
select xid, id, at, article_id, revision, event_id, kind, source_id from changes
 where (xid, id) > (:xid, :id) and xid < {_HORIZON} order by xid, id limit :limit
"""
_END: Final = f"select xid, id from changes where xid < {_HORIZON} order by xid desc, id desc limit 1"
_NOTE: Final = """
insert into changes (article_id, revision, event_id, kind, source_id)
select article_id, revision, event_id, case when withdrawn_at is null then 'stored' else 'withdrawn' end, source_id
  from winners where withdrawn_at is not null or embargoed_until is null or embargoed_until <= clock_timestamp()
"""
_FORGET_EMBARGOES: Final = "delete from embargoes e using winners w where e.article_id = w.article_id"
_NOTE_EMBARGOES: Final = """
insert into embargoes (article_id, ends_at) select article_id, embargoed_until
  from winners where withdrawn_at is null and embargoed_until > clock_timestamp()
"""
_RELEASE: Final = """
with over as (
  delete from embargoes where article_id in (
    select article_id from embargoes where ends_at <= clock_timestamp() order by ends_at limit 500
       for update skip locked)
  returning article_id)
insert into changes (article_id, revision, event_id, kind, source_id)
select a.article_id, a.revision, a.event_id, 'stored', a.source_id from articles a join over using (article_id)
"""
_DROP: Final = """
delete from changes where (xid, id) in (
  select xid, id from changes where at < clock_timestamp() - %(kept)s order by xid, id limit 5000)
"""


async def note_changes(connection: Connection) -> None:
    """Within the merge's transaction: its winners have changed, or will once their embargo ends."""
    await connection.execute(_FORGET_EMBARGOES)
    await connection.execute(_NOTE_EMBARGOES)
    await connection.execute(_NOTE)


async def release_embargoes(connection: Connection) -> int:
    """Tells of articles whose embargo has ended meanwhile; how many."""
    return (await connection.execute(_RELEASE)).rowcount


async def drop_old_changes(connection: Connection, kept: timedelta) -> int:
    """Drops the oldest ones that are past ``kept``, some thousand at a time; how many."""
    return (await connection.execute(_DROP, {"kept": kept})).rowcount


async def newer_changes(engine: AsyncEngine, after: Position, limit: int) -> Sequence[Change]:
    """The changes after a place, oldest first."""
    async with engine.connect() as connection:
        found = await connection.execute(text(NEWER), {"xid": after.xid, "id": after.id, "limit": limit})
        return [_change(tuple(row)) for row in found]


async def last_position(engine: AsyncEngine) -> Position:
    """The end of the log as it may be read now."""
    async with engine.connect() as connection:
        row = (await connection.execute(text(_END))).first()
    return Position(row[0], row[1]) if row else BEGINNING


async def first_position(engine: AsyncEngine) -> Position:
    """The oldest change that is still kept."""
    async with engine.connect() as connection:
        row = (await connection.execute(text("select xid, id from changes order by xid, id limit 1"))).first()
    return Position(row[0], row[1]) if row else BEGINNING


def _change(row: tuple[Any, ...]) -> Change:
    xid, id, at, article_id, revision, event_id, kind, source_id = row
    return Change(Position(xid, id), at, article_id, revision, event_id, kind, source_id)
