"""``factwire db``: the schema, forward and back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from factwire.cli.configuration import configure
from factwire.operations.affiliations import load_affiliations
from factwire.storage import forget as forgetting
from factwire.storage import migrate, partitions
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
    settings = configure(DatabaseSettings)
    state = migrate.schema_state(settings)
    print(f"{state.current or 'empty'} (newest: {state.head})")
    with partitions.connected(settings) as connection:
        if months := partitions.months_there(connection):
            print(_by_month(months))
    if not state.is_current:
        raise typer.Exit(1)


@app.command(epilog="Example:  factwire db partition --since 2024-01")
def partition(
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m"], help="Make every month from this one on, for articles that are still to come."),
    ] = None,
) -> None:
    """Divide what was found in articles into months, for a database that is large; writers go on meanwhile.

    Run it again to make months out of the rest: those that have come to hold a thousand articles.
    """
    settings = configure(DatabaseSettings)
    with partitions.connected(settings) as connection:
        if not partitions.is_partitioned(connection):
            migrate.partition(settings, _count)
        wanted = [*partitions.crowded_months(connection), *_every_month(since)]
        partitions.make_months(connection, wanted)
        months = partitions.months_there(connection)
    print(_by_month(months))


@app.command(epilog="Example:  factwire db unpartition")
def unpartition() -> None:
    """Put the months together into plain tables again; writers go on meanwhile."""
    migrate.unpartition(configure(DatabaseSettings), _count)
    print("plain tables")


@app.command(epilog="Example:  factwire db forget --before 2025-01")
def forget(
    before: Annotated[datetime, typer.Option(formats=["%Y-%m"], help="The first month that is kept.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete all articles from before a month, to keep fewer days. Nobody is told; to take one back, use erase."""
    if not yes:
        typer.confirm(f"Delete every article from before {before:%B %Y}?", abort=True)
    with partitions.connected(configure(DatabaseSettings)) as connection:
        gone = forgetting.forget(connection, before.date())
    print(f"{gone.articles:,} articles forgotten, {len(gone.months)} months dropped")


def _by_month(months: Sequence[date]) -> str:
    return f"by month: {len(months)} months, {months[0]:%Y-%m} to {months[-1]:%Y-%m}"


def _every_month(since: datetime | None) -> list[date]:
    ahead = partitions.months_ahead(datetime.now(UTC).date())
    return partitions.months_between(since.date(), ahead[-1]) if since else ahead


def _count(done: int, of: int) -> None:
    print(f"\r{done:,} of {of:,} articles", end="\n" if done == of else "", file=sys.stderr, flush=True)


def _named(folder: Path | None) -> tuple[Path, ...]:
    return (folder,) if folder else ()


def _tell(before: migrate.SchemaState, after: migrate.SchemaState) -> None:
    if before.current == after.current:
        print(f"nothing to do: the database is at {after.current or 'base'}")
    else:
        print(f"{before.current or 'empty'} -> {after.current or 'empty'}")
