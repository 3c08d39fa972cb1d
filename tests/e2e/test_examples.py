"""The examples, run as a reader would run them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.events import enriched
from tests.support.serving import served
from tests.support.subscriptions import create_topic, publish
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
    await create_topic(kafka_address, topic)
    first = enriched("kept").model_dump_json().encode()
    await publish(
        kafka_address, topic, [("e-0", "aborted", enriched("aborted").model_dump_json().encode())], commit=False
    )
    await publish(
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
    await publish(kafka_address, topic, [("e-4", "gone", None), ("e-5", "kept", newer), ("e-1", "kept", first)])
    said = subscribe(kafka_address, topic, tmp_path)
    assert claims(tmp_path) == []
    assert said.stdout == ""


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
