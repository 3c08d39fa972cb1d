"""Sends the practice articles through a running stack, each kind by its own way, until all are accounted for.

python -m bench.flow FOLDER            starts `factwire up` in a folder of its own

Clusters and ninjs documents go to the gateway, plain articles and pages are read by `factwire backfill`, feeds are
served on the loopback interface and fetched by the poller.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx
import psycopg
from aiokafka import AIOKafkaConsumer
from typer.testing import CliRunner

from bench.feeds import feeds_in
from factwire.cli.feeds import app as feeds_command
from factwire.events.topics import DEAD_ENRICHED, DEAD_RAW, RAW

BATCH = 25
PATIENCE_SECONDS = 300.0
_ADDRESS = re.compile(r"^\s+(console|gateway|broker|database)\s+(\S+)")


_ON_LOOPBACK = {**os.environ, "FACTWIRE_POLLER_ALLOWED_NETWORKS": "127.0.0.0/8"}


@dataclass(frozen=True, slots=True)
class Stack:
    """Where a running stack listens."""

    gateway: str
    broker: str
    database: str

    @property
    def environment(self) -> dict[str, str]:
        """For commands beside it."""
        addresses = {"FACTWIRE_KAFKA_BOOTSTRAP_SERVERS": self.broker, "FACTWIRE_DATABASE_URL": self.database}
        return {**_ON_LOOPBACK, **addresses}


@dataclass
class Way:
    """One way in: how many were sent, and what became of them at the door."""

    name: str
    sent: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        reasons = "".join(f"\n         {count:4} × {reason}" for reason, count in self.refused.most_common())
        return (
            f"{self.name:18} {self.sent:5} sent, {self.accepted:5} accepted, {self.refused.total():4} refused{reasons}"
        )


def cluster_articles(folder: Path) -> Iterator[dict[str, Any]]:
    """The articles of the story clusters as raw events."""
    for path in sorted(folder.glob("clusters/*/articles.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield _plain(json.loads(line), f"{path.parent.name}-{path.stem}")


def _plain(row: dict[str, Any], origin: str) -> dict[str, Any]:
    fields = ("url", "title", "summary", "body", "published_at", "language")
    article = {field: row[field] for field in fields if row.get(field)}
    if not article.get("body") and row.get("text"):
        article["body"] = row["text"]
    return {"article_id": f"{origin}-{row.get('id') or row.get('article_id')}"[:200], **article}


def push(articles: list[dict[str, Any]], gateway: str) -> Way:
    """Every item of every batch has an answer."""
    way = Way("gateway", len(articles))
    with httpx.Client(timeout=60) as client:
        for start in range(0, len(articles), BATCH):
            _count(way, client.post(gateway, json=articles[start : start + BATCH]))
    return way


def push_ninjs(paths: list[Path], gateway: str) -> Way:
    way = Way("gateway, ninjs", len(paths))
    with httpx.Client(timeout=60) as client:
        for path in paths:
            headers = {"content-type": "application/json"}
            _count(way, client.post(gateway.replace("/articles", "/ninjs"), content=path.read_bytes(), headers=headers))
    return way


def _count(way: Way, answer: httpx.Response) -> None:
    said = answer.json()
    results = said.get("results") or [{"status": "rejected", "errors": said.get("errors") or [said]}]
    for item in results:
        if item["status"] == "accepted":
            way.accepted += 1
        else:
            way.refused[str(item["errors"][0].get("detail"))[:100]] += 1


def backfill(name: str, stack: Stack, paths: list[Path], *options: str) -> Way:
    """What `factwire backfill` says of these files."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "refused.jsonl"
        files = ["--checkpoint", str(Path(folder) / "state"), "--report", str(report)]
        said = _factwire(stack, "backfill", *map(str, paths), *files, *options).stdout
        way = Way(name)
        way.accepted = int(said.split(" published")[0].replace(",", ""))
        way.refused.update(json.loads(line)["reason"][:100] for line in report.read_text("utf-8").splitlines())
        way.sent = way.accepted + way.refused.total()
        return way


