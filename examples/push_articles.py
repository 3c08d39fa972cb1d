"""Pushes articles to the gateway from Python, so that nothing is lost and nothing counts twice. Copy it.

    python examples/push_articles.py articles.jsonl --gateway http://localhost:8080

Three things make it safe. A batch carries an Idempotency-Key made from its content, so that sending it again is the
same request. A batch is sent again until there is an answer: 429 and 503 say when. And every item has its own result:
one that is refused is told with its reason, and the others are in.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

BATCH = 100
ATTEMPTS = 8
AGAIN = {409, 429, 500, 502, 503, 504}


def push(client: httpx.Client, articles: Iterable[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every article with its result: ``status`` accepted or rejected, ``article_id``, ``event_id``, ``errors``."""
    waiting = iter(articles)
    while batch := list(islice(waiting, BATCH)):
        yield from zip(batch, send(client, batch), strict=True)


def send(client: httpx.Client, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One result per article, in their order. Raises httpx.HTTPError if there is no answer after all attempts."""
    body = json.dumps(batch, ensure_ascii=False).encode()
    headers = {"content-type": "application/json", "idempotency-key": hashlib.sha256(body).hexdigest()}
    for attempt in range(1, ATTEMPTS + 1):
        try:
            answer = client.post("/v1/articles", content=body, headers=headers)
            if answer.status_code not in AGAIN:
                return results(answer, len(batch))
            pause = float(answer.headers.get("retry-after", 2**attempt))
        except httpx.TransportError:
            if attempt == ATTEMPTS:
                raise
            pause = 2.0**attempt
        if attempt < ATTEMPTS:
            time.sleep(min(pause, 60))
    answer.raise_for_status()
    raise AssertionError("an answer that is neither good nor an error")


def results(answer: httpx.Response, count: int) -> list[dict[str, Any]]:
    """The results of an answer; one that refuses the whole body (RFC 9457) refuses each article in it."""
    said = answer.json()
    if "results" in said:
        return list(said["results"])
    refusal = {"status": "rejected", "errors": said.get("errors") or [{"pointer": "", "detail": said.get("detail")}]}
    return [refusal] * count


def main() -> int:
    options = argparse.ArgumentParser(description="Pushes articles, one JSON object a line.")
    options.add_argument("file", type=Path)
    options.add_argument("--gateway", default="http://localhost:8080")
    given = options.parse_args()
    key = os.environ.get("FACTWIRE_KEY")  # as `factwire keys create` printed it, where the gateway asks for one
    articles = (json.loads(line) for line in given.file.read_text("utf-8").splitlines() if line.strip())
    headers = {"authorization": f"Bearer {key}"} if key else {}
    accepted = rejected = 0
    with httpx.Client(base_url=given.gateway, headers=headers, timeout=60) as client:
        for article, result in push(client, articles):
            if result["status"] == "accepted":
                accepted += 1
            else:
                rejected += 1
                print(
                    f"rejected: {article.get('article_id') or article.get('url')}: {result['errors']}", file=sys.stderr
                )
    print(f"{accepted} accepted, {rejected} rejected")
    return 1 if rejected else 0


if __name__ == "__main__":
    raise SystemExit(main())
