"""``factwire erase``: what must no longer be known is taken out for good, and the record of it kept."""

from __future__ import annotations

import asyncio
import getpass
from typing import Annotated

import typer

from factwire.cli.configuration import configure
from factwire.errors import InvalidInput
from factwire.operations.erase import Order, erase_article, erase_entity
from factwire.storage.engine import connect, open_engine
from factwire.storage.erase import Counts
from factwire.storage.settings import DatabaseSettings


def erase(
    article: Annotated[str | None, typer.Option(help="Id of an article: all of it goes.")] = None,
    entity: Annotated[str | None, typer.Option(help="Id of an entity: its names are blacked out everywhere.")] = None,
    reason: Annotated[str, typer.Option(help="Why; kept in the record, so name nobody in it.")] = "",
    by: Annotated[str | None, typer.Option(help="Who asks for it; who is signed in, if not given.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erase an article, or a person's names in every article, for good.

    Example:  factwire erase --article example-1 --reason "request 2026-17" --dry-run
    """
    if (article is None) == (entity is None):
        raise InvalidInput("say what to erase: --article ID or --entity ID")
    settings = configure(DatabaseSettings)
    found = asyncio.run(_erase(settings, article, entity, Order("", "", dry_run=True)))
    _tell("would be erased" if dry_run else "to be erased", found)
    if dry_run:
        return
    if not reason.strip():
        raise InvalidInput("--reason is missing: the record of an erasure says why")
    if not yes:
        typer.confirm("This cannot be undone. Erase it?", abort=True)
    _tell("erased", asyncio.run(_erase(settings, article, entity, Order(by or getpass.getuser(), reason))))
    print("the topics follow as soon as a sink runs; dead letters and raw records expire within 30 days")


async def _erase(settings: DatabaseSettings, article: str | None, entity: str | None, order: Order) -> Counts:
    engine = open_engine(settings)
    connection = await connect(settings)
    try:
        async with connection:
            if article is not None:
                return await erase_article(connection, article, order)
            return await erase_entity(connection, engine, entity or "", order)
    finally:
        await engine.dispose()


def _tell(what: str, counts: Counts) -> None:
    print(f"{what}: " + (", ".join(f"{number:,} {table}" for table, number in counts.items()) or "nothing"))
