"""Webhooks and what is still to be delivered to them.

Of an article only its newest change waits, so that deliveries of one article never overtake each other. Who calls holds
a lease; when it runs out, because its holder died, somebody else calls again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from factwire.storage.engine import Connection

FILTERS: Final = ("entity", "source", "kind")
"""What a webhook may ask for, as on the stream."""


@dataclass(frozen=True, slots=True)
class Webhook:
    webhook_id: str
    url: str
    secret: str
    filters: Mapping[str, str]
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None
    pending: int
    dead: int


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is ours to make until its lease ends. ``attempts`` counts this one."""

    webhook_id: str
    article_id: str
    event_id: str
    revision: int
    kind: str
    attempts: int
    lease: UUID
    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class DeadDelivery:
    webhook_id: str
    article_id: str
    event_id: str
    attempts: int
    last_status: int | None
    last_error: str | None
    changed_at: datetime


_ADD: Final = """
insert into webhooks (webhook_id, url, secret, filters, position_xid, position_id)
select %(id)s, %(url)s, %(secret)s, %(filters)s, coalesce(last.xid, 0), coalesce(last.id, 0)
  from (values (1)) one left join
       (select xid, id from changes where xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
         order by xid desc, id desc limit 1) last on true
"""
_LIST: Final = """
select w.webhook_id, w.url, w.secret, w.filters, w.created_at, w.disabled_at, w.disabled_reason,
       count(d.article_id) filter (where d.state = 'pending') as pending,
       count(d.article_id) filter (where d.state = 'dead') as dead
  from webhooks w left join webhook_deliveries d using (webhook_id) group by w.webhook_id order by w.created_at
"""
_PUT_UP: Final = """
with hook as materialized (
  select * from webhooks where webhook_id = %(id)s and disabled_at is null for update skip locked),
newer as materialized (
  select c.* from changes c, hook h
   where (c.xid, c.id) > (h.position_xid, h.position_id)
     and c.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
   order by c.xid, c.id limit %(limit)s),
wanted as (
  select distinct on (n.article_id) h.webhook_id, n.*
    from newer n, hook h
   where (h.filters ->> 'source' is null or h.filters ->> 'source' = n.source_id)
     and (n.kind = 'withdrawn' or (
          (h.filters ->> 'entity' is null or exists (select from article_entities e
            where e.article_id = n.article_id and e.entity_id = h.filters ->> 'entity'))
      and (h.filters ->> 'kind' is null or exists (select from claims k
            where k.article_id = n.article_id and k.kind = h.filters ->> 'kind'))))
   order by n.article_id, n.xid desc, n.id desc),
put as (
  insert into webhook_deliveries as d (webhook_id, article_id, event_id, revision, kind)
  select webhook_id, article_id, event_id, revision, kind from wanted
  on conflict (webhook_id, article_id) do update
     set event_id = excluded.event_id, revision = excluded.revision, kind = excluded.kind, state = 'pending',
         attempts = 0, changed_at = clock_timestamp(),
         due_at = case when d.lease is null then clock_timestamp() else d.due_at end),
moved as (
  update webhooks w set position_xid = n.xid, position_id = n.id
    from (select xid, id from newer order by xid desc, id desc limit 1) n where w.webhook_id = %(id)s)
select count(*) from newer
"""
_TAKE: Final = """
with due as (
  select d.webhook_id, d.article_id from webhook_deliveries d join webhooks w using (webhook_id)
   where d.state = 'pending' and d.due_at <= clock_timestamp() and w.disabled_at is null
   order by d.due_at limit %(limit)s for update of d skip locked)
update webhook_deliveries d
   set lease = %(lease)s, due_at = clock_timestamp() + %(held)s, attempts = d.attempts + 1
  from due, webhooks w
 where d.webhook_id = due.webhook_id and d.article_id = due.article_id and w.webhook_id = d.webhook_id
returning d.webhook_id, d.article_id, d.event_id, d.revision, d.kind, d.attempts, d.lease, w.url, w.secret
"""
_OURS: Final = "webhook_id = %(webhook)s and article_id = %(article)s and lease = %(lease)s"
_DONE: Final = f"delete from webhook_deliveries where {_OURS} and event_id = %(event)s"
_NEXT: Final = f"""
update webhook_deliveries set lease = null, attempts = 0, due_at = clock_timestamp()
 where {_OURS} and event_id <> %(event)s
"""
_FAILED: Final = f"""
update webhook_deliveries
   set lease = null, changed_at = clock_timestamp(), last_status = %(status)s, last_error = %(error)s,
       state = case when %(pause)s::interval is null then 'dead' else 'pending' end,
       due_at = clock_timestamp() + coalesce(%(pause)s::interval, '0')
 where {_OURS} and event_id = %(event)s
"""
_DISABLE: Final = """
update webhooks set disabled_at = clock_timestamp(), disabled_reason = %s where webhook_id = %s and disabled_at is null
"""
_REPLAY: Final = """
update webhook_deliveries set state = 'pending', attempts = 0, due_at = clock_timestamp()
 where webhook_id = %(id)s and state = 'dead' and (%(article)s::text is null or article_id = %(article)s)
"""
_ENABLE: Final = "update webhooks set disabled_at = null, disabled_reason = null where webhook_id = %s"
_DEAD: Final = """
select webhook_id, article_id, event_id, attempts, last_status, last_error, changed_at from webhook_deliveries
 where state = 'dead' order by changed_at
"""


