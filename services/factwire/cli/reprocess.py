"""``factwire reprocess``: enriches articles again, beside live traffic."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from factwire.cli.configuration import configure
from factwire.enricher.knowledge import Knowledge
from factwire.enricher.settings import EnricherSettings
from factwire.enricher.workers import staff
from factwire.errors import EXIT_BAD_INPUT, InvalidInput
from factwire.operations.reprocess import Pace, Run, Selection
from factwire.storage.settings import DatabaseSettings

DAY_OR_TIME = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


def reprocess(
    origin: Annotated[
        str, typer.Option("--from", help="topic (what was pushed) or database (what is stored).")
    ] = "topic",
    name: Annotated[str, typer.Option(help="Name of the run; the same name goes on where it stopped.")] = "again",
    since: Annotated[
        datetime | None, typer.Option(formats=DAY_OR_TIME, help="Only what was pushed from then on.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY_OR_TIME, help="Only what was pushed before.")] = None,
    source: Annotated[str | None, typer.Option(help="Only articles of this source id.")] = None,
    article: Annotated[str | None, typer.Option(help="Only this article.")] = None,
    older_kb: Annotated[bool, typer.Option("--older-kb", help="Only those made with another knowledge base.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.1, help="Most articles a second.")] = None,
    again: Annotated[bool, typer.Option("--again", help="From the beginning, whatever was done.")] = False,
) -> None:
    """Enrich articles again, from the raw topic or from Postgres; a newer result is never replaced by an older one.

    Example:  factwire reprocess --name kb-2026-12 --rate 50
    """
    selection = Selection(since, until, source, article)
    if origin not in {"topic", "database"}:
        raise InvalidInput(f"'{origin}' is no place to read from; there are topic and database", field="--from")
    if origin == "database" and selection != Selection():
        raise InvalidInput("--since, --until, --source and --article go with --from topic", field="--from")
    if origin == "topic" and older_kb:
        raise InvalidInput("--older-kb goes with --from database", field="--older-kb")
    done, failed = asyncio.run(_run(origin, name, selection, older_kb, rate, again))
    print(f"{done} articles enriched again")
    for line in failed[:20]:
        print(f"failed: {line}")
    if failed:
        print(f"{len(failed)} failed; they were left as they are")
        raise typer.Exit(EXIT_BAD_INPUT)


async def _run(
    origin: str, name: str, selection: Selection, older_kb: bool, rate: float | None, again: bool
) -> tuple[int, list[str]]:
    settings = configure(EnricherSettings)
    knowledge = Knowledge.of(settings)
    workforce = staff(
        knowledge,
        workers=settings.enricher_workers,
        chunk=settings.enricher_chunk,
        within=settings.enricher_article_timeout,
    )
    await workforce.start()
    try:
        with _bar() as show:
            job = Run(settings, workforce.handle, Pace(rate), show)
            if origin == "topic":
                await job.from_topic(name, selection, again=again)
            else:
                await job.from_database(configure(DatabaseSettings), kb_version=_kb(knowledge) if older_kb else None)
            return job.done, job.failed
    finally:
        await workforce.close()


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """How many of how many are seen, on stderr."""
    columns = TextColumn("reprocess"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("reprocess", total=None)
        yield lambda seen, total: bar.update(task, completed=seen, total=max(seen, total))


def _kb(knowledge: Knowledge) -> str:
    from factwire.kb.load import load_catalogue

    return load_catalogue(knowledge.kb, *knowledge.overlays).version
