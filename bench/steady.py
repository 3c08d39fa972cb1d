"""How old an article is when it is a row, while so many come in every second: from the push to the stored row."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from tests.support.kafka import Sent, produce
from tests.support.stack import RAW

from bench.articles import distinct
from bench.processes import all_running
from bench.progress import say
from bench.servers import Servers, servers
from bench.streams import WARM_UP, ours, rows_of, to_send, wait_for

RATES: Final = (50, 100)
SECONDS: Final = 20
_AGE: Final = "extract(epoch from stored_at - received_at)::float8"
_QUANTILES: Final = (
    f"select percentile_cont(0.5) within group (order by {_AGE}), percentile_cont(0.99) within group (order by {_AGE})"
    " from articles where article_id like %s"
)


def steady(size: float) -> dict[str, Any]:
    """``steady``: seconds at p50 and p99 by rate, two workers, everything on."""
    with servers() as stack, all_running(ours(2)(stack)):
        _push(stack, to_send(distinct(WARM_UP, "warm")), WARM_UP)
        return {"steady": {f"{rate} articles/s": _ages(stack, rate, SECONDS * min(size, 1)) for rate in RATES}}


def _ages(stack: Servers, rate: int, seconds: float) -> dict[str, float]:
    name = f"steady-{rate}"
    say(f"{rate} articles/s for {seconds:.0f} s")
    articles = list(distinct(int(rate * seconds), name))  # made before the clock runs
    _push(stack, _stamped(articles, rate), len(articles))
    with psycopg.connect(stack.database) as connection:
        found = connection.execute(_QUANTILES, (f"{name}-%",)).fetchone()
    assert found is not None
    ages = {"p50": float(found[0]), "p99": float(found[1])}
    say(f"{rate} articles/s: {ages}")
    return ages


def _push(stack: Servers, records: Iterable[Sent], count: int) -> None:
    goal = rows_of("articles")(stack) + count
    produce(stack.kafka, RAW, records)
    wait_for(stack, rows_of("articles"), goal, "steady")


def _stamped(articles: Sequence[dict[str, Any]], rate: int) -> Iterator[Sent]:
    """Each says when it was pushed. An open loop: a slow answer does not slow the producer down."""
    started = time.perf_counter()
    for number, article in enumerate(articles):
        time.sleep(max(0.0, started + number / rate - time.perf_counter()))
        article["received_at"] = datetime.now(UTC).isoformat()
        yield Sent(number, "good", article["article_id"].encode(), json.dumps(article).encode())
