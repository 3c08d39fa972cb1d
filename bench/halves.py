"""The halves alone: the enricher from the raw topic to the enriched one, the sink from there to rows, and Kafka Connect
with Debezium's JDBC sink beside the sink, on the same articles.

A sink finds its events in the topic when it starts, so that nothing but itself can be the slow one. What is counted
begins after its first rows: the start of a process, or of a JVM, is not what one pays every day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from tests.support.kafka import produce, read_all
from tests.support.stack import ENRICHED, RAW

from bench.connect import TABLE, TOPIC, connect, flattened
from bench.processes import all_running
from bench.progress import say
from bench.servers import Servers, servers
from bench.streams import (
    CANNED,
    Contender,
    Launch,
    Meter,
    Run,
    enriched,
    make_topics,
    measure,
    repeated,
    rows_of,
    services,
    to_send,
    wait_for,
)

EVENTS: Final = 8000
"""What a sink has to write, of which the first :data:`FIRST` are not timed."""
FIRST: Final = 2000
RATIO: Final = "sink alone: to Kafka Connect"


def halves(size: float) -> dict[str, Any]:
    """``halves`` by name, and the ratio of articles a second."""
    count, first = max(60, int(EVENTS * size)), max(20, int(FIRST * size))
    with servers() as stack:
        found = {"factwire enricher, raw topic to enriched topic": measure(stack, _enricher().sized(size))}
        _fill(stack, count)
        found["factwire sink, events to articles, mentions and claims in tables of their own"] = sink = _drained(
            stack, lambda stack: services(stack, stack.start("sink")), rows_of("articles"), count, first
        )
        make_topics(stack, TOPIC)
        produce(stack.kafka, TOPIC, islice(flattened(read_all(stack.kafka, ENRICHED)), count))
        found["Kafka Connect, Debezium JDBC sink, one flat row an article, facts as JSON text"] = theirs = _drained(
            stack, connect, rows_of(TABLE), count, first
        )
    return {
        "halves": {name: run.figures() for name, run in found.items()},
        "ratios": {RATIO: sink.articles_per_second / theirs.articles_per_second},
    }


def _enricher() -> Contender:
    return Contender("enricher alone", lambda stack: services(stack, stack.start("enricher")), RAW, enriched, 1500)


def _fill(stack: Servers, count: int) -> None:
    """Enriched events for the sinks: by the enricher that answers from memory, as quickly as may be."""
    say(f"{count} enriched events for the sinks")
    goal = enriched(stack) + count
    with all_running(services(stack, stack.start("enricher", script=CANNED, duplicate_days="0"))):
        produce(stack.kafka, RAW, to_send(repeated(count, f"sink-{time.time_ns()}")))
        wait_for(stack, enriched, goal, "enriched events")


def _drained(stack: Servers, launch: Launch, out: Callable[[Servers], int], count: int, first: int) -> Run:
    """From the moment when ``first`` of what waits are out until ``count`` are."""
    with all_running(launch(stack)) as launched:
        done = wait_for(stack, out, first, "first rows")
        meter = Meter(stack, launched)
        run = meter.read(wait_for(stack, out, count, "all rows") - done)
    say(f"{launched[0].name} alone: {run.figures()}")
    return run
