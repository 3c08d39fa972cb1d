"""The demo of ``factwire up``: pushes the sample articles through the gateway, reads the facts back from Postgres."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from factwire.errors import ConfigurationError, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rich.table import Table
    from sqlalchemy.ext.asyncio import AsyncEngine

Count = Callable[[], Awaitable[int]]

PATIENCE: Final = 120.0
"""Seconds to wait for the articles to arrive in Postgres."""

PLAIN_WIDTH: Final = 160
"""Columns of the table where no terminal says how wide it is."""

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_COLUMNS: Final = ("value", "unit", "period", "who said it")
_WIDE: Final = (19, 16, 21, 26)
_NARROW: Final = (14, 8, 11, 12)
_WIDE_ENOUGH: Final = 130
_SIGNS: Final = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def sample_articles() -> list[dict[str, Any]]:
    """The articles that come with factwire: inside an installed wheel, or beside ``services/`` in a checkout."""
    for folder in (_PACKAGE / "_data" / "articles", _PACKAGE.parents[1] / "examples" / "articles"):
        if files := sorted(folder.glob("*.json")):
            return [json.loads(file.read_bytes()) for file in files]
    raise ConfigurationError("the sample articles are not in this installation; install factwire again")


@dataclass(frozen=True, slots=True)
class Demo:
    """Where to push, where to read, where the dead letters are."""

    gateway: str
    database_url: str
    broker: str
    tell: Callable[[str], None]

    async def show(self) -> bool:
        """Prints the facts; False if some article did not arrive or became a dead letter."""
        articles, begun = sample_articles(), time.monotonic()
        ids = [article["article_id"] for article in articles]
        async with self._engine() as engine, self._dead_letters() as dead_letters:
            there, before = await _stored(engine, ids), await dead_letters()
            await self._push([article for article in articles if article["article_id"] not in there])
            await self._wait(engine, ids, dead_letters, before)
            dead = await dead_letters() - before
            facts = await _facts(engine, ids)
            arrived = len(await _stored(engine, ids))
        _print(facts)
        seconds = time.monotonic() - begun
        print(f"{arrived} articles, {len(facts)} claims, {dead} dead letters, {seconds:.1f} s")
        return arrived == len(ids) and not dead

    @asynccontextmanager
    async def _engine(self) -> AsyncIterator[AsyncEngine]:
        from pydantic import SecretStr

        from factwire.storage.engine import open_engine
        from factwire.storage.settings import DatabaseSettings

        engine = open_engine(DatabaseSettings(database_url=SecretStr(self.database_url)))
        try:
            yield engine
        finally:
            await engine.dispose()

    async def _push(self, articles: Sequence[Mapping[str, Any]]) -> None:
        if not articles:
            self.tell("the sample articles are there from before; --fresh starts anew")
            return
        self.tell(f"pushing {len(articles)} sample articles to {self.gateway}/v1/articles")
        receipt = await asyncio.to_thread(_post, f"{self.gateway}/v1/articles", articles)
        if receipt["rejected"]:
            raise Unavailable(f"the gateway rejected {receipt['rejected']} sample articles: {receipt['results']}")

    async def _wait(self, engine: AsyncEngine, ids: Sequence[str], dead_letters: Count, before: int) -> None:
        """Waits until every article is stored or a dead letter."""
        deadline = time.monotonic() + PATIENCE
        while (arrived := len(await _stored(engine, ids))) + await dead_letters() - before < len(ids):
            if time.monotonic() > deadline:
                raise Unavailable(f"only {arrived} of {len(ids)} articles arrived in {PATIENCE:.0f} s; see the logs")
            await asyncio.sleep(0.1)

    @asynccontextmanager
    async def _dead_letters(self) -> AsyncIterator[Count]:
        """A way to ask how many records the dead-letter topics hold."""
        from aiokafka import AIOKafkaConsumer, TopicPartition

        from factwire.events.topics import DEAD_ENRICHED, DEAD_RAW

        consumer = AIOKafkaConsumer(DEAD_RAW.name, DEAD_ENRICHED.name, bootstrap_servers=self.broker)
        await consumer.start()
        try:
            topics = (DEAD_RAW.name, DEAD_ENRICHED.name)
            places = [TopicPartition(t, p) for t in topics for p in consumer.partitions_for_topic(t) or ()]

            async def count() -> int:
                return sum((await consumer.end_offsets(places)).values())

            yield count
        finally:
            await consumer.stop()


def _post(url: str, articles: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    request = urllib.request.Request(url, json.dumps(articles).encode(), {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            receipt: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as refused:
        told = refused.read().decode(errors="replace")
        raise Unavailable(f"the gateway refused the sample articles ({refused.code}): {told}") from refused
    except OSError as fault:
        raise Unavailable(f"the gateway at {url} does not answer: {fault}") from fault
    return receipt


async def _stored(engine: AsyncEngine, ids: Iterable[str]) -> set[str]:
    from sqlalchemy import select

    from factwire.storage.tables import Article

    async with engine.connect() as connection:
        rows = await connection.execute(select(Article.article_id).where(Article.article_id.in_(ids)))
        return {row[0] for row in rows}


async def _facts(engine: AsyncEngine, ids: Sequence[str]) -> list[dict[str, Any]]:
    from factwire.storage.read import claims_of

    return await claims_of(engine, ids, limit=100_000)


# -- the table


def _print(facts: Sequence[Mapping[str, Any]]) -> None:
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    shown = telling(facts)
    console.print(_table(shown, console.width))
    console.print(f"… and {len(facts) - len(shown)} more, each in its article on the console's pages.")


def telling(facts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The fact of each article that says most (speaker, period, comparator, unit), in the articles' order."""
    best: dict[str, Mapping[str, Any]] = {}
    for fact in facts:
        there = best.get(fact["article_id"])
        if there is None or _fullness(fact) > _fullness(there):
            best[fact["article_id"]] = fact
    return list(best.values())


