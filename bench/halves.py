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
from bench.processes import Running, all_running
from bench.progress import say
from bench.servers import Servers, servers
from bench.streams import (
    CANNED,
    Contender,
    Launch,
    Meter,
    Run,
    Runs,
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
LEAST_SIZE: Final = 0.25
"""With fewer events all of them are one batch, and there is nothing to time."""
ENRICHER: Final = "factwire enricher, raw topic to enriched topic"
SINK: Final = "factwire sink, events to articles, mentions and claims in tables of their own"
CONNECT: Final = "Kafka Connect, Debezium JDBC sink, one flat row an article, facts as JSON text"
RATIOS: Final = {"sink alone: to Kafka Connect": (SINK, CONNECT)}


def halves(size: float) -> dict[str, Any]:
    """``halves`` by name, what ``failed``, and the ratio of articles a second."""
    count, first = (int(events * max(size, LEAST_SIZE)) for events in (EVENTS, FIRST))
    runs = Runs()
    with servers() as stack:
        runs.add(ENRICHER, lambda: measure(stack, _enricher().sized(size)))
        _fill(stack, count)
        runs.add(SINK, lambda: _drained(stack, _sink, rows_of("articles"), count, first))
        make_topics(stack, TOPIC)
        produce(stack.kafka, TOPIC, islice(flattened(read_all(stack.kafka, ENRICHED)), count))
        runs.add(CONNECT, lambda: _drained(stack, connect, rows_of(TABLE), count, first))
    return {"halves": runs.figures(), "failed": runs.failed, "ratios": runs.ratios(RATIOS)}


def _sink(stack: Servers) -> list[Running]:
    return services(stack, stack.start("sink"))


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