def poll(stack: Stack, folder: Path) -> Way:
    """Serves the feeds, adds them, and waits until each was visited."""
    way, runner = Way("poller"), CliRunner(env=stack.environment)
    with _serving(folder) as address:
        for path in feeds_in(folder):
            way.sent += 1
            added = runner.invoke(feeds_command, ["add", f"{address}/{path.relative_to(folder)}"])
            if added.exit_code:
                way.refused["feed: " + str(added.exception).rpartition(": ")[2][:100]] += 1
        deadline = monotonic() + PATIENCE_SECONDS
        while _asked(stack, "select count(*) from feeds where last_polled_at is null") and monotonic() < deadline:
            sleep(0.5)
    way.accepted = _asked(stack, "select coalesce(sum(published), 0)::int from feeds")
    with psycopg.connect(stack.database) as connection:
        for (reason,) in connection.execute("select last_error from feeds where last_error is not null").fetchall():
            count, _, why = str(reason).partition(" entries refused; ")
            way.refused["entry: " + why.rpartition(": ")[2][:100]] += int(count) if why else 1
    return way


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    handler = partial(QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """The poller says what it fetched."""


def _factwire(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "factwire.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=stack.environment)


def _asked(stack: Stack, question: str) -> int:
    with psycopg.connect(stack.database) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
    return int(row[0]) if row else 0


def _keys(stack: Stack) -> set[str]:
    with psycopg.connect(stack.database) as connection:
        return {str(key) for (key,) in connection.execute("select article_id from articles").fetchall()}


async def records(broker: str, *topics: str) -> list[Any]:
    """Every committed record of these topics."""
    found: list[Any] = []
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=broker, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found += batch
    finally:
        await consumer.stop()
    return found


def _reason(headers: Any) -> str:
    found = dict(headers)
    return found.get("__connect.errors.exception.message", b"?").decode()[:120]


@contextmanager
def running_stack() -> Iterator[Stack]:
    """`factwire up` in a folder of its own, from its printed addresses to Ctrl-C."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "factwire.cli.main", "up", "--data-dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True, env=_ON_LOOPBACK)
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


def send_everything(stack: Stack, folder: Path) -> list[Way]:
    clusters = list(cluster_articles(folder))
    ninjs = [path for path in sorted(folder.glob("ninjs/**/*.json")) if "schema" not in str(path.relative_to(folder))]
    pages = sorted(folder.glob("html/*/pages/*.gz"))
    return [
        push(clusters, stack.gateway),
        push_ninjs(ninjs, stack.gateway),
        backfill("backfill, plain", stack, [folder / "plain"], "--map", "id=article_id"),
        backfill("backfill, pages", stack, pages),
        poll(stack, folder / "feeds"),
    ]


def main(shared: Path) -> None:
    folder = shared / "dev-articles" if (shared / "dev-articles").exists() else shared
    with running_stack() as stack:
        started = monotonic()
        for way in send_everything(stack, folder):
            print(way, flush=True)
        waited = monotonic()
        sent = {record.key.decode() for record in asyncio.run(records(stack.broker, RAW.name))}
        while True:
            dead = asyncio.run(records(stack.broker, DEAD_RAW.name, DEAD_ENRICHED.name))
            kept, lost = _keys(stack), {(record.key or b"").decode() for record in dead}
            if sent <= kept | lost or monotonic() - waited > PATIENCE_SECONDS:
                break
            sleep(1)
    print(
        f"{len(sent)} distinct articles on the log: {len(sent & kept)} in Postgres, {len(lost)} dead letters,", end=" "
    )
    print(f"{len(sent - kept - lost)} unaccounted for")
    for reason, count in Counter(_reason(record.headers) for record in dead).most_common():
        print(f"  {count:4} {reason}")
    print(f"{monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
