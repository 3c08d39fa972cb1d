"""Fingerprints of the articles of the last days: remembered in the order in which they were first seen, and found again
by what they share.

The order is what makes the answer lasting. It is given out under a lock that is held until it is committed, so whoever
was first is in sight of all who come after; an article keeps its place through revisions and repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from factwire.storage.engine import Connection

_LOCK: Final = 0x66696E67
_REMEMBER: Final = """
insert into fingerprints as f (article_id, revision, moment, digest, signature, bands)
select * from unnest(%(ids)s::text[], %(revisions)s::int[], %(moments)s::timestamptz[], %(digests)s::bytea[],
                     %(signatures)s::bytea[]) as n(article_id, revision, moment, digest, signature)
         cross join lateral (select array(select (b)::int from jsonb_array_elements(%(bands)s::jsonb -> n.article_id) b)
                            ) as x(bands)
 order by array_position(%(ids)s::text[], n.article_id)
on conflict (article_id) do update
   set revision = excluded.revision, moment = excluded.moment, digest = excluded.digest,
       signature = excluded.signature, bands = excluded.bands, seen_at = clock_timestamp()
 where excluded.revision > f.revision or (excluded.revision = f.revision and excluded.digest <> f.digest)
"""
MOST_ALIKE: Final = 10_000
"""Articles that are given back for a batch; a wire story in a thousand places must not make its batches slow."""
_ALIKE: Final = """
select article_id, seen, moment, digest, signature, bands from fingerprints where article_id = any(%(ids)s)
union all
(select article_id, seen, moment, digest, signature, bands from fingerprints
  where bands && %(bands)s::int[] and article_id <> all(%(ids)s) order by seen limit %(most)s)
"""
_DROP: Final = """
delete from fingerprints where article_id in (
  select article_id from fingerprints where seen_at < clock_timestamp() - %s::interval limit 5000)
"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """``seen``: its place in the order of first sight. ``moment``: when it was published, as far as that is known."""

    article_id: str
    seen: int
    moment: datetime
    digest: bytes
    signature: bytes
    bands: Sequence[int]


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article to be remembered."""

    article_id: str
    revision: int
    moment: datetime
    digest: bytes
    signature: bytes
    bands: Sequence[int]


async def remember(connection: Connection, sightings: Sequence[Sighting]) -> None:
    """Committed when it returns. Every article once; a repeat of one changes nothing, an older revision neither."""
    from psycopg.types.json import Jsonb

    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        await connection.execute(
            _REMEMBER,
            {
                "ids": [one.article_id for one in sightings],
                "revisions": [one.revision for one in sightings],
                "moments": [one.moment for one in sightings],
                "digests": [one.digest for one in sightings],
                "signatures": [one.signature for one in sightings],
                "bands": Jsonb({one.article_id: list(one.bands) for one in sightings}),
            },
        )


async def find_alike(connection: Connection, sightings: Sequence[Sighting], most: int = MOST_ALIKE) -> list[Remembered]:
    """They themselves, and whatever else shares a band with any of them: of more than ``most``, those seen first."""
    ids, bands = [one.article_id for one in sightings], sorted({band for one in sightings for band in one.bands})
    async with connection.transaction():
        await connection.execute("set local enable_seqscan = off")  # thousands of keys: a scan would compare each row's
        found = await connection.execute(_ALIKE, {"ids": ids, "bands": bands, "most": most})
        return [Remembered(*row) for row in await found.fetchall()]


async def forget_old(connection: Connection, kept: timedelta) -> int:
    """Drops what was last seen longer ago than ``kept``; returns how many, a few thousand at most."""
    return (await connection.execute(_DROP, [kept])).rowcount
