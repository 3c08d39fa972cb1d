"""What tables by month cost and save: ``python -m bench.partitions [--url postgresql://…] [--articles 100000]``.

Two databases with the same made-up rows over 33 months (``bench/queries.sql``, with mentions and times besides), one
plain and one converted while somebody goes on writing. Then the same articles are written to both and the same
questions asked of both in turn, so that a busy machine slows both alike. Without ``--url`` a container is started.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr
from sqlalchemy.dialects.postgresql import JSONB

from bench.queries import QUESTIONS, fill
from bench.queries import _server as server
from factwire.storage import migrate, partitions, tables
from factwire.storage.engine import connect, open_engine
from factwire.storage.settings import DatabaseSettings
from factwire.storage.write import CHILDREN, ArticleWrite, columns, prepare, write

RESULTS: Final = Path(__file__).parent / "results" / "partitions.local.json"
AT_ONCE: Final = 100
"""Articles of one transaction, as the sink has them when it is busy."""
MORE: Final = """
insert into mentions (article_id, ordinal, entity_id, span_start, span_end, span_text, form, confidence, moment)
select article_id, n, 'Q' || n, n * 5, n * 5 + 4, 'some', 'name', 0.9, published_at
  from articles, generate_series(1, 12) n;
insert into times (article_id, ordinal, span_start, span_end, span_text, type, timex, granularity, anchor, moment)
select article_id, n, n * 9, n * 9 + 6, 'Friday', 'date', '2024-04-12', 'day', 'published_at', published_at
  from articles, generate_series(1, 4) n;
update claim_arguments g set moment = a.published_at from articles a where a.article_id = g.article_id;
vacuum analyze
"""


def settings_for(url: str) -> DatabaseSettings:
    return DatabaseSettings(database_url=SecretStr(url), database_statement_timeout=600)


def prepared(url: str, articles: int) -> tuple[str, str]:
    """The plain database, filled if it is empty, and a copy of it."""
    migrate.upgrade(settings_for(url))
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("select 1 from articles limit 1").fetchone() is None:
            fill(url, articles)
        if connection.execute("select 1 from mentions limit 1").fetchone() is None:
            for statement in MORE.split(";\n"):
                connection.execute(statement)
    name = urlsplit(url).path.lstrip("/")
    copy = f"{name}_by_month"
    with psycopg.connect(urlsplit(url)._replace(path="/template1").geturl(), autocommit=True) as connection:
        connection.execute(SQL("drop database if exists {}").format(Identifier(copy)))
        connection.execute(SQL("create database {} template {}").format(Identifier(copy), Identifier(name)))
    return url, urlsplit(url)._replace(path=f"/{copy}").geturl()


def conversion(url: str, changes: Sequence[ArticleWrite]) -> dict[str, float]:
    """How long it takes, and the longest that a writer of single articles had to wait meanwhile."""
    done, waits = Event(), []

    async def go_on_writing() -> None:
        connection = await connect(settings_for(url))
        async with connection:
            await prepare(connection)
            for number in range(1_000_000):
                if done.is_set():
                    return
                began = perf_counter()
                async with connection.transaction():
                    await write(connection, [again(changes[number % len(changes)], f"meanwhile-{number}")])
                waits.append(perf_counter() - began)
                await asyncio.sleep(0.1)

    writer = Thread(target=asyncio.run, args=(go_on_writing(),))
    writer.start()
    began = perf_counter()
    try:
        migrate.partition(settings_for(url), shown)
    finally:
        done.set()
        writer.join()
    return {
        "seconds": round(perf_counter() - began, 1),
        "written_meanwhile": len(waits),
        "usual_wait_ms": round(statistics.median(waits) * 1000, 1),
        "longest_wait_ms": round(max(waits) * 1000, 1),
    }


def shown(done: int, of: int) -> None:
    print(f"\r{done:,} of {of:,}", end="\n" if done == of else "", file=sys.stderr, flush=True)


def stored(url: str, number: int) -> list[ArticleWrite]:
    """Some of the articles as the sink would write them: one of each day, newest first."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        days = connection.execute("select article_id from articles order by published_at desc limit %s", [number * 50])
        ids = [row["article_id"] for row in days.fetchall()[::50]]
        found = {table: _rows(connection, table, ids) for table in ("articles", *CHILDREN)}
    return [_change(article, {t: found[t][name] for t in CHILDREN}) for name, (article,) in found["articles"].items()]


def _change(article: dict[str, Any], children: dict[str, list[dict[str, Any]]]) -> ArticleWrite:
    given: dict[str, Any] = {table: tuple(rows) for table, rows in children.items()}
    return ArticleWrite(article, **given)


