"""What every test stands on: a clean environment, Hypothesis profiles, and containers where a test asks for them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from tests.support.docker import docker_fault

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from tests.support.containers import ApacheKafkaContainer
    from tests.support.kafka import Tail

settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Docker on somebody's laptop, container tests are skipped with the reason; with CI=true they must run."""
    marked = [item for item in items if {"docker", "compose", "chaos"} & {mark.name for mark in item.iter_markers()}]
    if not marked or os.environ.get("CI"):
        return
    if fault := docker_fault():
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=f"needs Docker: {fault}"))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting of the developer's shell reaches a test."""
    for name in [name for name in os.environ if name.startswith(("FACTWIRE_", "OTEL_"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def kafka() -> Iterator[ApacheKafkaContainer]:
    """A real Kafka for the whole session; tests keep apart by topic names."""
    from tests.support.containers import ApacheKafkaContainer

    with ApacheKafkaContainer() as container:
        yield container


@pytest.fixture(scope="session")
def kafka_address(kafka: ApacheKafkaContainer) -> str:
    return kafka.get_bootstrap_server()


@pytest.fixture(scope="session")
def broker(kafka_address: str) -> str:
    """The session's Kafka with the product's topics, each of :data:`tests.support.kafka.PARTITIONS` partitions."""
    from tests.support.kafka import PARTITIONS
    from tests.support.processes import run_factwire

    done = run_factwire("topics", "apply", kafka_bootstrap_servers=kafka_address, topic_partitions=str(PARTITIONS))
    assert done.returncode == 0, done.stderr
    return kafka_address


@pytest.fixture
def raw(broker: str) -> Tail:
    """What comes onto the raw topic while a test runs."""
    from tests.support.kafka import tail_of

    from factwire.events.topics import RAW

    return tail_of(broker, RAW.name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real, empty PostgreSQL; tests keep apart by database (:func:`database`)."""
    from tests.support.containers import postgres_container

    with postgres_container() as container:
        yield container.get_connection_url(driver=None)


@pytest.fixture(scope="session")
def template_database(postgres: str) -> str:
    """A database on the schema that the migrations built, copied for every test."""
    from tests.support.databases import create_database, migrate

    url = create_database(postgres, "factwire_template")
    migrate(url)
    return url


@pytest.fixture(scope="session")
def template_by_month(postgres: str, template_database: str) -> str:
    """The same by month, with partitions for the days that tests write about, and for these days."""
    from tests.support.databases import create_database, divide_into_months

    url = create_database(postgres, "factwire_by_month", "factwire_template")
    divide_into_months(url)
    return url


@pytest.fixture
def database(request: pytest.FixtureRequest, postgres: str, template_database: str) -> Iterator[str]:
    """The URL of a fresh migrated database of this test's own; ``both_kinds`` asks for each kind in turn."""
    from tests.support.databases import cloned_database

    by_month = getattr(request, "param", "plain") == "by month"
    template = request.getfixturevalue("template_by_month") if by_month else template_database
    with cloned_database(postgres, template) as url:
        yield url


@pytest.fixture
def by_month(postgres: str, template_by_month: str) -> Iterator[str]:
    """The URL of a fresh database of this test's own that is divided into months."""
    from tests.support.databases import cloned_database

    with cloned_database(postgres, template_by_month) as url:
        yield url


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes a test starts; whatever still runs at its end is killed."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans of this process, kept in memory."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from factwire.runtime.tracing import trace_with

    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace_with(provider)
    yield exporter
    trace_with(None)
    provider.shutdown()
