"""Articles into Postgres: staged by COPY into temporary tables, then merged, all within the caller's transaction.

Rules of the merge. A higher revision replaces a lower one; the same revision is replaced only by its withdrawal or by a
later enrichment of it; children always belong to the revision that won. A tombstone withdraws whatever is there, and
only a higher revision brings the article back. Records of one article are applied in the order they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, TypeAlias

from psycopg.sql import SQL, Composed, Identifier

from factwire.storage import tables
from factwire.storage.changes import note_changes
from factwire.storage.engine import Connection
from factwire.storage.outbox import OutboxRow, put_in_outbox

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ArticleWrite:
    """One article as rows, keyed by column. A withdrawn one has no children."""

    article: Row
    source: Row | None = None
    entities: tuple[Row, ...] = ()
    article_entities: tuple[Row, ...] = ()
    mentions: tuple[Row, ...] = ()
    times: tuple[Row, ...] = ()
    claims: tuple[Row, ...] = ()
    claim_arguments: tuple[Row, ...] = ()
    outbox: OutboxRow | None = None

    @property
    def article_id(self) -> str:
        return str(self.article["article_id"])

    def replaces(self, earlier: ArticleWrite) -> bool:
        """The rule of the merge (``_MERGE_ARTICLES``), for two in one batch."""
        mine, other = self.article, earlier.article
        if mine["revision"] != other["revision"] or other["withdrawn_at"] is not None:
            return bool(mine["revision"] > other["revision"])
        later = mine["event_id"] != other["event_id"] and mine["enriched_at"] > other["enriched_at"]
        return bool(mine["withdrawn_at"] is not None or later)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The article is withdrawn, whatever its revision."""

    article_id: str
    at: datetime
    outbox: OutboxRow | None = None
    event_id: str = ""


