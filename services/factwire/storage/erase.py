"""Taking out of the database what must no longer be known, and keeping the record that it was done.

An erased article stays as its bare id, withdrawn at the highest revision there is: whatever comes late from a log, a
backfill or an older copy can then never bring it back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final, TypeAlias

from psycopg.sql import SQL, Identifier

from factwire.storage import tables
from factwire.storage.engine import Connection

Counts: TypeAlias = dict[str, int]

LAST_REVISION: Final = 2**31 - 1
_KEPT: Final = frozenset({"articles", "erasures"})
_EMPTY: Final[Mapping[str, str]] = {
    "status": "'withdrawn'", "text": "''", "text_sha256": "encode(sha256(''), 'hex')", "sections": "'[]'",
    "sentences": "'[]'", "subjects": "'[]'", "extra": "'{}'", "authors": "'{}'", "categories": "'{}'",
    "keywords": "'{}'", "warnings": "'{}'", "entity_ids": "'{}'", "withdrawn_at": "clock_timestamp()",
    "stored_at": "clock_timestamp()", "enriched_at": "clock_timestamp()", "revision": str(LAST_REVISION),
    "event_id": "%(event)s",
}  # fmt: skip
_OF_MADE: Final = ("enricher_version", "rules_version", "kb_version")
_LOCK_ENTITIES: Final = "select from entities where entity_id = any(%s) order by entity_id for update"
_ORPHANS: Final = """
delete from entities e where e.entity_id = any(%s)
   and not exists (select from article_entities a where a.entity_id = e.entity_id)
"""
_ARTICLE_TABLES: Final = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'article_id'
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   and not a.attisdropped order by 1
"""
"""A table by month stands for its partitions."""
_WITH_ENTITY: Final = """
select article_id from article_entities where entity_id = %(id)s
union select article_id from claim_arguments where entity_id = %(id)s
union select article_id from claims where facets @> array['said:' || %(id)s::text] order by 1
"""
_TELL: Final = """
insert into changes (article_id, revision, event_id, kind, source_id)
select article_id, %(revision)s, %(event)s, 'withdrawn', source_id from articles where article_id = %(id)s
"""


async def article_exists(connection: Connection, article_id: str) -> bool:
    found = await connection.execute("select from articles where article_id = %s for update", [article_id])
    return await found.fetchone() is not None


async def count_article(connection: Connection, article_id: str) -> Counts:
    """Rows that name the article, by table: every table with a column ``article_id``, those of later versions too."""
    counts = {}
    for table in await _naming(connection):
        query = SQL("select count(*) from {} where article_id = %s").format(Identifier(table))
        row = await (await connection.execute(query, [article_id])).fetchone()
        counts[table] = int(row[0]) if row else 0
    row = await (
        await connection.execute("select count(*) from outbox where key = %s", [article_id.encode()])
    ).fetchone()
    return {
        **{table: number for table, number in counts.items() if number},
        **({"outbox": row[0]} if row and row[0] else {}),
    }


async def erase_article(connection: Connection, article_id: str, event_id: str) -> None:
    """All of it but its id; entities that nobody else mentions go too. Within the caller's transaction."""
    query = "select entity_id from article_entities where article_id = %s"
    mentioned = [row[0] for row in await (await connection.execute(query, [article_id])).fetchall()]
    for table in await _naming(connection):
        if table not in _KEPT:
            await connection.execute(
                SQL("delete from {} where article_id = %s").format(Identifier(table)), [article_id]
            )
    await connection.execute("delete from outbox where key = %s", [article_id.encode()])
    await connection.execute(_TELL, {"id": article_id, "revision": LAST_REVISION, "event": event_id})
    await connection.execute(_BARE, {"id": article_id, "event": event_id})
    await _drop_orphans(connection, mentioned)


async def articles_with_entity(connection: Connection, entity_id: str) -> list[str]:
    """Where it is mentioned, takes part, or speaks."""
    rows = await (await connection.execute(_WITH_ENTITY, {"id": entity_id})).fetchall()
    return [row[0] for row in rows]


async def entity_name(connection: Connection, entity_id: str) -> str | None:
    row = await (await connection.execute("select name from entities where entity_id = %s", [entity_id])).fetchone()
    return row[0] if row else None


async def erase_entity(connection: Connection, entity_id: str) -> None:
    """Its own row, once no article mentions it any more."""
    await connection.execute("delete from affiliations where entity_id = %s", [entity_id])
    await _drop_orphans(connection, [entity_id])


async def _drop_orphans(connection: Connection, entity_ids: list[str]) -> None:
    """Locked first: whoever writes an article with one of them holds it, and is in sight once the lock is given."""
    await connection.execute(_LOCK_ENTITIES, [entity_ids])
    await connection.execute(_ORPHANS, [entity_ids])


async def note_erasure(
    connection: Connection, *, by: str, kind: str, subject: str, reason: str, counts: Counts
) -> None:
    """Who, when, why and how much; of what, a digest: enough to show that a given id was erased."""
    digest = hashlib.sha256(f"{kind}:{subject}".encode()).hexdigest()
    await connection.execute(
        "insert into erasures (by, kind, subject_sha256, reason, counts) values (%s, %s, %s, %s, %s)",
        [by, kind, digest, reason, json.dumps(counts)],
    )


async def _naming(connection: Connection) -> list[str]:
    return [row[0] for row in await (await connection.execute(_ARTICLE_TABLES)).fetchall()]


def _bare() -> str:
    columns = [c.name for c in tables.Article.__table__.columns if c.computed is None and c.name != "article_id"]
    sets = {name: _EMPTY.get(name, "''" if name in _OF_MADE else "null") for name in columns}
    return f"update articles set {', '.join(f'{n} = {value}' for n, value in sets.items())} where article_id = %(id)s"


_BARE: Final = _bare()
