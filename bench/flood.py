"""The whole way under load: every contender in turn on one Kafka and one Postgres; ours without duplicates too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from bench.beside import known_names
from bench.progress import say
from bench.servers import servers
from bench.streams import Run, contenders, measure

NAMES_FOR_PEERS: Final = 20_000
ONE, UNASKED = "factwire, 1 worker", "factwire, 1 worker, duplicates not looked for"
RATIOS: Final = {
    "no enrichment: to FastStream + ORM": ("factwire, enrichment off", "FastStream + ORM, no enrichment"),
    "no enrichment: to Quix Streams": ("factwire, enrichment off", "Quix Streams, no enrichment"),
    "enriched: to FastStream + ORM with quantulum3": (ONE, "FastStream + ORM, quantulum3"),
    "enriched: to Quix Streams with quantulum3": (ONE, "Quix Streams, quantulum3"),
}


def flood(size: float) -> dict[str, Any]:
    """``streams`` by name, ``failed`` contenders, and the ``ratios`` of articles a second."""
    runs: dict[str, Run] = {}
    failed: list[str] = []
    with servers() as stack:
        names = stack.folder / "names.json"
        names.write_text(json.dumps(known_names(NAMES_FOR_PEERS)))
        for contender in contenders(str(names)):
            try:
                runs[contender.name] = measure(stack, contender.sized(size))
            except (TimeoutError, AssertionError, OSError) as fault:  # one that fails leaves the others their turn
                say(f"{contender.name} failed: {fault}")
                failed.append(f"{contender.name}: {str(fault).splitlines()[0]}")
    return {"streams": {name: run.figures() for name, run in runs.items()}, "failed": failed, "ratios": ratios(runs)}


def ratios(runs: Mapping[str, Run]) -> dict[str, float]:
    return {
        name: runs[mine].articles_per_second / runs[theirs].articles_per_second
        for name, (mine, theirs) in RATIOS.items()
        if mine in runs and theirs in runs
    }
