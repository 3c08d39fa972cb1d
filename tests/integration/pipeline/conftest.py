"""A Kafka of their own: these tests use the product's real topics, with three partitions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.containers import ApacheKafkaContainer
from tests.support.databases import cloned_database
from tests.support.stack import Stack, running_stack


@pytest.fixture(scope="package")
def kafka_address() -> Iterator[str]:
    with ApacheKafkaContainer() as container:
        yield container.get_bootstrap_server()


@pytest.fixture(scope="package")
def stack(
    kafka_address: str, postgres: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """Topics, schema, one enricher and one sink for the modules that need no other; tests keep apart by article ids."""
    logs = tmp_path_factory.mktemp("logs")
    with (
        cloned_database(postgres, template_database) as url,
        running_stack(kafka_address, url, logs, enricher_workers="0") as stack,
    ):
        yield stack
