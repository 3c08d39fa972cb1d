"""The services as processes over a Kafka and a Postgres."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from tests.support.kafka import committed_offsets, end_offsets
from tests.support.processes import ROOT, run_factwire, service_environment

RAW, ENRICHED = "news.articles.raw.v1", "news.articles.enriched.v1"
LATEST, DEAD_RAW, DEAD_ENRICHED = "news.articles.latest.v1", f"{RAW}.dlq", f"{ENRICHED}.dlq"


@dataclass
class Service:
    """One service process; ``command`` starts it again."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._mark = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def ready(self) -> bool:
        """Whether it has said, since it was started, that its partitions are ready."""
        return b"partitions ready" in self.log.read_bytes()[self._mark :]

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        if self.running and self.process:
            os.kill(self.process.pid, number)

    def wait(self, seconds: float = 60) -> int:
        assert self.process is not None
        return self.process.wait(seconds)

    def end(self, seconds: float) -> None:
        """Whatever has not ended by itself within these seconds is killed."""
        if self.running:
            with suppress(subprocess.TimeoutExpired):
                self.wait(seconds)
        self.kill()

    def kill(self) -> None:
        if self.running:
            self.signal(signal.SIGKILL)
            self.wait()


@dataclass
class Stack:
    """Topics and schema are there; services are started by name, each with a log file in ``folder``."""

    kafka: str
    database: str
    folder: Path
    partitions: int = 3
    services: list[Service] = field(default_factory=list)

    def provision(self) -> None:
        done = run_factwire("topics", "apply", **self.settings)
        assert done.returncode == 0, done.stderr

    @property
    def settings(self) -> dict[str, str]:
        return {
            "kafka_bootstrap_servers": self.kafka,
            "database_url": self.database,
            "topic_partitions": str(self.partitions),
            "log_format": "json",
            "http_port": "0",
        }

    def start(self, name: str, *, script: Path | None = None, **settings: str) -> Service:
        command = [str(script)] if script else ["-m", "factwire.cli.main", name]
        service = Service(
            name,
            [sys.executable, *command],
            {**service_environment({**self.settings, **settings}), "PYTHONPATH": str(ROOT / "services")},
            self.folder / f"{name}-{len(self.services)}.log",
        )
        service.start()
        self.services.append(service)
        return service

    def stop(self) -> None:
        """Ends them in order, so that the next ones need not wait for a session of theirs to run out."""
        for service in self.services:
            service.signal(signal.SIGCONT)
            service.signal(signal.SIGTERM)
        for service in self.services:
            service.end(10)

    def enriched_all(self) -> bool:
        """Every raw record is committed by the enricher's group."""
        return committed_offsets(self.kafka, RAW, "factwire-enricher") == end_offsets(self.kafka, RAW)

    def stored_through(self, last: dict[int, int]) -> bool:
        """The sink's offsets are past the last record of each partition, and the outbox is empty."""
        with psycopg.connect(self.database, connect_timeout=5) as connection:
            rows = connection.execute("select part, next_offset from consumer_offsets where topic = %s", (ENRICHED,))
            stored = dict(rows.fetchall())
            waiting = connection.execute("select count(*) from outbox").fetchone()
        return waiting == (0,) and all(stored.get(part, 0) > offset for part, offset in last.items())

    def logs(self, lines: int = 15) -> str:
        """The end of every log, for the message of a failed assertion."""
        tails = (f"--- {s.log.name}\n" + "\n".join(s.log.read_text().splitlines()[-lines:]) for s in self.services)
        return "\n".join(tails)


@contextmanager
def running_stack(kafka: str, database: str, folder: Path, **enricher: str) -> Iterator[Stack]:
    """One enricher, with these settings, and one sink."""
    stack = Stack(kafka, database, folder)
    stack.provision()
    try:
        stack.start("enricher", session_timeout="6", **enricher)
        stack.start("sink", session_timeout="6")
        yield stack
    finally:
        stack.stop()
