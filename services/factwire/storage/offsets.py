"""A group's offsets, kept in Postgres beside the rows they stand for, and fenced by an epoch.

Claiming a partition raises its epoch: whoever held it before can no longer advance it, so its rows are rolled back.
A zombie commits before the claim (which waits on its row lock and then reads its offset) or is refused after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import psycopg

from factwire.errors import FencedError


class Partition(NamedTuple):
    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Hold:
    """A claimed partition: where it goes on, and the epoch that proves the claim."""

    next_offset: int
    epoch: int


_CLAIM: Final = """
insert into consumer_offsets as o (grp, topic, part, next_offset, epoch)
select %(grp)s, u.t, u.p, u.n, 1 from unnest(%(t)s::text[], %(p)s::int[], %(n)s::bigint[]) u(t, p, n) order by u.t, u.p
on conflict (grp, topic, part) do update set epoch = o.epoch + 1
returning topic, part, next_offset, epoch
"""
_ADVANCE: Final = """
update consumer_offsets o set next_offset = u.n
  from unnest(%(t)s::text[], %(p)s::int[], %(n)s::bigint[], %(e)s::bigint[], %(x)s::bigint[]) u(t, p, n, e, x)
 where o.grp = %(grp)s and o.topic = u.t and o.part = u.p and o.epoch = u.e and o.next_offset = u.x
"""
_READ: Final = """
select o.topic, o.part, o.next_offset, o.epoch from consumer_offsets o
  join unnest(%(t)s::text[], %(p)s::int[]) u(t, p) on o.topic = u.t and o.part = u.p where o.grp = %(grp)s
"""
_END_HOLDERS: Final = """
with holders as materialized (
  select pid from pg_stat_activity where pid = any(pg_blocking_pids(%s)) and usename = current_user
     and application_name = 'factwire' and wait_event_type is distinct from 'Lock')
select pid from holders where pg_terminate_backend(pid)
"""
"""Materialized, or the planner may end sessions before it asks which."""


async def claim(
    connection: psycopg.AsyncConnection[Any], group: str, beginnings: Mapping[Partition, int]
) -> dict[Partition, Hold]:
    """Takes the partitions over, all in one statement and in order (no deadlock), and commits.

    ``beginnings`` says where a partition starts that the group has never stored.
    """
    named = {**_columns(group, sorted(beginnings)), "n": [beginnings[p] for p in sorted(beginnings)]}
    async with connection.transaction():
        rows = await (await connection.execute(_CLAIM, named)).fetchall()
    return _holds(rows)


async def end_holders(connection: psycopg.AsyncConnection[Any], waiting: int) -> list[int]:
    """Ends the sessions of ours that hold what the session ``waiting`` waits for, and gives their process ids.

    Of a process that was frozen while it copied rows in, nothing else ends the transaction: no timeout of Postgres's
    reaches a session that reads from its client. Whoever only waits as well is left.
    """
    async with connection.transaction():
        return [pid for (pid,) in await (await connection.execute(_END_HOLDERS, [waiting])).fetchall()]


async def advance(
    connection: psycopg.AsyncConnection[Any], group: str, held: Mapping[Partition, Hold], to: Mapping[Partition, int]
) -> None:
    """First statement of every batch's transaction. Raises :class:`FencedError` if any partition is no longer ours."""
    partitions = sorted(to)
    holds = [held[p] for p in partitions]
    named = {
        **_columns(group, partitions),
        "n": [to[p] for p in partitions],
        "e": [h.epoch for h in holds],
        "x": [h.next_offset for h in holds],
    }
    updated = (await connection.execute(_ADVANCE, named)).rowcount
    if updated != len(partitions):
        raise FencedError(f"{len(partitions) - updated} of {len(partitions)} partitions have another owner now")


async def read(
    connection: psycopg.AsyncConnection[Any], group: str, partitions: Sequence[Partition]
) -> dict[Partition, Hold]:
    """What the database says of the partitions: the way to find out how an interrupted commit ended."""
    async with connection.transaction():
        rows = await (await connection.execute(_READ, _columns(group, partitions))).fetchall()
    return _holds(rows)


def _columns(group: str, partitions: Sequence[Partition]) -> dict[str, Any]:
    return {"grp": group, "t": [p.topic for p in partitions], "p": [p.number for p in partitions]}


def _holds(rows: Sequence[tuple[str, int, int, int]]) -> dict[Partition, Hold]:
    return {Partition(topic, part): Hold(offset, epoch) for topic, part, offset, epoch in rows}
