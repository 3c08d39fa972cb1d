"""Articles into Postgres, all within the caller's transaction: staged by COPY in temporary tables and merged; then the
children of those that won are copied straight into their tables.

Rules of the merge. A higher revision replaces a lower one; the same revision is replaced only by its withdrawal or by a
later enrichment of it; children always belong to the revision that won. A tombstone withdraws whatever is there, and
only a higher revision brings the article back. Records of one article are applied in the order they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any, Final, TypeAlias

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from factwire.storage import tables
from factwire.storage.changes import note_changes
from factwire.storage.facets import FOR, facet
from factwire.storage.outbox import OutboxRow, put_in_outbox

Row: TypeAlias = Mapping[str, Any]
Connection: TypeAlias = psycopg.AsyncConnection[Any]


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

    @property
    def staged(self) -> Row:
        """The article's row with everybody it mentions, or who takes part in a claim or speaks, mentioned or not."""
        named = {row["entity_id"] for row in (*self.article_entities, *self.claim_arguments)}
        named.update(*(claim["speakers"] for claim in self.claims))
        return {**self.article, "entity_ids": sorted(named - {None})}

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
_STAGED: Final = ("sources", "entities", "articles")


_FILLED_IN: Final = frozenset({"stored_at", "moment", "hidden_until", "entity_ids"})
"""Columns that follow from the article as it is stored, and from its children."""


def columns(table: str) -> tuple[str, ...]:
    """The columns of a table that a row must give: all but those that are filled in here or by the database."""
    found = tables.Base.metadata.tables[table].columns
    return tuple(c.name for c in found if c.computed is None and c.name not in _FILLED_IN)


_COLUMNS: Final = {table: columns(table) for table in (*_STAGED, *CHILDREN)}
_COLUMNS["articles"] += ("entity_ids",)
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


_COMPRESS_FAST: Final = """
select set_config(name, 'lz4', false) from pg_settings
 where name = 'default_toast_compression' and 'lz4' = any(enumvals)
"""
"""A third of the time of Postgres's own way, where the server has it; readers need not know."""


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
        await connection.execute(_COMPRESS_FAST)


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
    await _copy(connection, "articles", [w.staged for w in writes])
    await _copy(connection, "sources", _latest((w.source for w in writes if w.source), "source_id"))
    await _merge(connection, "sources")
    before = await _stored_before(connection, [change.article_id for change in batch])
    await connection.execute(_MERGE_ARTICLES)
    await _withdraw(connection, [change for change in batch if isinstance(change, Tombstone)])
    winners = dict(await (await connection.execute("select article_id, moment from winners")).fetchall())
    await _merge_entities(connection, [entity for w in writes if w.article_id in winners for entity in w.entities])
    await _delete_children(connection, {name: before[name] for name in winners.keys() & before.keys()})
    await _write_children(connection, [w for w in writes if w.article_id in winners], winners)
    await note_changes(connection)
    rows = [change.outbox for change in batch if change.article_id in winners and change.outbox is not None]
    await put_in_outbox(connection, rows)
    return len(winners)


def _latest(rows: Iterable[Row], key: str) -> list[Row]:
    """One row for each key, the last that came, in key order: no two writers ever lock in opposite order."""
    found = {row[key]: row for row in rows}
    return [found[name] for name in sorted(found)]


async def _copy(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    """Into the temporary table of that name."""
    await _copy_into(connection, f"staged_{table}", _COLUMNS[table], list(map(_PICK[table], rows)))


async def _copy_into(connection: Connection, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    statement = SQL("copy {} ({}) from stdin").format(Identifier(table), SQL(", ").join(map(Identifier, names)))
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(row)


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
     text_sha256 = excluded.text_sha256, sections = '[]', sentences = '[]', entity_ids = '{{}}',
     stored_at = clock_timestamp()
  where a.withdrawn_at is null
  returning {_WON})
insert into winners select * from gone
"""


_SPEAKS_FOR: Final = """
select distinct u.id, u.day, a.of_id from unnest(%s::text[], %s::date[]) u(id, day)
  join affiliations a on a.entity_id = u.id and a.holds @> u.day order by 1, 2, 3
"""
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


async def _merge_entities(connection: Connection, entities: Iterable[Row]) -> None:
    """Those of winners: what lost changes nothing, and an entity that was erased does not come back with an old copy.

    They are held: one that an erasure has taken away meanwhile is put in again, and none is taken away after.
    """
    staged = _latest(entities, "entity_id")
    await _copy(connection, "entities", staged)
    held = -1
    while staged and held < len(staged):
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


async def _delete_children(connection: Connection, before: Mapping[str, datetime | None]) -> None:
    """``before``: the winners that may have children. What is new has none."""
    gone = {"ids": list(before), "moments": list(set(filter(None, before.values())))}
    for table in reversed(CHILDREN) if before else ():
        await connection.execute(delete_children(table, in_months=bool(gone["moments"])), gone)


async def _write_children(
    connection: Connection, writes: Sequence[ArticleWrite], moments: Mapping[str, datetime]
) -> None:
    """With what they take from the article as it is stored."""
    written = {article_id: moment.isoformat() for article_id, moment in moments.items()}
    for table in ("article_entities", "mentions", "times", "claim_arguments"):
        pick = _PICK[table]
        rows = [(*pick(row), written[w.article_id]) for w in writes for row in getattr(w, table)]
        await _copy_into(connection, table, (*_COLUMNS[table], "moment"), rows)
    told = [(w, claim, moments[w.article_id]) for w in writes for claim in w.claims]
    speaks_for = await _speaks_for(connection, {(who, _day(at)) for _, claim, at in told for who in claim["speakers"]})
    claims = [
        (*_PICK["claims"](_with_facets(claim, speaks_for, at)), at, w.article["embargoed_until"])
        for w, claim, at in told
    ]
    await _copy_into(connection, "claims", (*_COLUMNS["claims"], "moment", "hidden_until"), claims)


async def _speaks_for(
    connection: Connection, asked: Iterable[tuple[str, date]]
) -> Mapping[tuple[str, date], list[str]]:
    """The facets of whom somebody speaks for on a day, for those who speak for anybody."""
    found: dict[tuple[str, date], list[str]] = {}
    pairs = sorted(asked)
    if pairs:
        ids, days = zip(*pairs, strict=True)
        for who, day, whom in await (await connection.execute(_SPEAKS_FOR, [list(ids), list(days)])).fetchall():
            found.setdefault((who, day), []).append(facet(FOR, whom))
    return found


def _with_facets(claim: Row, speaks_for: Mapping[tuple[str, date], list[str]], at: datetime) -> Row:
    more = {one for who in claim["speakers"] for one in speaks_for.get((who, _day(at)), ())}
    return {**claim, "facets": [*claim["facets"], *sorted(more)]} if more else claim


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


async def _clear(connection: Connection) -> None:
    names = [Identifier(f"staged_{table}") for table in _STAGED] + [Identifier("winners")]
    await connection.execute(SQL("truncate {}").format(SQL(", ").join(names)))
