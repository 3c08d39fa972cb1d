"""``factwire feeds``: what the poller fetches."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from factwire.cli.configuration import configure
from factwire.cli.database import with_database
from factwire.errors import InvalidInput
from factwire.formats.feed import Feed, read_feed
from factwire.formats.feed_links import find_feeds
from factwire.poller.app import Fetching
from factwire.poller.fetching import Fetched, open_client, require_web_address
from factwire.poller.settings import PollerSettings
from factwire.storage import feeds
from factwire.storage.feeds import FeedRow

app = typer.Typer(no_args_is_help=True, help="Add, list and remove the feeds that are polled.")
Address = Annotated[str, typer.Argument(help="The feed's address.")]


@app.command(epilog="Example:  factwire feeds add https://feeds.bbci.co.uk/news/world/rss.xml --full")
def add(
    url: Address,
    full: Annotated[
        bool, typer.Option("--full", help="Fetch each article's page; the feed has excerpts only.")
    ] = False,
    unseen: Annotated[bool, typer.Option("--unseen", help="Add it without trying it first.")] = False,
) -> None:
    """Try a feed at once, say what it holds, and have it polled from now on."""
    host = require_web_address(url)
    title = None
    if not unseen:
        answer, feed = asyncio.run(_try(url))
        url, title = answer.moved_to or url, feed.title
        host = require_web_address(url)
        print(_found(feed))
    new = with_database(lambda connection: feeds.add_feed(connection, url, host, title=title, whole=full))
    print(f"{'added' if new else 'was there, active again'}: {url}")


@app.command("list", epilog="Example:  factwire feeds list --json")
def list_feeds(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """List feeds with their condition, what they gave so far, and why they fail."""
    rows = with_database(feeds.list_feeds)
    if as_json:
        for row in rows:
            print(json.dumps(_shown(row), default=str, ensure_ascii=False))
    elif rows:
        Console(width=None if sys.stdout.isatty() else 200).print(_table(rows))
    else:
        print("no feeds; add one: factwire feeds add https://…")


@app.command(epilog="Example:  factwire feeds remove https://news.example/rss.xml")
def remove(url: Address) -> None:
    """Stop polling a feed and forget it. Its articles stay."""
    _require(with_database(lambda connection: feeds.remove_feed(connection, url)), url)
    print(f"removed: {url}")


@app.command(epilog="Example:  factwire feeds pause https://news.example/rss.xml")
def pause(url: Address) -> None:
    """Stop polling a feed for now; what was published of it stays known."""
    _require(with_database(lambda connection: feeds.set_state(connection, url, "paused")), url)
    print(f"paused: {url}")


@app.command(epilog="Example:  factwire feeds resume https://news.example/rss.xml")
def resume(url: Address) -> None:
    """Poll a feed again, at once: one that was paused, is failing, or was said to be gone."""
    _require(with_database(lambda connection: feeds.set_state(connection, url, "active")), url)
    print(f"polled again: {url}")


async def _try(url: str) -> tuple[Fetched, Feed]:
    """Raises :class:`InvalidInput` that says what is there instead, and which feeds it names."""
    settings = configure(PollerSettings)
    async with open_client(settings) as client:
        answer = await Fetching(client, settings).feed(url, {})
    if answer.status != 200:
        raise InvalidInput(f"{url} answers {answer.status}; add it all the same with --unseen")
    try:
        return answer, read_feed(answer.body, answer.url)
    except InvalidInput as fault:
        named = find_feeds(answer.body, answer.url)
        hint = f"; it names {' and '.join(named[:5])}: add that" if named else ""
        raise InvalidInput(f"{url}: {fault}{hint}") from fault


def _found(feed: Feed) -> str:
    """What a person wants to know before the feed is polled for years."""
    articles = list(feed.articles)
    dates = [article.published_at for article in articles if article.published_at]
    words = [f"{feed.title or 'without title'}: {len(articles)} articles, {len(dates)} dated"]
    words += [f"newest {max(dates):%Y-%m-%d %H:%M} UTC"] if dates else []
    words += [f"{len(feed.refused)} entries refused ({feed.refused[0].fault})"] if feed.refused else []
    words += [f"asks to be visited every {feed.hints.interval}"] if feed.hints.interval else []
    words += ["its hub can push"] if feed.hub else []
    excerpts = sum(1 for article in articles if not article.body)
    words += [f"{excerpts} are excerpts: --full fetches their pages"] if excerpts else []
    return "; ".join(words)


def _shown(row: FeedRow) -> dict[str, Any]:
    hidden = {"claim", "hub_secret"}
    return {"condition": row.condition, **{k: v for k, v in asdict(row).items() if k not in hidden}}


def _table(rows: list[FeedRow]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("condition", "feed", "articles", "read", "next", "why"):
        table.add_column(name, overflow="fold")
    now = datetime.now(UTC)
    for row in rows:
        named = f"{row.title}\n{row.url}" if row.title else row.url
        due = _ago(row.next_poll_at, now) if row.state == "active" else ""
        cells = (row.condition, named, str(row.published), _ago(row.last_success_at, now), due, row.last_error or "")
        table.add_row(*map(Text, cells))
    return table


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    minutes = round((moment - now).total_seconds() / 60)
    size = f"{abs(minutes)} min" if abs(minutes) < 120 else f"{abs(minutes) / 60:.0f} h"
    return f"in {size}" if minutes > 0 else f"{size} ago"


def _require(found: bool, url: str) -> None:
    if not found:
        raise InvalidInput(f"{url} is not polled; see: factwire feeds list")
