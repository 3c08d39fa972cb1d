"""The gateway's client, a process of its own: ``pushing.py ADDRESS one|lines SECONDS``; prints JSON.

A closed loop over a few kept connections, bounded in time. The plainest client there is, so that of the two cores the
gateway gets what it can use; what a request costs the gateway itself is measured at the gateway.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlsplit

from bench.articles import distinct

CONNECTIONS: Final = {"one": 16, "lines": 2}
LINES: Final = 200
"""Articles of one NDJSON body."""
MEDIA_TYPES: Final = {"one": "application/json", "lines": "application/x-ndjson"}


def push(address: str, way: str, seconds: float) -> dict[str, float]:
    """Requests and articles a second, and the milliseconds of one request at p50 and p99."""
    connections = CONNECTIONS[way]
    bodies = _bodies(way)
    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as threads:
        loops = [threads.submit(_loop, address, way, bodies, n, started + seconds) for n in range(connections)]
        took = sorted(spent for loop in loops for spent in loop.result())
    rate = len(took) / (time.perf_counter() - started)
    return {
        "requests": len(took),
        "requests_per_second": round(rate, 1),
        "articles_per_second": round(rate * (LINES if way == "lines" else 1), 1),
        "p50_ms": round(took[len(took) // 2] * 1000, 2),
        "p99_ms": round(took[len(took) * 99 // 100] * 1000, 2),
    }


def _bodies(way: str) -> list[bytes]:
    """More than there are connections. The same article again is accepted again: the gateway keeps none."""
    articles = [json.dumps(article).encode() for article in distinct(LINES * 2, "pushed")]
    return articles if way == "one" else [b"\n".join(articles[:LINES]), b"\n".join(articles[LINES:])]


def _loop(address: str, way: str, bodies: list[bytes], first: int, until: float) -> list[float]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    took: list[float] = []
    while (began := time.perf_counter()) < until:
        body = bodies[(first + len(took)) % len(bodies)]
        connection.request("POST", "/v1/articles", body, {"content-type": MEDIA_TYPES[way]})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status not in (200, 202):
            raise RuntimeError(f"the gateway answered {answer.status}: {said[:300]!r}")
        took.append(time.perf_counter() - began)
    connection.close()
    return took


if __name__ == "__main__":
    print(json.dumps(push(sys.argv[1], sys.argv[2], float(sys.argv[3]))))
