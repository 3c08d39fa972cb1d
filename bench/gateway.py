"""How many pushes the gateway takes, with Kafka behind it: an answer says that the broker has the article.

One article a request from sixteen connections, and bodies of two hundred lines from two. The client is a process of its
own on the same cores; what the gateway itself spends stands beside the rate.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

import httpx
from tests.support.ports import free_port
from tests.support.processes import ROOT
from tests.support.waiting import wait_until

from bench.processes import Running, all_running, running
from bench.progress import say
from bench.servers import servers

SECONDS: Final = 10.0
WARM_UP_SECONDS: Final = 2.0
WAYS: Final = {
    "one": "one article a request, 16 connections",
    "lines": "200 articles a request (NDJSON), 2 connections",
}


def gateway(size: float) -> dict[str, Any]:
    """``gateway`` by way of pushing: rates, milliseconds, and CPU seconds of the gateway per 1,000 articles."""
    address = f"http://127.0.0.1:{free_port()}"
    with servers() as stack:
        spool = str(stack.folder / "spool")
        service = stack.start("gateway", http_port=address.rsplit(":", 1)[1], gateway_spool_dir=spool)
        with all_running([running(service)]) as [one]:
            wait_until(lambda: _ready(address), 60, "gateway ready", stack.logs)
            seconds = max(1.0, SECONDS * min(size, 1))
            return {"gateway": {words: _pushed(one, address, way, seconds) for way, words in WAYS.items()}}


def _pushed(service: Running, address: str, way: str, seconds: float) -> Mapping[str, float]:
    say(f"{WAYS[way]}, for {seconds:.0f} s")
    _client(address, way, WARM_UP_SECONDS)
    before = service.cpu_seconds()
    found = _client(address, way, seconds)
    articles = found["articles_per_second"] / found["requests_per_second"] * found["requests"]
    spent = service.cpu_seconds() - before
    figures = {
        **found,
        "cpu_seconds_per_1000": round(spent * 1000 / articles, 2),
        "peak_mb": round(service.peak_megabytes()),
    }
    say(f"{WAYS[way]}: {figures}")
    return figures


def _client(address: str, way: str, seconds: float) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.pushing", address, way, str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 120, cwd=ROOT)
    return dict(json.loads(done.stdout))


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:  # not listening yet
        return False