async def add_webhook(
    connection: Connection, webhook_id: str, url: str, secret: str, filters: Mapping[str, str]
) -> None:
    """From the next change on."""
    named = {"id": webhook_id, "url": url, "secret": secret, "filters": json.dumps(dict(filters))}
    await connection.execute(_ADD, named)


async def list_webhooks(connection: Connection) -> list[Webhook]:
    async with connection.cursor(row_factory=class_row(Webhook)) as cursor:
        return await (await cursor.execute(_LIST)).fetchall()


async def remove_webhook(connection: Connection, webhook_id: str) -> bool:
    """With all that waits for it; whether there was one."""
    return (await connection.execute("delete from webhooks where webhook_id = %s", [webhook_id])).rowcount > 0


async def put_up_changes(connection: Connection, webhook_id: str, limit: int = 500) -> int:
    """Changes behind the webhook's place become deliveries where it wants them; how many changes were looked at.

    Nobody else moves the same webhook meanwhile; 0 too if somebody else is at it.
    """
    row = await (await connection.execute(_PUT_UP, {"id": webhook_id, "limit": limit})).fetchone()
    return int(row[0]) if row else 0


async def take_due(connection: Connection, lease: UUID, held: timedelta, limit: int) -> list[Due]:
    """Deliveries to make now, leased to us for ``held``."""
    async with connection.cursor(row_factory=class_row(Due)) as cursor:
        return await (await cursor.execute(_TAKE, {"lease": lease, "held": held, "limit": limit})).fetchall()


async def settle(connection: Connection, due: Due) -> None:
    """It was delivered, or need not be. A newer change that came meanwhile is due now."""
    for statement in (_DONE, _NEXT):
        await connection.execute(statement, _named(due))


async def postpone(
    connection: Connection, due: Due, *, status: int | None, error: str, pause: timedelta | None
) -> None:
    """It failed; ``pause`` until the next attempt, None: it is dead. A newer change that came meanwhile is due now."""
    failed = {**_named(due), "status": status, "error": error[:500], "pause": pause}
    await connection.execute(_FAILED, failed)
    await connection.execute(_NEXT, _named(due))


async def disable(connection: Connection, webhook_id: str, reason: str) -> None:
    """It is called no more until somebody replays it."""
    await connection.execute(_DISABLE, [reason, webhook_id])


async def replay(connection: Connection, webhook_id: str, article_id: str | None = None) -> int:
    """Dead deliveries are due again, and a disabled webhook is called again; how many."""
    await connection.execute(_ENABLE, [webhook_id])
    return (await connection.execute(_REPLAY, {"id": webhook_id, "article": article_id})).rowcount


async def dead_deliveries(connection: Connection) -> list[DeadDelivery]:
    """All that was given up, longest ago first."""
    async with connection.cursor(row_factory=class_row(DeadDelivery)) as cursor:
        return await (await cursor.execute(_DEAD)).fetchall()


def _named(due: Due) -> dict[str, Any]:
    return {"webhook": due.webhook_id, "article": due.article_id, "lease": due.lease, "event": due.event_id}
