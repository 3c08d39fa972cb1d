"""A Kafka of their own: these tests use the product's real topics, with three partitions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.containers import ApacheKafkaContainer


@pytest.fixture(scope="package")
def kafka_address() -> Iterator[str]:
    with ApacheKafkaContainer() as container:
        yield container.get_bootstrap_server()
