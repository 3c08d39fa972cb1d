"""The command ``factwire``: a table of commands, each imported only when it is called, so that starting stays cheap."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from factwire import __version__
from factwire.errors import FactwireError
from factwire.runtime.memory import collect_rarely


@dataclass(frozen=True, slots=True)
class Entry:
    """``target``: ``module:attribute``, a function (one command) or a ``typer.Typer`` (a group)."""

    target: str
    help: str


COMMANDS: Final[Mapping[str, Entry]] = {
    "explain": Entry("explain:explain", "Show what is found in one text, and why."),
    "enrich": Entry("enrich:enrich", "Raw articles in, enriched articles out, one JSON object a line."),
    "archive": Entry("archive:archive", "Enrich a Parquet archive of any size through Spark or Ray."),
    "up": Entry("up:up", "Everything on this machine, without Docker."),
    "gateway": Entry("gateway:gateway", "Run the gateway: producers push articles here."),
    "poller": Entry("poller:poller", "Run the poller: fetches feeds and publishes what is new."),
    "feeds": Entry("feeds:app", "Add, list and remove the feeds that are polled."),
    "backfill": Entry("backfill:backfill", "Publish archives: JSONL, ninjs, HTML, WARC, Parquet."),
    "enricher": Entry("enricher:enricher", "Run the enricher: raw articles to enriched ones."),
    "sink": Entry("sink:sink", "Run the sink: enriched articles into Postgres."),
    "console": Entry("console:console", "Run the read API and the pages."),
    "courier": Entry("courier:courier", "Run the courier: webhooks are called about changes."),
    "webhooks": Entry("webhooks:app", "Who is called about changes, and what could not be delivered."),
    "keys": Entry("keys:app", "Who may push articles and read what was found."),
    "erase": Entry("erase:erase", "Take an article, or a person's names, out for good."),
    "dlq": Entry("dlq:app", "Look at dead letters, send them again, drop them."),
    "reprocess": Entry("reprocess:reprocess", "Enrich articles again without disturbing live traffic."),
    "topics": Entry("topics:app", "Create and check the topics."),
    "db": Entry("db:app", "Run the database migrations."),
    "kb": Entry("kb:app", "Look names up in the knowledge base; build one."),
    "doctor": Entry("doctor:doctor", "Check settings, broker, database, topics and knowledge base."),
}


class LazyGroup(TyperGroup):
    """Imports a command when it is called; its help page needs none of them."""

    listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if self.listing:
            return TyperCommand(cmd_name, help=entry.help)
        return load_command(cmd_name, entry)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.listing = True
        super().format_help(ctx, formatter)


def load_command(name: str, entry: Entry) -> Any:
    """The command itself, imported now."""
    module, attribute = entry.target.split(":")
    target = getattr(import_module(f"factwire.cli.{module}"), attribute)
    if not isinstance(target, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(target)
        target = single
    return get_command(target)


app = typer.Typer(cls=LazyGroup, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def _version(asked: bool) -> None:
    if asked:
        print(f"factwire {__version__}")
        raise typer.Exit


@app.callback(
    invoke_without_command=True, epilog='Example:  factwire explain "Profit rose 18 percent to $4.1bn, Acme said."'
)
def root(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """News articles in, entities and numeric facts with their evidence out."""
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


def main() -> None:
    """Entry point: our own errors become one plain line and their exit code."""
    collect_rarely()
    try:
        app()
    except FactwireError as error:
        print(f"factwire: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None


if __name__ == "__main__":
    main()
