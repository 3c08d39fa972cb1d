"""``factwire db``: the schema, forward and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from factwire.cli.configuration import configure
from factwire.operations.affiliations import load_affiliations
from factwire.storage import migrate
from factwire.storage.roles import READABLE, READER, make_reader
from factwire.storage.settings import DatabaseSettings, ReaderSettings

app = typer.Typer(no_args_is_help=True, help="Run the database migrations.")


@app.command(epilog="Example:  FACTWIRE_DATABASE_URL=postgresql://me@localhost/factwire factwire db upgrade")
def upgrade(
    to: str = typer.Argument("head", help="A revision; the newest if none is given."),
    kb: Annotated[
        Path | None, typer.Option("--kb", envvar="FACTWIRE_KB_PATH", help="The knowledge base in use.")
    ] = None,
    overlay: Annotated[
        Path | None, typer.Option("--overlay", envvar="FACTWIRE_KB_OVERLAY", help="Your own entities over it.")
    ] = None,
) -> None:
    """Bring the database to the schema of this build; safe to repeat and to run twice at once."""
    settings = configure(DatabaseSettings)
    before = migrate.schema_state(settings)
    migrate.upgrade(settings, to)
    _tell(before, after := migrate.schema_state(settings))
    if after.is_current:
        print(f"{load_affiliations(settings, kb, *_named(overlay)):,} affiliations from the knowledge base")


@app.command(epilog="Example:  FACTWIRE_READER_PASSWORD=… factwire db reader")
def reader(
    name: Annotated[str, typer.Option(help="The role to make or to bring up to date.")] = READER,
    seconds: Annotated[int, typer.Option(min=1, help="Seconds that one of its statements may take.")] = 60,
) -> None:
    """Make a role for analysts: it reads articles and claims, writes nothing, and sees no keys and no secrets."""
    settings = configure(ReaderSettings)
    password = settings.reader_password.get_secret_value() if settings.reader_password else None
    make_reader(settings, name, password, seconds)
    print(f"{name} may read {', '.join(READABLE)}")


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


def _named(folder: Path | None) -> tuple[Path, ...]:
    return (folder,) if folder else ()


def _tell(before: migrate.SchemaState, after: migrate.SchemaState) -> None:
    if before.current == after.current:
        print(f"nothing to do: the database is at {after.current or 'base'}")
    else:
        print(f"{before.current or 'empty'} -> {after.current or 'empty'}")
