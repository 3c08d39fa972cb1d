"""Runs the migrations, from the wheel or from the checkout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool
from sqlalchemy.exc import OperationalError

from factwire.errors import ConfigurationError, TransientError
from factwire.storage.settings import DatabaseSettings

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
    """Takes the schema back to ``to`` ("-1": one step, "base": empty)."""
    _run(lambda config: command.downgrade(config, to), settings)


def schema_state(settings: DatabaseSettings) -> SchemaState:
    """Where the database stands. Raises :class:`TransientError` if it cannot be reached."""
    head = ScriptDirectory(str(migrations_folder())).get_current_head() or "base"
    engine = create_engine(settings.sqlalchemy_url, poolclass=pool.NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            return SchemaState(MigrationContext.configure(connection).get_current_revision(), head)
    except OperationalError as fault:
        raise TransientError(f"{settings.masked}: {_first_line(fault)}") from fault
    finally:
        engine.dispose()


def require_current(settings: DatabaseSettings) -> None:
    """Raises :class:`ConfigurationError` unless the schema is the one this build was made for."""
    state = schema_state(settings)
    if not state.is_current:
        at = f"at {state.current}" if state.current else "empty"
        raise ConfigurationError(f"the database is {at}, this build needs {state.head}; run: factwire db upgrade")


def _run(what: Callable[[Config], None], settings: DatabaseSettings) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["url"] = settings.conninfo
    try:
        what(config)
    except OperationalError as fault:
        raise TransientError(f"{settings.masked}: {_first_line(fault)}") from fault


def _first_line(fault: OperationalError) -> str:
    return str(fault.orig or fault).strip().splitlines()[0]
