"""``factwire dlq``: what could not be processed, why, and sending it again."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from factwire.cli.configuration import configure
from factwire.errors import InvalidInput
from factwire.events.topics import Topic
from factwire.operations import dlq
from factwire.operations.dlq import Letter
from factwire.streaming.settings import KafkaSettings

app = typer.Typer(no_args_is_help=True, help="Look at dead letters, send them again, drop them.")
Where = Annotated[str, typer.Option("--topic", help="raw, enriched or both.")]
Match = Annotated[str | None, typer.Option(help="Only those whose reason, stage or key holds this.")]


@app.command("list", epilog="Example:  factwire dlq list --match U+0000")
def list_letters(
    topic: Where = "both",
    match: Match = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were replayed.")] = False,
    group: Annotated[bool, typer.Option("--group", help="Count by reason instead.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most rows to print.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List dead letters with their reasons."""
    found = dlq.letters(configure(KafkaSettings), _topics(topic), replayed=everything, match=match)
    rows, more = asyncio.run(_counted(found, limit) if group else _summed_up(found, limit))
    _print(rows, as_json)
    if more:
        Console(stderr=True).print(f"{more} more; raise --limit")


@app.command(epilog="Example:  factwire dlq show raw:0:17")
def show(place: Annotated[str, typer.Argument(help="As `factwire dlq list` prints it: raw:0:17.")]) -> None:
    """Show one dead letter: its reason, its headers, its bytes."""
    letter = asyncio.run(dlq.find(configure(KafkaSettings), place))
    for name, value in letter.summary().items():
        print(f"{name}: {value}")
    for name, header in letter.record.headers:
        print(f"header {name}: {header!r}")
    value = letter.record.value
    print("value: null" if value is None else f"value ({len(value)} bytes):")
    print("" if value is None else value.decode("utf-8", "backslashreplace"))


@app.command(epilog="Example:  factwire dlq replay --topic raw")
def replay(
    topic: Where = "both",
    match: Match = None,
    again: Annotated[bool, typer.Option("--again", help="Also those that were replayed before.")] = False,
) -> None:
    """Send dead letters again to where they came from; key, value, headers and ce_id stay as they were."""
    settings = configure(KafkaSettings)
    for one in _topics(topic):
        print(f"{one.name}: {asyncio.run(dlq.replay(settings, one, match=match, again=again))} sent again")


@app.command(epilog="Example:  factwire dlq purge --topic raw --yes")
def purge(
    topic: Where = "both",
    everything: Annotated[bool, typer.Option("--all", help="Also those that were never replayed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete dead letters for good: those that were replayed, or all."""
    what = "all dead letters" if everything else "the dead letters that were replayed"
    if not yes:
        typer.confirm(f"Delete {what} for good?", abort=True)
    settings = configure(KafkaSettings)
    for one in _topics(topic):
        print(f"{one.name}: {asyncio.run(dlq.purge(settings, one, everything=everything))} deleted")


async def _summed_up(found: AsyncIterable[Letter], limit: int) -> tuple[list[dict[str, Any]], int]:
    """A row a letter, and how many more there are: there may be more than memory holds."""
    rows: list[dict[str, Any]] = []
    more = 0
    async for letter in found:
        if len(rows) < limit:
            rows.append(letter.summary())
        else:
            more += 1
    return rows, more


async def _counted(found: AsyncIterable[Letter], limit: int) -> tuple[list[dict[str, Any]], int]:
    """The same by reason."""
    counts: Counter[tuple[str, str]] = Counter()
    async for letter in found:
        counts[letter.stage, letter.reason] += 1
    rows = [{"stage": stage, "reason": reason, "count": count} for stage, reason, count in dlq.most_common(counts)]
    return rows[:limit], max(0, len(rows) - limit)


def _topics(name: str) -> list[Topic]:
    if name == "both":
        return list(dlq.TOPICS.values())
    if name not in dlq.TOPICS:
        raise InvalidInput(f"'{name}' has no dead letters; there are {', '.join(dlq.TOPICS)}", field="--topic")
    return [dlq.TOPICS[name]]


def _print(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    if not rows:
        print("no dead letters")
        return
    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(value)) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 240).print(table)
