"""Feeds and their state: which are due, whose they are for now, and what was last published of their entries.

A poller claims feeds for a while, at most one of a host in the whole system. Every claim has a number; what is written
under a number that is no longer the row's is refused, so that a poller that slept through its lease changes nothing.
Times are the database's, so that the pollers' clocks need not agree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from factwire.errors import FencedError
from factwire.storage.engine import Connection

_CLAIM_LOCK: Final = 0x66656564
"""Claims are made one after the other: two at once could take two feeds of one host."""
_REMEMBERED: Final = "120 days"
"""How long an entry that has left its feed is remembered; a feed that shows it again later publishes it again."""
_COLUMNS: Final = """feed_id, url, title, whole, state, etag, last_modified, pause_seconds, next_poll_at, claim,
failures, last_error, last_polled_at, last_success_at, moved_to, moved_count, published, hub, topic, hub_secret,
hub_until"""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed as it stands in the table."""

    feed_id: int
    url: str
    title: str | None
    whole: bool
    state: str
    etag: str | None
    last_modified: str | None
    pause_seconds: float | None
    next_poll_at: datetime
    claim: int
    failures: int
    last_error: str | None
    last_polled_at: datetime | None
    last_success_at: datetime | None
    moved_to: str | None
    moved_count: int
    published: int
    hub: str | None
    topic: str | None
    hub_secret: str | None
    hub_until: datetime | None

    @property
    def condition(self) -> str:
        """For a person: the state, and whether it fails."""
        return "failing" if self.state == "active" and self.failures else self.state


@dataclass(frozen=True, slots=True)
class Published:
    """What was last published of an entry."""

    article_id: str
    digest: str
    revision: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit leaves behind: ``changes`` are columns; ``entries`` by their own id; ``kept``: seen unchanged."""

    changes: Mapping[str, Any]
    pause: float
    entries: Mapping[str, Published]
    kept: Sequence[str] = ()


async def add_feed(connection: Connection, url: str, host: str, *, title: str | None, whole: bool) -> bool:
    """Whether it is new; one that was there, in whatever state, is active again from now on."""
    added = await connection.execute(
        """insert into feeds (url, host, title, whole) values (%s, %s, %s, %s)
           on conflict (url) do update set state = 'active', whole = excluded.whole, failures = 0,
             title = coalesce(excluded.title, feeds.title), next_poll_at = clock_timestamp()
           returning xmax = 0""",
        (url, host, title, whole),
    )
    row = await added.fetchone()
    return bool(row and row[0])


async def list_feeds(connection: Connection) -> list[FeedRow]:
    async with connection.cursor(row_factory=class_row(FeedRow)) as cursor:
        await cursor.execute(f"select {_COLUMNS} from feeds order by url")
        return await cursor.fetchall()


async def remove_feed(connection: Connection, url: str) -> bool:
    """Whether it was there. Its articles stay."""
    return (await connection.execute("delete from feeds where url = %s", (url,))).rowcount > 0


async def set_state(connection: Connection, url: str, state: str) -> bool:
    """Whether it was there; an active feed is due at once."""
    done = await connection.execute(
        "update feeds set state = %s, next_poll_at = clock_timestamp(), failures = 0 where url = %s", (state, url)
    )
    return done.rowcount > 0


async def is_listed(connection: Connection, url: str) -> bool:
    return await (await connection.execute("select from feeds where url = %s", (url,))).fetchone() is not None


async def count_by_condition(connection: Connection) -> dict[str, int]:
    rows = await connection.execute(
        """select case when state = 'active' and failures > 0 then 'failing' else state end, count(*)
             from feeds group by 1"""
    )
    return dict(await rows.fetchall())


async def claim_due(connection: Connection, owner: str, lease: float, limit: int) -> list[FeedRow]:
    """Due feeds, at most one of a host and none of a host that is being visited, for ``lease`` seconds. Commits."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(%s)", (_CLAIM_LOCK,))
        async with connection.cursor(row_factory=class_row(FeedRow)) as cursor:
            await cursor.execute(
                f"""with due as (
                      select distinct on (host) feed_id, next_poll_at from feeds f
                       where state = 'active' and next_poll_at <= clock_timestamp()
                         and not exists (select from feeds o
                                          where o.host = f.host and o.claimed_until > clock_timestamp())
                       order by host, next_poll_at),
                    taken as (
                      select feed_id from feeds
                       where feed_id in (select feed_id from due order by next_poll_at limit %s)
                         for update skip locked)
                    update feeds set claimed_by = %s, claim = claim + 1,
                           claimed_until = clock_timestamp() + make_interval(secs => %s)
                     where feed_id in (select feed_id from taken) returning {_COLUMNS}""",
                (limit, owner, lease),
            )
            return await cursor.fetchall()


