"""From plain tables to tables by month and back, while the sink goes on writing.

The children are copied into tables beside the old ones, some hundred articles at a time; what changes meanwhile stands
in the change log and is copied again. Only the last such round and the change of names lock anybody out. The new tables
are described by the catalogue of the old ones, so that this holds for any version of the schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from factwire.errors import ConfigurationError
from factwire.storage.partitions import analyze, bounds, columns_of, partition_name, patiently, rest_of
from factwire.storage.write import CHILDREN

Connection: TypeAlias = psycopg.Connection[Any]
Place: TypeAlias = tuple[int, int]
"""In the change log: transaction and id."""
Say: TypeAlias = Callable[[int, int], None]
"""Told of progress: articles copied, and how many there are."""

BATCH: Final = 500
_FEW: Final = 100
"""Changes that one round had to copy again, so that the next one may lock."""
_VIEW: Final = "claim_facts"
_NEXT_BATCH: Final = """
select max(article_id) from (select article_id from articles where article_id > %s order by 1 limit %s) a
"""
_HORIZON: Final = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_END: Final = f"select xid, id from changes where xid < {_HORIZON} order by xid desc, id desc limit 1"
_CHANGED: Final = f"""
select xid, id, article_id from changes where (xid, id) > (%s, %s) and xid < {_HORIZON} order by xid, id limit 5000
"""
_CHANGED_TO_THE_LAST: Final = """
select article_id from changes where (xid, id) > (%s, %s) union select article_id from embargoes
"""
"""Under the lock nobody can commit out of order; an article under embargo is not in the log."""
_INDEXES: Final = """
select c.relname, pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid
 where i.indrelid = %s::regclass and not i.indisprimary order by 1
"""
_KEY: Final = """
select array_agg(a.attname order by k.place) from pg_index i, unnest(i.indkey) with ordinality k(number, place)
  join pg_attribute a on a.attnum = k.number
 where i.indrelid = %s::regclass and i.indisprimary and a.attrelid = i.indrelid
"""
_NEW_NAMES: Final = """
select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = %s::regclass
"""
_ABOVE: Final = """
select distinct v.relname from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
 where d.refobjid = any(%s::regclass[]) and v.relname <> %s order by 1
"""
_GRANTS: Final = """
select c.relname, case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end, a.privilege_type
  from pg_class c, aclexplode(c.relacl) a where c.oid = any(%s::regclass[]) and a.grantee <> c.relowner
"""


def convert(connection: Connection, months: Sequence[date] | None, say: Say) -> None:
    """To tables with these months and a rest, or with None to plain ones. The connection is in autocommit.

    Begins anew if it was cut off. Raises :class:`ConfigurationError` if views of somebody else stand in the way.
    """
    _refuse_views(connection)
    for table in reversed(CHILDREN):
        connection.execute(SQL("drop table if exists {}").format(_next(table)))
    for table in CHILDREN:
        _build(connection, table, months)
        _index(connection, table, by_article=True)
    place = _copy_all(connection, _end(connection), say)
    for table in CHILDREN:
        _index(connection, table, by_article=False)
    place = _catch_up(connection, place, None)
    patiently(connection, lambda: _swap(connection, place), patience="3s")
    analyze(connection)


def _build(connection: Connection, table: str, months: Sequence[date] | None) -> None:
    """Its columns, partitions and keys. A key of a partitioned table holds what it is partitioned by."""
    by_month = months is not None
    like = SQL("create table {} (like {} including defaults including generated including storage)")
    key = [name for name in _one(connection, _KEY, table) if name != "moment"]
    connection.execute(like.format(_next(table), Identifier(table)) + SQL(_BY_MONTH if by_month else ""))
    for name, values in _partitions(table, months):
        connection.execute(SQL("create table {} partition of {} ").format(Identifier(name), _next(table)) + values)
    if not by_month:
        connection.execute(SQL("alter table {} alter moment drop not null").format(_next(table)))
    connection.execute(
        SQL("alter table {} add constraint {} primary key ({})").format(
            _next(table), _next(f"pk_{table}"), SQL(", ").join(map(Identifier, [*key, *["moment"] * by_month]))
        )
    )


_BY_MONTH: Final = " partition by range (moment)"


def _partitions(table: str, months: Sequence[date] | None) -> list[tuple[str, Composed | SQL]]:
    if months is None:
        return []
    return [*((partition_name(table, month), bounds(month)) for month in months), (rest_of(table), SQL("default"))]


def _index(connection: Connection, table: str, *, by_article: bool) -> None:
    """Those by article are needed for catching up; the others are built faster once the rows are there."""
    on = re.compile(r"^CREATE INDEX (\S+) ON (?:ONLY )?\S+ ")
    for _, definition in connection.execute(_INDEXES, [table]).fetchall():
        if by_article == definition.endswith("(article_id)"):
            connection.execute(on.sub(rf"CREATE INDEX \1_next ON {table}_next ", definition))


def _copy_all(connection: Connection, place: Place, say: Say) -> Place:
    """Article by article in the order of their ids; how far the change log was followed."""
    total = int(_one(connection, "select count(*) from articles"))
    last, done = "", 0
    while to := _one(connection, _NEXT_BATCH, last, BATCH):
        _copy(connection, "article_id > %(last)s and article_id <= %(to)s", {"last": last, "to": to})
        place = _catch_up(connection, place, to)
        last, done = to, done + BATCH
        say(min(done, total), total)
    return place


def _catch_up(connection: Connection, place: Place, upto: str | None) -> Place:
    """Copies again what has changed since ``place``, of the articles up to ``upto``: others are still to come."""
    while changed := connection.execute(_CHANGED, place).fetchall():
        _copy_again(connection, [row[2] for row in changed], upto)
        place = changed[-1][:2]
        if len(changed) < _FEW:
            break
    return place


def _copy_again(connection: Connection, article_ids: Sequence[str], upto: str | None) -> None:
    which = "article_id = any(%(ids)s) and (%(upto)s::text is null or article_id <= %(upto)s)"
    _copy(connection, which, {"ids": article_ids, "upto": upto}, again=True)


def _copy(connection: Connection, which: str, named: dict[str, object], *, again: bool = False) -> None:
    """One state of the articles in all tables."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        _copy_rows(connection, which, named, again=again)


