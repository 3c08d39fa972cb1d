"""How fast the read API's questions are over a million claims: ``python -m bench.queries [--url postgresql://…]``.

Without ``--url`` a PostgreSQL container is started and thrown away. The rows are made up, their shape is not: entities,
sources, units and words follow a Zipf law, claims come ten an article over three years. Each question is asked with
other values every time, through the functions that the read API calls: what is timed is what a caller waits for.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final
from uuid import UUID

import psycopg
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from factwire.storage import entities, facts_summary, migrate, search, stats
from factwire.storage.engine import open_engine
from factwire.storage.filters import ArticleFilter, ClaimFilter
from factwire.storage.newest import sorted_claims
from factwire.storage.settings import DatabaseSettings

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
FILL: Final = Path(__file__).with_name("queries.sql")
RESULTS: Final = Path(__file__).parent / "results" / "queries.local.json"
Ask = Callable[[AsyncEngine, random.Random], Awaitable[object]]
Clock = Callable[[], float]


def claims(**fixed: Any) -> Ask:
    """A page of claims; values that are callables are drawn anew for each run."""

    async def ask(engine: AsyncEngine, dice: random.Random) -> object:
        return await search.find_claims(engine, _filter(fixed, dice), limit=101, before=None, at=NOW)

    ask.filter = lambda dice: _filter(fixed, dice)  # type: ignore[attr-defined]
    return ask


def articles(**fixed: Any) -> Ask:
    async def ask(engine: AsyncEngine, dice: random.Random) -> object:
        wanted = ArticleFilter(**{name: _drawn(value, dice) for name, value in fixed.items()})
        return await search.find_articles(engine, wanted, limit=51, before=None, at=NOW)

    return ask


async def deep_page(engine: AsyncEngine, dice: random.Random) -> object:
    """A page far down: the keyset makes it as cheap as the first."""
    moment = NOW - timedelta(days=dice.randrange(900))
    key = (moment, "a", 0, UUID(int=0))
    return await search.find_claims(engine, ClaimFilter(kind="money"), limit=101, before=key, at=NOW)


async def by_name(engine: AsyncEngine, dice: random.Random) -> object:
    name = f"name {dice.randrange(2000)}"
    return await entities.find_entities(engine, name=name, type=None, limit=51, after=None, at=NOW)


async def profile(engine: AsyncEngine, dice: random.Random) -> object:
    return await entities.entity(engine, some_entity(dice), at=NOW)


async def spread(engine: AsyncEngine, dice: random.Random) -> object:
    return await stats.numbers(engine, ClaimFilter(kind="money", entity_id=some_entity(dice)), at=NOW)


async def plotted(engine: AsyncEngine, dice: random.Random) -> object:
    wanted = ClaimFilter(kind="money", entity_id=some_entity(dice), role="about")
    return await facts_summary.claim_points(engine, wanted, at=NOW)


async def over_time(engine: AsyncEngine, dice: random.Random) -> object:
    return await stats.claim_timeline(engine, ClaimFilter(entity_id=some_entity(dice)), step="month", at=NOW)


def some_entity(dice: random.Random) -> str:
    """As often asked for as it is written of."""
    return f"Q{int(20_000 ** dice.random())}"


def common_entity(dice: random.Random) -> str:
    return f"Q{dice.randrange(1, 4)}"


def some_source(dice: random.Random) -> str:
    return f"s{int(200 ** dice.random())}"


def some_word(dice: random.Random) -> str:
    return f"word{int(5_000 ** dice.random())}"


def some_day(dice: random.Random) -> date:
    return (NOW - timedelta(days=dice.randrange(1_000))).date()


def year_begin(_: random.Random) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC)


def year_end(_: random.Random) -> datetime:
    return datetime(2024, 12, 31, 23, 59, tzinfo=UTC)


QUESTIONS: Final[dict[str, Ask]] = {
    "no filter": claims(),
    "far down the list": deep_page,
    "kind": claims(kind=lambda d: d.choice(["money", "percent", "count", "age", "rank"])),
    "entity": claims(entity_id=some_entity),
    "entity, rare": claims(entity_id=lambda d: f"Q{d.randrange(10_000, 20_000)}"),
    "entity + kind": claims(entity_id=some_entity, kind="money"),
    "entity + role + kind + year": claims(
        entity_id=some_entity, role="about", kind="money", since=year_begin, until=year_end
    ),
    "money about X by officials of Y in a year": claims(
        entity_id=common_entity, role="about", kind="money", speaker_for=common_entity, since=year_begin, until=year_end
    ),
    "two common things that never meet": claims(kind="age", unit="USD"),
    "speaker": claims(speaker=some_entity),
    "speaker + kind + period": claims(speaker=some_entity, kind="percent", begin=some_day),
    "unit + min": claims(base="USD", lowest=lambda d: Decimal(10) ** d.randrange(3, 12)),
    "unit + min, across units": claims(base="m", lowest=lambda d: Decimal(10) ** d.randrange(1, 7)),
    "min alone": claims(lowest=lambda d: Decimal(10) ** d.randrange(3, 13)),
    "min + max + kind": claims(kind="count", lowest=Decimal(100), highest=Decimal(200)),
    "period, one day": claims(begin=date(2024, 5, 5), end=date(2024, 5, 5)),
    "period, a year": claims(begin=date(2024, 1, 1), end=date(2024, 12, 31)),
    "published on a day": claims(
        since=lambda d: datetime.combine(some_day(d), datetime.min.time(), UTC) - timedelta(days=1), kind="money"
    ),
    "source": claims(source_id=some_source),
    "source + entity": claims(source_id=some_source, entity_id=some_entity),
    "modality + confidence": claims(modality="forecast", min_confidence=0.8),
    "text": claims(text=some_word),
    "text + kind": claims(text=some_word, kind="percent"),
    "text + entity": claims(text=some_word, entity_id=some_entity),
    "articles": articles(),
    "articles: entity": articles(entity_id=some_entity),
    "articles: text": articles(text=some_word),
    "articles: two words": articles(text=lambda d: f"{some_word(d)} {some_word(d)}"),
    "articles: source + entity": articles(source_id=some_source, entity_id=some_entity),
    "entities by name": by_name,
    "entity profile": profile,
    "distribution of an entity's money": spread,
    "points of a chart of money about an entity": plotted,
    "timeline of an entity's claims": over_time,
}


_SLICES: Final = {
    "the first slice": NOW - timedelta(hours=12),
    "a longer one": NOW - timedelta(days=20),
    "all of it": None,
}


async def measure(engine: AsyncEngine, runs: int, clock: Clock) -> dict[str, dict[str, float]]:
    """Milliseconds of each question over ``runs`` runs, after one that is not counted, in the quietest of three rounds:
    on a machine that others use too, the rounds differ by what they do.
    """
    rounds: dict[str, list[list[float]]] = {name: [] for name in QUESTIONS}
    for turn in range(3):
        for name, ask in QUESTIONS.items():
            dice = random.Random(f"{name}{turn}")
            await ask(engine, dice)
            rounds[name].append([await _milliseconds(ask, engine, dice, clock) for _ in range(runs)])
    return {name: _summary(found) for name, found in rounds.items()}


async def _milliseconds(ask: Ask, engine: AsyncEngine, dice: random.Random, clock: Clock) -> float:
    began = clock()
    await ask(engine, dice)
    return (clock() - began) * 1000


async def cpu_clock(engine: AsyncEngine) -> Clock:
    """Seconds of CPU that this process and the backend of ``engine`` have had: on Linux, a database on this machine."""
    async with engine.connect() as connection:
        (backend,) = (await connection.exec_driver_sql("select pg_backend_pid()")).one()
        (address,) = (await connection.exec_driver_sql("select host(inet_client_addr()) || '('")).one()
    spent = _backend_folder(str(backend), address) / "schedstat"
    return lambda: process_time() + int(spent.read_text().split()[0]) / 1e9


def _backend_folder(backend: str, client: str) -> Path:
    """In /proc, also where the database has process ids of its own in a container; ``client`` is part of its title."""
    for folder in Path("/proc").glob("[0-9]*"):
        status = folder / "status"
        with suppress(OSError, StopIteration):
            ids = next(line for line in status.read_text().splitlines() if line.startswith("NSpid:")).split()
            if ids[-1] == backend and client in (folder / "cmdline").read_text():
                return folder
    raise SystemExit("the database's backend is no process of this machine: ask without --cpu")


def _summary(rounds: list[list[float]]) -> dict[str, float]:
    quietest = min(rounds, key=lambda found: statistics.quantiles(found, n=20)[-1])
    p95 = statistics.quantiles(quietest, n=20)[-1]
    return {"median": round(statistics.median(quietest), 1), "p95": round(p95, 1), "worst": round(max(quietest), 1)}


async def plans(engine: AsyncEngine) -> str:
    """The plan of every question about claims, as PostgreSQL explains it."""
    shown = []
    async with engine.connect() as connection:
        for name, ask in QUESTIONS.items():
            if (wanted := getattr(ask, "filter", None)) is None:
                continue
            for slice, since in _SLICES.items():
                asked = wanted(random.Random(1))
                asked = replace(asked, since=max(filter(None, (asked.since, since)), default=None))
                sql = sorted_claims(asked, limit=101, before=None, at=NOW).compile(dialect=engine.dialect)
                explained = f"explain (analyze, buffers, costs off) {sql}"
                lines = await connection.exec_driver_sql(explained, sql.construct_params())
                shown.append(f"-- {name}: {slice}\n" + "\n".join(line for (line,) in lines) + "\n")
    return "\n".join(shown)


def fill(url: str, articles: int) -> None:
    """Rows into a migrated, empty database, and what the planner knows of them."""
    began = perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in FILL.read_text().split(";\n"):
            if statement.strip():
                connection.execute(statement.replace("{articles}", str(articles)))
    print(f"filled in {perf_counter() - began:.0f} s", file=sys.stderr)


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    from testcontainers.community.postgres import PostgresContainer

    container = PostgresContainer("postgres:17", driver=None).with_command(
        "postgres -c shared_buffers=2GB -c work_mem=16MB -c random_page_cost=1.1 -c max_wal_size=4GB"
    )
    with container.with_kwargs(shm_size="256m") as running:
        yield running.get_connection_url(driver=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a PostgreSQL of your own; filled if it has no article")
    parser.add_argument("--articles", type=int, default=100_000, help="ten claims each")
    parser.add_argument("--runs", type=int, default=40, help="of each question and round")
    parser.add_argument(
        "--cpu", action="store_true", help="CPU time of database and reader, for a machine that is busy"
    )
    parser.add_argument("--plans", type=Path, help="write the plans to this file")
    asked = parser.parse_args()
    with _server(asked.url) as url:
        settings = DatabaseSettings(database_url=SecretStr(url), database_pool=1)
        migrate.upgrade(settings)
        with psycopg.connect(url) as connection:
            filled = connection.execute("select 1 from articles limit 1").fetchone()
        if filled is None:
            fill(url, asked.articles)
        figures = asyncio.run(_ask_all(settings, asked))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"{'question':46} {'median':>8} {'p95':>8} {'worst':>8}  ms")
    for name, figure in figures.items():
        print(f"{name:46} {figure['median']:8.1f} {figure['p95']:8.1f} {figure['worst']:8.1f}")


async def _ask_all(settings: DatabaseSettings, asked: argparse.Namespace) -> dict[str, dict[str, float]]:
    engine = open_engine(settings)
    try:
        if asked.plans is not None:
            await asyncio.to_thread(asked.plans.write_text, await plans(engine))
        return await measure(engine, asked.runs, await cpu_clock(engine) if asked.cpu else perf_counter)
    finally:
        await engine.dispose()


def _filter(fixed: dict[str, Any], dice: random.Random) -> ClaimFilter:
    return ClaimFilter(**{name: _drawn(value, dice) for name, value in fixed.items()})


def _drawn(value: Any, dice: random.Random) -> Any:
    return value(dice) if callable(value) else value


if __name__ == "__main__":
    main()
