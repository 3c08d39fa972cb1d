"""Runs the migrations, from the wheel or from the checkout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool
from sqlalchemy.exc import OperationalError

from factwire.errors import ConfigurationError, TransientError
from factwire.storage.faults import away
from factwire.storage.partitions import connected, is_partitioned
from factwire.storage.settings import DatabaseSettings

Say: TypeAlias = Callable[[int, int], None]
_BY_MONTH: Final[dict[str, Any]] = {"chain": "partitioned", "version_table": "alembic_version_partitioned"}
"""A chain of its own, so that the main one keeps one head and nobody goes this way unasked."""
PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class SchemaState:
    """The revision a database is at (None: empty), and the newest this build knows."""

    current: str | None
    head: str

    @property
    def is_current(self) -> bool:
        return self.current == self.head


def migrations_folder() -> Path:
    """In an installed wheel they lie in the package, in a checkout beside ``services/``."""
    for folder in (PACKAGE / "_data" / "migrations", PACKAGE.parents[1] / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise ConfigurationError("the migrations are not in this installation; install factwire again")


def upgrade(settings: DatabaseSettings, to: str = "head") -> None:
    """Brings the schema up to ``to``; nothing happens if it is there. Raises :class:`TransientError` if it is away."""
    _run(lambda config: command.upgrade(config, to), settings)


def downgrade(settings: DatabaseSettings, to: str) -> None:
    """Takes the schema back to ``to`` ("-1": one step, "base": empty).

    Raises :class:`ConfigurationError` for a partitioned database: older schemas do not know the like.
    """
    with connected(settings) as connection:
        if is_partitioned(connection):
            raise ConfigurationError("the database is partitioned by month; run first: factwire db unpartition")
    _run(lambda config: command.downgrade(config, to), settings)


def partition(settings: DatabaseSettings, say: Say) -> None:
    """Turns the children's tables into tables by month (``migrations/partitioned``).

    ``say`` is told how many articles are done, and of how many. Raises :class:`TransientError` if the database is away,
    :class:`ConfigurationError` if its schema is not current.
    """
    require_current(settings)
    _run(lambda config: command.upgrade(config, "head"), settings, **_BY_MONTH, say=say)


def unpartition(settings: DatabaseSettings, say: Say) -> None:
    """Turns them into plain tables again."""
    require_current(settings)
    _run(lambda config: command.downgrade(config, "base"), settings, **_BY_MONTH, say=say)


def schema_state(settings: DatabaseSettings) -> SchemaState:
    """Where the database stands. Raises :class:`TransientError` if it cannot be reached."""
    head = ScriptDirectory(str(migrations_folder())).get_current_head() or "base"
    engine = create_engine(settings.sqlalchemy_url, poolclass=pool.NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            return SchemaState(MigrationContext.configure(connection).get_current_revision(), head)
    except OperationalError as fault:
        raise _away(settings, fault) from fault
    finally:
        engine.dispose()


def require_current(settings: DatabaseSettings) -> None:
    """Raises :class:`ConfigurationError` unless the schema is the one this build was made for."""
    state = schema_state(settings)
    if not state.is_current:
        at = f"at {state.current}" if state.current else "empty"
        raise ConfigurationError(f"the database is {at}, this build needs {state.head}; run: factwire db upgrade")


def _run(what: Callable[[Config], None], settings: DatabaseSettings, chain: str = "versions", **given: object) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("version_locations", str(migrations_folder() / chain))
    config.set_main_option("path_separator", "os")
    config.attributes.update(given, url=settings.conninfo)
    try:
        what(config)
    except OperationalError as fault:
        raise _away(settings, fault) from fault
    except psycopg.OperationalError as fault:
        raise away(settings, fault) from fault


def _away(settings: DatabaseSettings, fault: OperationalError) -> TransientError:
    """The driver's word, not SQLAlchemy's around it."""
    return away(settings, fault.orig if isinstance(fault.orig, Exception) else fault)
