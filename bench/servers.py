"""Kafka and Postgres for one part of the benchmark: in containers, with topics and schema, thrown away afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier
from testcontainers.community.postgres import PostgresContainer
from tests.support.containers import ApacheKafkaContainer, postgres_container
from tests.support.databases import create_database, migrate
from tests.support.stack import Stack

START_SECONDS: Final = 120
"""A busy machine takes longer to start a broker than the thirty seconds of the library."""


@dataclass
class Servers(Stack):
    """A stack whose database can be watched at little cost to it."""

    container: PostgresContainer | None = None

    def __post_init__(self) -> None:
        self._watch = psycopg.connect(self.database, autocommit=True)

    def stop(self) -> None:
        super().stop()
        self._watch.close()

    def rows(self, table: str) -> int:
        """How many a table has; 0 while it is not there."""
        known = self._watch.execute("select to_regclass(%s)", (table,)).fetchone()
        if known is None or known[0] is None:
            return 0
        found = self._watch.execute(SQL("select count(*) from {}").format(Identifier(table))).fetchone()
        return int(found[0]) if found else 0

    def database_cpu_seconds(self) -> float:
        """What Postgres has spent so far, its ended backends included."""
        assert self.container is not None
        stats = self.container.get_wrapped_container().stats(stream=False, one_shot=True)
        return float(stats["cpu_stats"]["cpu_usage"]["total_usage"]) / 1e9


@contextmanager
def servers() -> Iterator[Servers]:
    """A stack without a service; whatever was started on it is ended with it."""
    kafka = ApacheKafkaContainer()
    try:
        kafka.start(timeout=START_SECONDS)
        with postgres_container() as postgres, tempfile.TemporaryDirectory() as folder:
            database = create_database(postgres.get_connection_url(driver=None), "bench")
            migrate(database)
            stack = Servers(kafka.get_bootstrap_server(), database, Path(folder), container=postgres)
            try:
                stack.provision()
                yield stack
            finally:
                stack.stop()
    finally:
        kafka.stop()
