"""A role for people with SQL: reads what the read API shows and the tables behind it, and can do nothing else."""

from __future__ import annotations

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from factwire.storage.faults import away
from factwire.storage.settings import DatabaseSettings

READER = "factwire_reader"
READABLE = (
    "claim_facts", "articles", "entities", "article_entities", "mentions", "times", "claims", "claim_arguments",
    "sources", "affiliations",
)  # fmt: skip
"""What it may read. Keys, webhooks with their secrets, the outbox and the offsets are not among them."""


def make_reader(settings: DatabaseSettings, name: str, password: str | None, seconds: int) -> None:
    """Makes the role or brings it up to date. Raises :class:`TransientError` if the database is away."""
    role = Identifier(name)
    try:
        with psycopg.connect(settings.conninfo, connect_timeout=5) as connection:
            known = connection.execute("select from pg_roles where rolname = %s", [name]).fetchone()
            if known is None:
                connection.execute(SQL("create role {}").format(role))
            if password:
                connection.execute(SQL("alter role {} login password {}").format(role, Literal(password)))
            connection.execute(SQL("alter role {} set default_transaction_read_only = on").format(role))
            connection.execute(SQL("alter role {} set statement_timeout = {}").format(role, Literal(f"{seconds}s")))
            connection.execute(SQL("grant usage on schema public to {}").format(role))
            connection.execute(SQL("revoke all on all tables in schema public from {}").format(role))
            tables = SQL(", ").join(map(Identifier, READABLE))
            connection.execute(SQL("grant select on {} to {}").format(tables, role))
    except psycopg.OperationalError as fault:
        raise away(settings, fault) from fault
