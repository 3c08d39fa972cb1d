"""Runs migrations: one at a time in the whole database, and never long in anybody's way.

The advisory lock makes a second ``factwire db upgrade`` wait for the first. The lock timeout makes a migration give up
rather than queue every reader behind it; run it again when the table is quieter.
"""

from __future__ import annotations

import os
import time

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

from factwire.errors import ConfigurationError
from factwire.storage.tables import Base

ADVISORY_LOCK = 0x66616374


def url() -> str:
    given = context.config.attributes.get("url") or os.environ.get("FACTWIRE_DATABASE_URL")
    if not given:
        raise ConfigurationError("FACTWIRE_DATABASE_URL is missing; set it to postgresql://user:password@host/factwire")
    return "postgresql+psycopg://" + given.split("://", 1)[1]


def wait_for_turn(connection: Connection) -> None:
    """Asks again and again: a session that waits inside the lock holds a snapshot, which an index that is built
    concurrently waits for in turn.
    """
    while not connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK}):
        connection.commit()
        time.sleep(0.2)


def run() -> None:
    engine = create_engine(url(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        wait_for_turn(connection)
        connection.execute(text("set lock_timeout = '5s'"))
        connection.execute(text("set statement_timeout = '10min'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            transaction_per_migration=True,
            version_table=context.config.attributes.get("version_table", "alembic_version"),
            say=context.config.attributes.get("say", lambda done, of: None),
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