Change: TypeAlias = ArticleWrite | Tombstone


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a batch: how many changes won, and how many lost to a newer state."""

    won: int
    stale: int


CHILDREN: Final = ("article_entities", "mentions", "times", "claims", "claim_arguments")
_STAGED: Final = ("sources", "entities", "articles", *CHILDREN)


_FILLED_IN: Final = frozenset({"stored_at", "moment", "hidden_until"})
"""Columns that the merge takes from the article as it is stored."""


def columns(table: str) -> tuple[str, ...]:
    """The columns of a table that a row must give: all but those the database fills in."""
    found = tables.Base.metadata.tables[table].columns
    return tuple(c.name for c in found if c.computed is None and c.name not in _FILLED_IN)


_COLUMNS: Final = {table: columns(table) for table in _STAGED}
_PICK: Final[Mapping[str, Callable[[Row], tuple[Any, ...]]]] = {t: itemgetter(*names) for t, names in _COLUMNS.items()}


def rounds(changes: Iterable[Change]) -> list[list[Change]]:
    """Changes in rounds of at most one an article, so that a round is a set and the rounds keep each article's order.

    Of revisions in a row only the winner is kept; in nearly every batch there is one round.
    """
    out: list[list[Change]] = []
    last: dict[str, tuple[int, int]] = {}
    for change in changes:
        at = last.get(change.article_id)
        earlier = out[at[0]][at[1]] if at else None
        if at and isinstance(earlier, ArticleWrite) and isinstance(change, ArticleWrite):
            out[at[0]][at[1]] = change if change.replaces(earlier) else earlier
            continue
        number = 0 if at is None else at[0] + 1
        if number == len(out):
            out.append([])
        out[number].append(change)
        last[change.article_id] = (number, len(out[number]) - 1)
    return out


async def prepare(connection: Connection) -> None:
    """Makes the temporary tables that :func:`write` stages in; once for each connection."""
    async with connection.transaction():
        for table in _STAGED:
            await connection.execute(
                SQL(
                    "create temporary table if not exists {} on commit delete rows as select {} from {} with no data"
                ).format(Identifier(f"staged_{table}"), _names(table), Identifier(table))
            )
        await connection.execute(
            "create temporary table if not exists winners (article_id text primary key, revision int, event_id text,"
            " source_id text, withdrawn_at timestamptz, embargoed_until timestamptz, moment timestamptz)"
            " on commit delete rows"
        )


async def write(connection: Connection, changes: Sequence[Change], *, clear: bool = False) -> Written:
    """Applies the changes within the caller's transaction, on a connection that :func:`prepare` has seen.

    ``clear``: something was written before in the same transaction. Raises psycopg's errors.
    """
    won = 0
    for number, batch in enumerate(rounds(changes)):
        if number or clear:
            await _clear(connection)
        won += await _write_round(connection, batch)
    return Written(won, len(changes) - won)


async def _write_round(connection: Connection, batch: Sequence[Change]) -> int:
    writes = [change for change in batch if isinstance(change, ArticleWrite)]
    tombstones = [change for change in batch if isinstance(change, Tombstone)]
    await _stage(connection, writes)
    await _merge(connection, "sources")
    before = await _stored_before(connection, [change.article_id for change in batch])
    merged = (await connection.execute(_MERGE_ARTICLES)).rowcount
    if merged < len(writes):
        await connection.execute(_ONLY_WINNERS_ENTITIES)
    await _merge_entities(connection)
    await _withdraw(connection, tombstones)
    winners = {row[0] for row in await (await connection.execute("select article_id from winners")).fetchall()}
    await _replace_children(connection, {name: before[name] for name in winners & before.keys()})
    await note_changes(connection)
    rows = [change.outbox for change in batch if change.article_id in winners and change.outbox is not None]
    await put_in_outbox(connection, rows)
    return len(winners)


async def _stage(connection: Connection, writes: Sequence[ArticleWrite]) -> None:
    await _copy(connection, "articles", (w.article for w in writes))
    await _copy(connection, "sources", _latest((w.source for w in writes if w.source), "source_id"))
    await _copy(connection, "entities", _latest((e for w in writes for e in w.entities), "entity_id"))
    for table in CHILDREN:
        await _copy(connection, table, [row for w in writes for row in getattr(w, table)])


def _latest(rows: Iterable[Row], key: str) -> list[Row]:
    """One row for each key, the last that came, in key order: no two writers ever lock in opposite order."""
    found = {row[key]: row for row in rows}
    return [found[name] for name in sorted(found)]


async def _copy(connection: Connection, table: str, rows: Iterable[Row]) -> None:
    rows = list(rows)
    if not rows:
        return
    statement = SQL("copy {} ({}) from stdin").format(Identifier(f"staged_{table}"), _names(table))
    pick = _PICK[table]
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(pick(row))


def _names(table: str) -> Composed:
    return SQL(", ").join(map(Identifier, _COLUMNS[table]))


def _upsert(table: str, key: str) -> tuple[Composed, Composed]:
    """Insert what is new, then update what differs: ``on conflict do update`` would lock every row that is hot."""
    others = [name for name in _COLUMNS[table] if name != key]
    staged, target, key_name = Identifier(f"staged_{table}"), Identifier(table), Identifier(key)
    insert = SQL("insert into {} ({}) select {} from {} order by {} on conflict do nothing").format(
        target, _names(table), _names(table), staged, key_name
    )
    differs = SQL("({}) is distinct from ({})").format(_qualified("t", others), _qualified("s", others))
    update = SQL(
        "with changed as (select t.{key} from {t} t join {s} s using ({key}) where {differs}"
        " order by 1 for no key update of t)"
        " update {t} t set {sets} from {s} s, changed c where t.{key} = s.{key} and c.{key} = t.{key}"
    ).format(
        key=key_name,
        t=target,
        s=staged,
        differs=differs,
        sets=SQL(", ").join(SQL("{0} = s.{0}").format(Identifier(name)) for name in others),
    )
    return insert, update


def _qualified(alias: str, names: Sequence[str]) -> Composed:
    return SQL(", ").join(SQL("{}.{}").format(Identifier(alias), Identifier(name)) for name in names)


_SHARED: Final = {"sources": _upsert("sources", "source_id"), "entities": _upsert("entities", "entity_id")}
_HOLD_ENTITIES: Final = """
select from entities e join staged_entities s using (entity_id) order by entity_id for key share of e
"""
"""In place of a foreign key, which would take the lock for each article anew."""
_ONLY_WINNERS_ENTITIES: Final = """
delete from staged_entities s where not exists (
  select from staged_article_entities e join winners w using (article_id) where e.entity_id = s.entity_id)
"""
"""What lost changes nothing, names of entities included: one that was erased does not come back with an old copy."""
_KEPT: Final = "{0} = case when excluded.revision = a.revision then coalesce(excluded.{0}, a.{0}) else excluded.{0} end"
"""Enriching the same revision again, from a log or from here, looks for no duplicates, and forgets none."""
_WON: Final = """a.article_id, a.revision, a.event_id, a.source_id, a.withdrawn_at, a.embargoed_until,
            coalesce(a.published_at, a.received_at, a.stored_at)"""
"""What is remembered of a winner: its children and the change log need no look at the article again."""
_MERGE_ARTICLES: Final = SQL(
    """
with merged as (
  insert into articles as a ({names}) select {names} from staged_articles
  on conflict (article_id) do update set {sets}, stored_at = clock_timestamp()
  where excluded.revision > a.revision
     or (excluded.revision = a.revision and a.withdrawn_at is null
         and (excluded.withdrawn_at is not null
              or (excluded.event_id <> a.event_id and excluded.enriched_at > a.enriched_at)))
  returning {won})
