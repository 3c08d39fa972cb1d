"""A short form of ``bench.queries``: a handful of the read API's questions over a tenth of its claims."""

from __future__ import annotations

import asyncio
import random
import statistics
from time import perf_counter
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine
from tests.support.containers import postgres_container
from tests.support.databases import migrate, settings_for

from bench.progress import say
from bench.queries import QUESTIONS, Ask, fill
from factwire.storage.engine import open_engine

ARTICLES: Final = 10_000
"""With ten claims each."""
RUNS: Final = 40
ASKED: Final = (
    "no filter",
    "entity",
    "money about X by officials of Y in a year",
    "unit + min",
    "source + entity",
    "text + kind",
    "articles: two words",
    "entities by name",
    "entity profile",
)


def asking(size: float) -> dict[str, Any]:
    """``questions`` by name: milliseconds at p50 and p95; ``claims``: over how many."""
    articles = max(200, int(ARTICLES * size))
    say(f"questions over {articles * 10:,} claims")
    with postgres_container() as postgres:
        url = postgres.get_connection_url(driver=None)
        migrate(url)
        fill(url, articles)
        return {"claims": articles * 10, "questions": asyncio.run(_ask_all(url))}


async def _ask_all(url: str) -> dict[str, dict[str, float]]:
    engine = open_engine(settings_for(url))
    try:
        return {name: await _timed(QUESTIONS[name], engine, name) for name in ASKED}
    finally:
        await engine.dispose()


async def _timed(ask: Ask, engine: AsyncEngine, name: str) -> dict[str, float]:
    dice = random.Random(name)
    await ask(engine, dice)
    took = [await _milliseconds(ask, engine, dice) for _ in range(RUNS)]
    return {"p50": round(statistics.median(took), 1), "p95": round(statistics.quantiles(took, n=20)[-1], 1)}


async def _milliseconds(ask: Ask, engine: AsyncEngine, dice: random.Random) -> float:
    began = perf_counter()
    await ask(engine, dice)
    return (perf_counter() - began) * 1000