def _fullness(fact: Mapping[str, Any]) -> int:
    return int(
        2 * bool(speaker(fact))
        + 2 * bool(period(fact))
        + (fact["comparator"] != "eq")
        + bool(fact["approximate"])
        + bool(fact["unit_code"])
    )


def _table(facts: Sequence[Mapping[str, Any]], width: int) -> Table:
    """One row a claim. The sentence gets what the other columns leave of ``width``."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Facts found, as read back from Postgres", title_justify="left", expand=True)
    for name, widest in zip(_COLUMNS, _WIDE if width >= _WIDE_ENOUGH else _NARROW, strict=True):
        table.add_column(name, max_width=widest, overflow="fold")
    table.add_column("sentence", ratio=1, overflow="fold")
    for fact in facts:
        table.add_row(*(Text(cell) for cell in row(fact)))
    return table


def row(fact: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    """Value with its comparator, unit, period, speaker, sentence: of one row of ``claim_facts``."""
    return value(fact), unit(fact), period(fact), speaker(fact), " ".join(str(fact["evidence"]).split())


def value(fact: Mapping[str, Any]) -> str:
    about = "~" if fact["approximate"] else ""
    if fact["comparator"] == "between" or (fact["value"] is None and fact["lower"] is not None is not fact["upper"]):
        return f"{about}{number(fact['lower'])} – {number(fact['upper'])}"
    bound = next((fact[name] for name in ("value", "lower", "upper") if fact[name] is not None), None)
    sign = _SIGNS.get(fact["comparator"], "")
    return f"{about}{sign}{number(bound)}"


def number(figure: Decimal | None) -> str:
    """Grouped in thousands, without the zeros that ``numeric`` may carry behind the point."""
    if figure is None:
        return "…"
    text = f"{figure:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def unit(fact: Mapping[str, Any]) -> str:
    name = fact["unit_code"] or fact["unit_label"] or fact["kind"]
    per = fact["unit_per"]
    return f"{name} / {per.get('code') or per.get('label')}" if isinstance(per, dict) else str(name)


def period(fact: Mapping[str, Any]) -> str:
    return str(fact["period_edtf"] or "")


def speaker(fact: Mapping[str, Any]) -> str:
    return str(fact["speaker_entity_name"] or fact["speaker_name"] or "")
