"""Pushes the practice articles through a running stack and counts: what went in is enriched or a dead letter.

python -m bench.flow FOLDER            starts `factwire up` in a folder of its own
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import psycopg
from aiokafka import AIOKafkaConsumer

from factwire.events.topics import DEAD_ENRICHED, DEAD_RAW

BATCH = 25
PATIENCE_SECONDS = 300.0
_ADDRESS = re.compile(r"^\s+(console|gateway|broker|database)\s+(\S+)")


@dataclass(frozen=True, slots=True)
class Stack:
    """Where a running stack listens."""

    gateway: str
    broker: str
    database: str


def practice_articles(shared: Path) -> Iterator[dict[str, Any]]:
    """Every practice article as a raw event: plain ones, pages, and the clusters."""
    folder = shared / "dev-articles"
    for path in [*sorted(folder.glob("plain/*.jsonl")), *sorted(folder.glob("clusters/*/articles.jsonl"))]:
        for line in path.read_text("utf-8").splitlines():
            yield _plain(json.loads(line), f"{path.parent.name}-{path.stem}")
    for path in sorted(folder.glob("html/*/pages/*.gz")):
        page = gzip.decompress(path.read_bytes()).decode("utf-8", "replace").replace("\x00", "")
        yield {"article_id": f"html-{path.parents[1].name}-{path.name}", "body": page, "body_format": "html"}


def _plain(row: dict[str, Any], origin: str) -> dict[str, Any]:
    fields = ("url", "title", "summary", "body", "published_at", "language")
    article = {field: row[field] for field in fields if row.get(field)}
    if not article.get("body") and row.get("text"):
        article["body"] = row["text"]
    return {"article_id": f"{origin}-{row.get('id') or row.get('article_id')}"[:200], **article}


def push(articles: list[dict[str, Any]], gateway: str) -> Counter[str]:
    """Answers by status; every item of every batch has one."""
    answers: Counter[str] = Counter()
    with httpx.Client(timeout=60) as client:
        for start in range(0, len(articles), BATCH):
            answer = client.post(gateway, json=articles[start : start + BATCH])
            for item in answer.json()["results"]:
                answers[str(item["status"])] += 1
                if item["status"] == "rejected":
                    print("rejected:", item.get("article_id"), item.get("errors"))
    return answers


async def dead_letters(broker: str) -> Counter[str]:
    """Dead letters by what was wrong."""
    reasons: Counter[str] = Counter()
    consumer = AIOKafkaConsumer(
        DEAD_RAW.name,
        DEAD_ENRICHED.name,
        bootstrap_servers=broker,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                reasons.update(_reason(record.headers) for record in records)
    finally:
        await consumer.stop()
    return reasons


def _reason(headers: Any) -> str:
    found = dict(headers)
    return found.get("__connect.errors.exception.message", b"?").decode()[:120]


def stored(database: str) -> int:
    """Articles in Postgres."""
    with psycopg.connect(database) as connection:
        row = connection.execute("select count(*) from articles").fetchone()
    return int(row[0]) if row else 0


@contextmanager
def running_stack() -> Iterator[Stack]:
    """`factwire up` in a folder of its own, from its printed addresses to Ctrl-C."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "factwire.cli.main", "up", "--data-dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
        try:
            yield _addresses(process)
        finally:
            process.terminate()
            process.wait(60)


def _addresses(process: subprocess.Popen[str]) -> Stack:
    found: dict[str, str] = {}
    assert process.stdout is not None
    for line in process.stdout:
        match = _ADDRESS.match(line)
        if match:
            found[match[1]] = match[2]
        if {"gateway", "broker", "database"} <= found.keys():
            return Stack(found["gateway"], found["broker"], found["database"])
    raise SystemExit("factwire up ended before it printed its addresses")


def main(shared: Path) -> None:
    articles = list(practice_articles(shared))
    distinct = len({article["article_id"] for article in articles})
    with running_stack() as stack:
        started = monotonic()
        answers = push(articles, stack.gateway)
        accepted = answers.get("accepted", 0)
        while True:
            kept, dead = stored(stack.database), asyncio.run(dead_letters(stack.broker))
            if kept + dead.total() >= accepted or monotonic() - started > PATIENCE_SECONDS:
                break
    print(f"{len(articles)} articles, {distinct} distinct ids; answers: {dict(answers)}")
    print(f"{kept} in Postgres, {dead.total()} dead letters, {accepted - kept - dead.total()} unaccounted for")
    for reason, count in dead.most_common():
        print(f"  {count:4} {reason}")
    print(f"{monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