insert into winners select * from merged
"""
).format(
    names=_names("articles"),
    won=SQL(_WON),
    sets=SQL(", ").join(
        SQL(_KEPT if name.startswith("duplicate_") else "{0} = excluded.{0}").format(Identifier(name))
        for name in _COLUMNS["articles"]
        if name != "article_id"
    ),
)
_WITHDRAW: Final = f"""
with gone as (
  insert into articles as a (article_id, revision, status, text, text_sha256, subjects, extra, sections, sentences,
                             enricher_version, rules_version, kb_version, event_id, enriched_at, withdrawn_at)
  select u.id, 0, 'withdrawn', '', encode(sha256(''), 'hex'), '[]', '{{}}', '[]', '[]', '', '', '', u.event, u.at, u.at
    from unnest(%(ids)s::text[], %(at)s::timestamptz[], %(events)s::text[]) u(id, at, event)
  on conflict (article_id) do update set status = 'withdrawn', withdrawn_at = excluded.withdrawn_at,
     event_id = excluded.event_id, title = null, summary = null, text = '',
     text_sha256 = excluded.text_sha256, sections = '[]', sentences = '[]', stored_at = clock_timestamp()
  where a.withdrawn_at is null
  returning {_WON})
insert into winners select * from gone
"""


_ADDED: Final[Mapping[str, Mapping[str, str]]] = {
    "article_entities": {"moment": "w.moment"},
    "mentions": {"moment": "w.moment"},
    "times": {"moment": "w.moment"},
    "claim_arguments": {"moment": "w.moment"},
    "claims": {
        "moment": "w.moment",
        "hidden_until": "w.embargoed_until",
        "facets": "s.facets || array(select distinct 'for:' || f.of_id from affiliations f"
        " where f.entity_id = any(s.speakers) and f.holds @> (w.moment at time zone 'utc')::date)",
    },
}
"""What the database adds to the staged children, or puts in their place."""


def _insert(table: str) -> Composed:
    added = _ADDED.get(table, {})
    names = [name for name in _COLUMNS[table] if name not in added]
    return SQL(
        "insert into {target} ({names}) select {values} from {staged} s join winners w using (article_id)"
    ).format(
        target=Identifier(table),
        names=SQL(", ").join(map(Identifier, (*names, *added))),
        values=SQL(", ").join([*(Identifier("s", name) for name in names), *(SQL(added[name]) for name in added)]),
        staged=Identifier(f"staged_{table}"),
    )


_INSERT: Final = {table: _insert(table) for table in CHILDREN}
_BEFORE: Final = """
select article_id, case when (select relkind = 'p' from pg_class where oid = 'claims'::regclass)
                        then coalesce(published_at, received_at, stored_at) end
  from articles where article_id = any(%s) order by article_id for no key update
"""


def delete_children(table: str, *, in_months: bool) -> Composed:
    """Takes away the children of ``ids``; ``in_months``: looked for only in the partitions where ``moments`` are."""
    months = SQL(" and moment = any(%(moments)s)" if in_months else "")
    return SQL("delete from {} where article_id = any(%(ids)s)").format(Identifier(table)) + months


async def _merge(connection: Connection, shared: str) -> None:
    for statement in _SHARED[shared]:
        await connection.execute(statement)


async def _merge_entities(connection: Connection) -> None:
    """Merged and held: one that an erasure has taken away meanwhile is put in again, and none is taken away after."""
    staged = await (await connection.execute("select count(*) from staged_entities")).fetchone()
    held = -1
    while staged is not None and held < staged[0]:
        await _merge(connection, "entities")
        held = (await connection.execute(_HOLD_ENTITIES)).rowcount


async def _withdraw(connection: Connection, tombstones: Sequence[Tombstone]) -> None:
    if tombstones:
        named = {
            "ids": [t.article_id for t in tombstones],
            "at": [t.at for t in tombstones],
            "events": [t.event_id for t in tombstones],
        }
        await connection.execute(_WITHDRAW, named)


async def _stored_before(connection: Connection, article_ids: Sequence[str]) -> dict[str, datetime | None]:
    """Which of the articles are here already; in a partitioned database, with the moment that their children carry.

    They are locked, in order: nothing can change that moment until they are merged.
    """
    found = await connection.execute(_BEFORE, [article_ids])
    return dict(await found.fetchall())


async def _replace_children(connection: Connection, before: Mapping[str, datetime | None]) -> None:
    """``before``: the winners that may have children. What is new has none."""
    gone = {"ids": list(before), "moments": list(set(filter(None, before.values())))}
    for table in reversed(CHILDREN) if before else ():
        await connection.execute(delete_children(table, in_months=bool(gone["moments"])), gone)
    for table in CHILDREN:
        await connection.execute(_INSERT[table])


async def _clear(connection: Connection) -> None:
    names = [Identifier(f"staged_{table}") for table in _STAGED] + [Identifier("winners")]
    await connection.execute(SQL("truncate {}").format(SQL(", ").join(names)))