def _rows(connection: psycopg.Connection[Any], table: str, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    kinds = tables.Base.metadata.tables[table].columns
    names = columns(table)
    query = SQL("select {} from {} where article_id = any(%s)").format(
        SQL(", ").join(map(Identifier, names)), Identifier(table)
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(query, [ids]):
        document = {n: json.dumps(row[n]) for n in names if isinstance(kinds[n].type, JSONB) and row[n] is not None}
        found[row["article_id"]].append({**row, **document})
    return found


def again(change: ArticleWrite, name: str, revision: int = 1) -> ArticleWrite:
    """The same under another id; a higher revision is one day later."""
    ids = {claim["claim_id"]: uuid5(UUID(int=revision), name + str(claim["claim_id"])) for claim in change.claims}

    def renamed(row: Any) -> dict[str, Any]:
        claim = {"claim_id": ids[row["claim_id"]]} if "claim_id" in row else {}
        return {**row, "article_id": name, **claim}

    article = renamed(change.article) | {"revision": revision, "event_id": f"{name}-{revision}"}
    article["published_at"] += timedelta(days=revision - 1)
    return _change(article, {table: list(map(renamed, getattr(change, table))) for table in CHILDREN})


async def writing(urls: tuple[str, str], changes: Sequence[ArticleWrite], rounds: int) -> dict[str, list[float]]:
    """Milliseconds an article, plain and by month: medians over batches of new articles, and of their revisions."""
    found: dict[str, list[list[float]]] = {"new articles": [[], []], "revisions": [[], []]}
    connections = [await connect(settings_for(url)) for url in urls]
    for connection in connections:
        await prepare(connection)
        await connection.commit()
    for number in range(rounds + 1):
        some = [changes[(number * AT_ONCE + n) % len(changes)] for n in range(AT_ONCE)]
        for revision, what in ((1, "new articles"), (2, "revisions")):
            batch = [again(one, f"bench-{number}-{n}", revision) for n, one in enumerate(some)]
            for place in (0, 1) if number % 2 else (1, 0):
                began = perf_counter()
                async with connections[place].transaction():
                    await write(connections[place], batch)
                if number:
                    found[what][place].append((perf_counter() - began) * 1000 / AT_ONCE)
    for connection in connections:
        await connection.close()
    return {what: [round(statistics.median(one), 2) for one in both] for what, both in found.items()}


async def asking(urls: tuple[str, str], runs: int) -> dict[str, list[float]]:
    """Milliseconds of each question, plain and by month: medians over the same values."""
    engines = [open_engine(settings_for(url)) for url in urls]
    found = {}
    for name, ask in QUESTIONS.items():
        times: list[list[float]] = [[], []]
        for run in range(runs + 1):
            for place, engine in enumerate(engines):
                dice, began = random.Random(f"{name}{run}"), perf_counter()
                await ask(engine, dice)
                if run:
                    times[place].append((perf_counter() - began) * 1000)
        found[name] = [round(statistics.median(one), 1) for one in times]
    for engine in engines:
        await engine.dispose()
    return found


def dropping(url: str) -> dict[str, float]:
    """Seconds to drop the oldest month in all tables."""
    with partitions.connected(settings_for(url)) as connection:
        month = partitions.months_there(connection)[0]
        began = perf_counter()
        partitions.drop_months(connection, partitions.month_after(month))
        dropped = perf_counter() - began
    return {"partitions_s": round(dropped, 2)}


def lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{'':46} {'plain':>9} {'by month':>9} {'ratio':>6}"
    for part in ("writing", "asking"):
        for name, (plain, by_month) in found[part].items():
            yield f"{name:46} {plain:9.2f} {by_month:9.2f} {by_month / plain:6.2f}"
    for part in ("conversion", "dropping"):
        yield f"{part}: " + ", ".join(f"{name} {figure:,}" for name, figure in found[part].items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a PostgreSQL of your own; filled if it has no article; a copy is made beside it")
    parser.add_argument("--articles", type=int, default=100_000, help="ten claims and twelve mentions each")
    parser.add_argument("--rounds", type=int, default=12, help="batches written of each kind")
    parser.add_argument("--runs", type=int, default=15, help="of each question")
    asked = parser.parse_args()
    with server(asked.url) as url:
        urls = prepared(url, asked.articles)
        changes = stored(url, 300)
        found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(), "conversion": conversion(urls[1], changes)}
        found["writing"] = asyncio.run(writing(urls, changes, asked.rounds))
        found["asking"] = asyncio.run(asking(urls, asked.runs))
        found["dropping"] = dropping(urls[1])
    RESULTS.write_text(json.dumps(found, indent=2) + "\n")
    print("\n".join(lines(found)))


if __name__ == "__main__":
    main()
