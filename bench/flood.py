"""The whole way under load: every contender in turn on one Kafka and one Postgres; ours without duplicates too."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Final

from bench.beside import known_names
from bench.servers import servers
from bench.streams import Runs, contenders, measure

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
    runs = Runs()
    with servers() as stack:
        names = stack.folder / "names.json"
        names.write_text(json.dumps(known_names(NAMES_FOR_PEERS)))
        for contender in contenders(str(names)):
            runs.add(contender.name, partial(measure, stack, contender.sized(size)))
    return {"streams": runs.figures(), "failed": runs.failed, "ratios": runs.ratios(RATIOS)}
