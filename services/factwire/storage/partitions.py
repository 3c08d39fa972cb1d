"""The children's tables in months: which there are, made ahead, filled from the rest, dropped.

Only in a database where somebody asked for it (``factwire db partition``). Each of the tables then has one partition
for every month of ``moment``, in UTC, and one for the rest, so that no date is ever refused. A month is made in all
tables at once. Whoever changes partitions locks ``articles`` first, as the merge does, and gives up before a deadlock
could come of it: nobody waits longer than that, and it is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final, TypeAlias, TypeVar

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

from factwire.storage.engine import connection_bounds
from factwire.storage.faults import away
from factwire.storage.settings import DatabaseSettings
from factwire.storage.write import CHILDREN

Connection: TypeAlias = psycopg.Connection[Any]
Result = TypeVar("Result")

AHEAD: Final = 2
"""Months after this one that are made before they come."""
WORTH_A_MONTH: Final = 1_000
"""Articles from which on a month gets a partition of its own; those of fewer stay together in the rest."""
_PATIENCE: Final = "500ms"
"""Below Postgres's own second for a deadlock: so it is never a writer who is told to go."""
_PAUSE: Final = 0.5
"""Seconds for those who were held up, before the next try."""
_TRIES: Final = 40
_THERE: Final = r"""
select to_date(right(c.relname, 7), 'YYYY_MM') from pg_inherits i join pg_class c on c.oid = i.inhrelid
 where i.inhparent = to_regclass('claims') and c.relname ~ '^claims_\d{4}_\d\d$' order by 1
"""
_PARTITIONED: Final = "select coalesce((select relkind = 'p' from pg_class where oid = to_regclass('claims')), false)"
_CROWDED: Final = """
select (date_trunc('month', m, 'UTC') at time zone 'UTC')::date
  from (select coalesce(published_at, received_at, stored_at) as m from articles) a
 where isfinite(m) and extract(year from m at time zone 'UTC') between 1 and 9998
 group by 1 having count(*) >= %s order by 1
"""


@contextmanager
def connected(settings: DatabaseSettings) -> Iterator[Connection]:
    """A connection for work on the tables themselves, whose statements may take their time; a network that is cut is
    noticed all the same. Raises :class:`TransientError` if the database is away.
    """
    bounds = {**connection_bounds(settings), "options": "-c timezone=UTC"}
    try:
        with psycopg.connect(settings.conninfo, autocommit=True, **bounds) as connection:
            yield connection
    except psycopg.OperationalError as fault:
        raise away(settings, fault) from fault


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date) -> date:
    return first_of_month(month + timedelta(days=31))


def months_between(first: date, last: date) -> list[date]:
    """Every month from that of ``first`` to that of ``last``."""
    found = [first_of_month(first)]
    while found[-1] < first_of_month(last):
        found.append(month_after(found[-1]))
    return found


def months_ahead(today: date) -> list[date]:
    """This month and those to be made before they come."""
    found = [first_of_month(today)]
    for _ in range(AHEAD):
        found.append(month_after(found[-1]))
    return found


def is_partitioned(connection: Connection) -> bool:
    return bool(_rows(connection, _PARTITIONED)[0][0])


def months_there(connection: Connection) -> list[date]:
    """Months that have a partition of their own, oldest first."""
    return [row[0] for row in _rows(connection, _THERE)]


def crowded_months(connection: Connection, least: int = WORTH_A_MONTH) -> list[date]:
    """Months with at least so many articles, oldest first: one walk over an index."""
    return [row[0] for row in _rows(connection, _CROWDED, least)]


def partition_name(table: str, month: date) -> str:
    return f"{table}_{month.year:04}_{month.month:02}"


def rest_of(table: str) -> str:
    """The partition of all months that have none of their own."""
    return f"{table}_rest"


def bounds(month: date) -> Composed:
    """``for values …`` of a month's partition."""
    begin, end = (Literal(f"{day.isoformat()} 00:00+00") for day in (month, month_after(month)))
    return SQL("for values from ({}) to ({})").format(begin, end)


def make_months(connection: Connection, months: Iterable[date]) -> list[date]:
    """Makes those that are missing and moves into them what the rest holds of them; which ones were made.

    Writers wait while rows are moved. Raises ``LockNotAvailable`` if the tables stay busy.
    """
    missing = sorted(set(months) - set(months_there(connection)))
    for month in missing:
        patiently(connection, lambda month=month: _make(connection, month))  # type: ignore[misc]
    if missing:
        analyze(connection)
    return missing


def make_months_ahead(connection: Connection, today: date) -> list[date]:
    """This month and the next ones, if the database is divided into months; which ones were missing."""
    return make_months(connection, months_ahead(today)) if is_partitioned(connection) else []


def drop_months(connection: Connection, before: date) -> list[date]:
    """Drops whole months that end at ``before`` or earlier, with all that is in them; which ones."""
    old = [month for month in months_there(connection) if month_after(month) <= before]
    for month in old:
        names = [Identifier(partition_name(table, month)) for table in CHILDREN]
        statement = SQL("lock table articles; drop table {}").format(SQL(", ").join(names))
        patiently(connection, lambda statement=statement: connection.execute(statement))  # type: ignore[misc]
    return old


def analyze(connection: Connection) -> None:
    """What the planner knows of the tables as wholes: autovacuum looks at partitions only."""
    connection.execute(SQL("analyze {}").format(SQL(", ").join(map(Identifier, CHILDREN))))


def patiently(connection: Connection, act: Callable[[], Result], patience: str = _PATIENCE) -> Result:
    """Does it in one transaction, which gives up waiting for a lock soon, and is tried again."""
    for attempt in range(1, _TRIES + 1):
        try:
            with connection.transaction():
                connection.execute(SQL("set local lock_timeout = {}").format(Literal(patience)))
                return act()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if attempt == _TRIES:
                raise
            time.sleep(_PAUSE)
    raise AssertionError("unreachable")


def columns_of(connection: Connection, table: str) -> list[str]:
    """The columns that are written, in order: not those that the database computes."""
    query = (
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and attgenerated = '' order by attnum"
    )
    return [row[0] for row in _rows(connection, query, table)]


def _make(connection: Connection, month: date) -> None:
    connection.execute("lock table articles in exclusive mode")
    for table in CHILDREN:
        _make_partition(connection, table, month)


def _make_partition(connection: Connection, table: str, month: date) -> None:
    named = {
        "table": Identifier(table),
        "rest": Identifier(rest_of(table)),
        "name": Identifier(partition_name(table, month)),
        "columns": SQL(", ").join(map(Identifier, columns_of(connection, table))),
        "begin": Literal(f"{month.isoformat()} 00:00+00"),
        "end": Literal(f"{month_after(month).isoformat()} 00:00+00"),
        "bounds": bounds(month),
    }
    for statement in _MAKE:
        connection.execute(SQL(statement).format(**named))


_MAKE: Final = (
    "create table {name} (like {table} including defaults including generated including storage)",
    "with moved as (delete from {rest} where moment >= {begin} and moment < {end} returning {columns})"
    " insert into {name} ({columns}) select {columns} from moved",
    "alter table {table} attach partition {name} {bounds}",
)


def _rows(connection: Connection, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    return connection.execute(query, parameters or None).fetchall()