def _copy_rows(connection: Connection, which: str, named: dict[str, object], *, again: bool) -> None:
    condition = SQL(which)
    for table in reversed(CHILDREN) if again else ():
        connection.execute(SQL("delete from {} where ").format(_next(table)) + condition, named)
    for table in CHILDREN:
        connection.execute(_insert(columns_of(connection, table), table) + condition, named)


def _insert(columns: Sequence[str], table: str) -> Composed:
    """The moment is the article's as it is now: rows from before it was a column have none."""
    moment = SQL("coalesce(published_at, received_at, stored_at)")
    return SQL("insert into {} ({}) select {} from {} c join articles a using (article_id) where ").format(
        _next(table),
        SQL(", ").join(map(Identifier, columns)),
        SQL(", ").join(moment if name == "moment" else _own(name) for name in columns),
        Identifier(table),
    )


def _own(column: str) -> Identifier:
    return Identifier(column) if column == "article_id" else Identifier("c", column)


def _swap(connection: Connection, place: Place) -> None:
    """Within a transaction: nobody writes any more, the last changes are copied, the names change hands."""
    connection.execute("lock table articles in exclusive mode")
    connection.execute(SQL("lock table {}").format(SQL(", ").join(map(Identifier, CHILDREN))))
    changed = [row[0] for row in connection.execute(_CHANGED_TO_THE_LAST, place).fetchall()]
    _copy_rows(connection, "article_id = any(%(ids)s)", {"ids": changed}, again=True)
    view = _one(connection, "select pg_get_viewdef(%s::regclass)", _VIEW)
    grants = connection.execute(_GRANTS, [[*CHILDREN, _VIEW]]).fetchall()
    connection.execute(SQL("drop view {}").format(Identifier(_VIEW)))
    for table in reversed(CHILDREN):
        connection.execute(SQL("drop table {}").format(Identifier(table)))
    for table in CHILDREN:
        _rename(connection, table)
    connection.execute(f"create view {_VIEW} as {view}")
    for relation, grantee, privilege in grants:
        connection.execute(f'grant {privilege} on "{relation}" to {grantee}')


def _rename(connection: Connection, table: str) -> None:
    for (name,) in connection.execute(_NEW_NAMES, [f"{table}_next"]).fetchall():
        new = Identifier(name.removesuffix("_next"))
        connection.execute(SQL("alter index {} rename to {}").format(Identifier(name), new))
    connection.execute(SQL("alter table {} rename to {}").format(_next(table), Identifier(table)))


def _refuse_views(connection: Connection) -> None:
    above = [row[0] for row in connection.execute(_ABOVE, [[*CHILDREN, _VIEW], _VIEW]).fetchall()]
    if above:
        names = ", ".join(above)
        raise ConfigurationError(f"views of yours stand on the tables: {names}; drop them, and make them again after")


def _end(connection: Connection) -> Place:
    found = connection.execute(_END).fetchone()
    return (found[0], found[1]) if found else (0, 0)


def _next(name: str) -> Identifier:
    return Identifier(f"{name}_next")


def _one(connection: Connection, query: str, *parameters: object) -> Any:
    found = connection.execute(query, parameters or None).fetchone()
    return found[0] if found else None
