"""Real Kafka and PostgreSQL in containers."""

from __future__ import annotations

import os
import re

os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")

from testcontainers.community.kafka import KafkaContainer
from testcontainers.community.postgres import PostgresContainer

KAFKA_IMAGE = "apache/kafka:4.1.1"
POSTGRES_IMAGE = "postgres:17"
START_SECONDS = 120
"""What a broker may take on a machine that is busy; testcontainers gives it half a minute."""


class ApacheKafkaContainer(KafkaContainer):  # type: ignore[misc]  # the base class is untyped
    """Apache's own image, one KRaft node, transactions included; testcontainers knows Confluent's only."""

    def __init__(self, image: str = KAFKA_IMAGE, **kwargs: object) -> None:
        super().__init__(image, **kwargs)
        self.kraft_enabled = True
        for name in (
            "TRANSACTION_STATE_LOG_REPLICATION_FACTOR",
            "TRANSACTION_STATE_LOG_MIN_ISR",
            "SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR",
            "SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR",
        ):
            self.with_env(f"KAFKA_{name}", "1")
        self.with_env("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "1")  # fifty would be made by the first transaction
        self.with_env("KAFKA_TRANSACTION_ABORT_TIMED_OUT_TRANSACTION_CLEANUP_INTERVAL_MS", "500")
        self.with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
        self.with_env("KAFKA_HEAP_OPTS", "-Xmx512m -Xms256m")

    def start(self, timeout: int = START_SECONDS) -> ApacheKafkaContainer:
        super().start(timeout)
        return self

    def configure(self) -> None:
        self._configure_kraft()
        self.env.pop("KAFKA_BROKER_ID", None)
        self.wait_for = re.compile(r".*Kafka Server started.*")

    def tc_start(self) -> None:
        """Two listeners: one for clients outside, one the broker itself can reach (transactions verify through it)."""
        address = f"{self.get_container_host_ip()}:{self.get_exposed_port(self.port)}"
        listeners = f"{self.listener_name}://{address},BROKER://{self._get_network_alias()}:9092"
        script = f"export KAFKA_ADVERTISED_LISTENERS={listeners}\nexec /etc/kafka/docker/run\n"
        self.create_file(script.encode(), self.TC_START_SCRIPT)


def postgres_container() -> PostgresContainer:
    """What it has committed outlives its being killed, though not the machine's."""
    command = "postgres -c max_connections=200 -c fsync=off -c full_page_writes=off"
    return PostgresContainer(POSTGRES_IMAGE, driver=None).with_command(command)
