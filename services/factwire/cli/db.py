"""``factwire db``: the schema, forward and back."""

from __future__ import annotations

import typer

from factwire.cli.configuration import configure
from factwire.storage import migrate
from factwire.storage.settings import DatabaseSettings

app = typer.Typer(no_args_is_help=True, help="Run the database migrations.")


@app.command(epilog="Example:  FACTWIRE_DATABASE_URL=postgresql://me@localhost/factwire factwire db upgrade")
def upgrade(to: str = typer.Argument("head", help="A revision; the newest if none is given.")) -> None:
    """Bring the database to the schema of this build; safe to repeat and to run twice at once."""
    settings = configure(DatabaseSettings)
    before = migrate.schema_state(settings)
    migrate.upgrade(settings, to)
    _tell(before, migrate.schema_state(settings))


@app.command(epilog="Example:  factwire db downgrade -- -1")
def downgrade(
    to: str = typer.Argument(..., help='A revision, "-1" for one step, "base" for an empty database.'),
) -> None:
    """Take the schema back. What only the newer schema could hold is lost."""
    settings = configure(DatabaseSettings)
    before = migrate.schema_state(settings)
    migrate.downgrade(settings, to)
    _tell(before, migrate.schema_state(settings))


@app.command(epilog="Example:  factwire db current")
def current() -> None:
    """Print where the database stands; exit code 1 if it is not at the newest revision."""
    state = migrate.schema_state(configure(DatabaseSettings))
    print(f"{state.current or 'empty'} (newest: {state.head})")
    if not state.is_current:
        raise typer.Exit(1)


def _tell(before: migrate.SchemaState, after: migrate.SchemaState) -> None:
    if before.current == after.current:
        print(f"nothing to do: the database is at {after.current or 'base'}")
    else:
        print(f"{before.current or 'empty'} -> {after.current or 'empty'}")
