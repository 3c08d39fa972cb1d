"""The parts of the benchmark, in their order: each by itself, each with servers of its own, so that one may fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bench.asking import asking
from bench.beside import beside
from bench.flood import flood
from bench.gateway import gateway
from bench.halves import halves
from bench.start import start
from bench.steady import steady

Results = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """``run`` takes a size, 1 for the real thing, and gives figures by name, ``ratios`` to peers among them."""

    name: str
    words: str
    run: Callable[[float], Results]
    short: bool = False


PARTS: Final = (
    Part("core", "the core beside quantulum3, recognizers-text and spaCy", lambda _: beside(), short=True),
    Part("start", "how long a command takes to start, and its memory", lambda _: start()),
    Part("streams", "raw topic to rows: ours and FastStream + ORM, Quix Streams", flood),
    Part("halves", "enricher alone, sink alone, Kafka Connect beside the sink", halves),
    Part("steady", "the age of an article at a steady rate", steady),
    Part("gateway", "requests a second", gateway),
    Part("questions", "questions to the read API", asking),
)