async def claim_one(connection: Connection, feed_id: int, owner: str, lease: float) -> FeedRow | None:
    """One feed, due or not; None while somebody else has it. Commits."""
    async with connection.transaction(), connection.cursor(row_factory=class_row(FeedRow)) as cursor:
        await cursor.execute(
            f"""update feeds set claimed_by = %s, claim = claim + 1,
                       claimed_until = clock_timestamp() + make_interval(secs => %s)
                 where feed_id = %s and state = 'active'
                   and (claimed_until is null or claimed_until <= clock_timestamp()) returning {_COLUMNS}""",
            (owner, lease, feed_id),
        )
        return await cursor.fetchone()


async def find_feed(connection: Connection, feed_id: int) -> FeedRow | None:
    async with connection.cursor(row_factory=class_row(FeedRow)) as cursor:
        await cursor.execute(f"select {_COLUMNS} from feeds where feed_id = %s", (feed_id,))
        return await cursor.fetchone()


async def set_hub(connection: Connection, feed_id: int, **columns: Any) -> None:
    """What a hub has agreed to: ``hub_secret`` or ``hub_until``."""
    assigned = ", ".join(f"{name} = %({name})s" for name in columns)
    await connection.execute(
        f"update feeds set {assigned} where feed_id = %(feed_id)s",
        {**columns, "feed_id": feed_id},
    )


async def make_due(connection: Connection, feed_id: int) -> None:
    await connection.execute("update feeds set next_poll_at = clock_timestamp() where feed_id = %s", (feed_id,))


async def published_of(connection: Connection, feed_id: int, keys: Iterable[str]) -> dict[str, Published]:
    """What was last published, by the entry's own id."""
    digests = {entry_digest(key): key for key in keys}
    rows = await connection.execute(
        "select entry, article_id, digest, revision from feed_entries where feed_id = %s and entry = any(%s)",
        (feed_id, list(digests)),
    )
    return {digests[entry]: Published(*rest) for entry, *rest in await rows.fetchall()}


async def finish_visit(connection: Connection, feed: FeedRow, visit: Visit) -> None:
    """Writes what a visit found and gives the feed back. Raises :class:`FencedError` if it is another's by now."""
    async with connection.transaction():
        assigned = "".join(f", {name} = %({name})s" for name in visit.changes)
        done = await connection.execute(
            f"""update feeds set claimed_by = null, claimed_until = null, last_polled_at = clock_timestamp(),
                       published = published + %(count)s,
                       next_poll_at = clock_timestamp() + make_interval(secs => %(pause)s){assigned}
                 where feed_id = %(feed_id)s and claim = %(claim)s""",
            {
                **visit.changes,
                "pause": visit.pause,
                "count": len(visit.entries),
                "feed_id": feed.feed_id,
                "claim": feed.claim,
            },
        )
        if done.rowcount == 0:
            raise FencedError(f"{feed.url} was taken over by another poller, or removed")
        await _remember(connection, feed.feed_id, visit)


async def _remember(connection: Connection, feed_id: int, visit: Visit) -> None:
    rows = [
        {"entry": entry_digest(key), "article_id": one.article_id, "digest": one.digest, "revision": one.revision}
        for key, one in visit.entries.items()
    ]
    await connection.execute(
        """insert into feed_entries (feed_id, entry, article_id, digest, revision, seen_at)
           select %s, entry, article_id, digest, revision, clock_timestamp()
             from jsonb_to_recordset(%s) as r(entry text, article_id text, digest text, revision int)
           on conflict (feed_id, entry) do update set article_id = excluded.article_id, digest = excluded.digest,
             revision = excluded.revision, seen_at = excluded.seen_at""",
        (feed_id, Jsonb(rows)),
    )
    await connection.execute(
        """update feed_entries set seen_at = clock_timestamp() where feed_id = %s and entry = any(%s)
             and seen_at < clock_timestamp() - interval '1 day'""",
        (feed_id, [entry_digest(key) for key in visit.kept]),
    )
    await connection.execute(
        f"delete from feed_entries where feed_id = %s and seen_at < clock_timestamp() - interval '{_REMEMBERED}'",
        (feed_id,),
    )


def entry_digest(key: str) -> str:
    """An entry's own id may be a kilobyte long; its digest is not."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
