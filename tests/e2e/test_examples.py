"""The examples, run as a reader would run them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from tests.support.events import enriched
from tests.support.serving import served
from tests.unit.gateway.fakes import MemoryLog

from factwire.gateway.app import create_app
from factwire.gateway.bodies import Room
from factwire.gateway.handler import Gateway
from factwire.gateway.pushes import Intake
from factwire.runtime.health import Health
from factwire.runtime.web.keys import Keyring

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_push_script_pushes_corrects_and_withdraws():
    log = MemoryLog()
    gateway = Gateway(log, lambda: datetime(2026, 3, 13, tzinfo=UTC), max_article_bytes=10**6, max_html_bytes=10**6)
    intake = Intake(gateway, Keyring.open(), Room(10**7), 10**6)
    with served(create_app(intake, Health("gateway"))) as address:
        ran = subprocess.run([EXAMPLES / "push.sh", address], capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(log.records) == 5
    assert [record.key for record in log.records if record.key == b"example-1"] == [b"example-1"] * 3
    assert ran.stdout.count('"accepted"') == 8


@pytest.mark.docker
async def test_subscriber_keeps_each_claim_once_and_goes_on_where_it_stopped(kafka_address, tmp_path):
    topic = f"enriched-{uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_address)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 2, 1)])
    await admin.close()
    first = enriched("kept").model_dump_json().encode()
    await produce(
        kafka_address, topic, [("e-0", "aborted", enriched("aborted").model_dump_json().encode())], commit=False
    )
    await produce(
        kafka_address,
        topic,
        [
            ("e-1", "kept", first),
            ("e-1", "kept", first),
            ("e-2", "bad", b'{"article_id": 5}'),
            ("e-3", "gone", enriched("gone").model_dump_json().encode()),
        ],
    )
    said = subscribe(kafka_address, topic, tmp_path)
    assert claims(tmp_path) == [("gone", "1,500"), ("kept", "1,500")]
    assert "does not fit the schema" in said.stderr
    assert said.stdout.count("kept: count") == 1

    newer = enriched("kept", revision=2, text="Nothing is counted any more.").model_dump_json().encode()
    await produce(kafka_address, topic, [("e-4", "gone", None), ("e-5", "kept", newer), ("e-1", "kept", first)])
    said = subscribe(kafka_address, topic, tmp_path)
    assert claims(tmp_path) == []
    assert said.stdout == ""


async def produce(
    address: str, topic: str, events: Sequence[tuple[str, str, bytes | None]], *, commit: bool = True
) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=address, transactional_id=f"{topic}-{commit}")
    await producer.start()
    await producer.begin_transaction()
    for ce_id, key, value in events:
        await producer.send_and_wait(topic, value, key=key.encode(), headers=[("ce_id", ce_id.encode())])
    await (producer.commit_transaction() if commit else producer.abort_transaction())
    await producer.stop()


def subscribe(address: str, topic: str, folder: Path) -> subprocess.CompletedProcess[str]:
    given = {
        "bootstrap": address,
        "topic": topic,
        "group": topic,
        "database": folder / "claims.sqlite3",
        "until-idle": 4,
    }
    command = [sys.executable, EXAMPLES / "subscriber.py", *(f"--{name}={value}" for name, value in given.items())]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)


def claims(folder: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(folder / "claims.sqlite3") as database:
        return database.execute("select article_id, words from claims order by article_id").fetchall()
