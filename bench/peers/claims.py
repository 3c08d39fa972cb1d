"""Claims by others: ``claims.py quantulum3|recognizers-text FILE``; prints KB of text a CPU second, and what was found.

FILE holds a JSON array of texts; those that fit into ``SECONDS`` are read, for some take seconds for one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

SECONDS = 8.0


def quantulum3() -> Callable[[str], int]:
    from quantulum3 import parser

    return lambda text: len(parser.parse(text))


def recognizers_text() -> Callable[[str], int]:
    """All its models that have to do with claims: it has no one call for them."""
    import recognizers_suite as suite

    models = (
        suite.recognize_currency,
        suite.recognize_dimension,
        suite.recognize_temperature,
        suite.recognize_age,
        suite.recognize_percentage,
        suite.recognize_number,
        suite.recognize_datetime,
    )
    return lambda text: sum(len(model(text, "en-us")) for model in models)


PEERS = {"quantulum3": quantulum3, "recognizers-text": recognizers_text}


def main(peer: str, file: str) -> None:
    texts = json.loads(Path(file).read_text())
    find = PEERS[peer]()
    find("Profit rose 18 percent to $4.1bn in 2020, Acme said.")
    started, size, found = process_time(), 0, 0
    for text in texts:
        found += find(text)
        size += len(text.encode())
        if process_time() - started > SECONDS:
            break
    print(json.dumps({"kb_per_second": size / 1024 / (process_time() - started), "found": found, "bytes": size}))


if __name__ == "__main__":
    main(*sys.argv[1:])
