"""Indexes for migrations: built while others go on writing, on plain tables and on tables by month alike.

Postgres builds none of the kind on a table by month as a whole, only on its partitions, one by one.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_PARTITIONS = "select inhrelid::regclass::text from pg_inherits where inhparent = to_regclass(:table) order by 1"


def build_index(connection: Connection, name: str, table: str, on: str) -> None:
    """``on``: what follows the table, like ``USING gin (facets)``. Within an autocommit block.

    May be repeated: what a build that was stopped has left behind is dropped and built again.
    """
    drop_index(connection, name, table)
    partitions = _partitions(connection, table)
    if not partitions:
        connection.execute(text(f"create index concurrently {name} on {table} {on}"))
        return
    connection.execute(text(f"create index {name} on only {table} {on}"))
    for partition in partitions:
        part = name + partition.removeprefix(table)
        connection.execute(text(f"drop index concurrently if exists {part}"))
        connection.execute(text(f"create index concurrently {part} on {partition} {on}"))
        connection.execute(text(f"alter index {name} attach partition {part}"))


def drop_index(connection: Connection, name: str, table: str) -> None:
    """Within an autocommit block. On a table by month readers and writers wait for a moment."""
    how = "" if _partitions(connection, table) else "concurrently"
    connection.execute(text(f"drop index {how} if exists {name}"))


def _partitions(connection: Connection, table: str) -> list[str]:
    return list(connection.scalars(text(_PARTITIONS), {"table": table}))
