"""Kafka Connect with Debezium's JDBC sink, one worker in a container: flat article records to rows of one table.

It writes what such a sink can: one row an article, with entities and claims as columns of JSON text. Each record
carries its schema, as Connect's JSON converter wants it. Settings follow the documentation of both; upserts by id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from testcontainers.core.container import DockerContainer
from tests.support.containers import KAFKA_IMAGE
from tests.support.kafka import Message, Sent
from tests.support.ports import free_port
from tests.support.stack import Stack

from bench.processes import Running

PLUGINS: Final = Path(__file__).parent / "peers" / "target" / "plugins"
TOPIC: Final = "connect.articles"
TABLE: Final = "connect_articles"
TEXTS: Final = ("article_id", "title", "body", "published_at", "source", "entities", "claims")
_JAVA: Final = ("-Xms256M", "-Xmx2G", "-cp", "/opt/kafka/libs/*", "org.apache.kafka.connect.cli.ConnectStandalone")
"""As connect-standalone.sh would start it."""
_FIELDS: Final = [{"field": name, "type": "string", "optional": name != "article_id"} for name in TEXTS]
_SCHEMA: Final = {"type": "struct", "name": "article", "fields": _FIELDS}


def flattened(events: Iterable[Message]) -> Iterator[Sent]:
    """Enriched events as the records of :data:`TOPIC`: the facts are text to a table without children."""
    for number, event in enumerate(events):
        if event.value is not None:
            flat = {"schema": _SCHEMA, "payload": _flat(json.loads(event.value))}
            yield Sent(number, "good", event.key, json.dumps(flat).encode())


def _flat(event: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: json.dumps(event[name]) for name in ("entities", "claims")}
    source = (event.get("source") or {}).get("id")
    return {**{name: event.get(name) for name in TEXTS}, "source": source, **facts}


def connect(stack: Stack) -> Sequence[Running]:
    """Launches the worker with one connector of as many tasks as there are partitions."""
    if not PLUGINS.is_dir():
        raise FileNotFoundError(f"{PLUGINS} is missing: run `make bench`, which lets Maven fetch it")
    folder = stack.folder / "connect"
    folder.mkdir()
    (folder / "worker.properties").write_text(_properties(_worker(stack)))
    (folder / "sink.properties").write_text(_properties(_connector(stack)))
    container = DockerContainer(KAFKA_IMAGE, network_mode="host")
    container.with_volume_mapping(str(PLUGINS), "/plugins").with_volume_mapping(str(folder), "/settings")
    container.with_kwargs(entrypoint="java")
    container.with_command([*_JAVA, "/settings/worker.properties", "/settings/sink.properties"])
    try:
        container.start()
    except BaseException:
        container.stop()
        raise
    inside = container.get_wrapped_container()
    inside.reload()
    return [Running("connect", inside.attrs["State"]["Pid"], container.stop)]


def _worker(stack: Stack) -> dict[str, str]:
    return {
        "bootstrap.servers": stack.kafka,
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "offset.storage.file.filename": "/tmp/connect.offsets",
        "plugin.path": "/plugins",
        "listeners": f"http://127.0.0.1:{free_port()}",
        "consumer.auto.offset.reset": "earliest",
    }


def _connector(stack: Stack) -> dict[str, str]:
    address = urlsplit(stack.database)
    return {
        "name": "articles",
        "connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector",
        "tasks.max": str(stack.partitions),
        "topics": TOPIC,
        "connection.url": f"jdbc:postgresql://{address.hostname}:{address.port}{address.path}",
        "connection.username": unquote(address.username or ""),
        "connection.password": unquote(address.password or ""),
        "collection.name.format": TABLE,
        "insert.mode": "upsert",
        "primary.key.mode": "record_value",
        "primary.key.fields": "article_id",
        "schema.evolution": "basic",
    }


def _properties(given: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in given.items())
