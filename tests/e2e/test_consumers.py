"""The example subscribers in each language, against real Kafka: they resume, keep each event once, check the schema."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.events import enriched
from tests.support.subscriptions import create_topic, publish

pytestmark = pytest.mark.docker
ROOT = Path(__file__).parents[2]
CONSUMERS = ROOT / "examples/consumers"
SCHEMA = ROOT / "schemas/enriched-article.v1.schema.json"
Kept = list[tuple[str, str]]
Run = Callable[[str, str, Path], subprocess.CompletedProcess[str]]


def run(command: Sequence[str | Path], folder: Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def with_faststream(address: str, topic: str, folder: Path) -> subprocess.CompletedProcess[str]:
    given = {"bootstrap": address, "topic": topic, "group": topic, "database": folder / "kept", "until-idle": 8}
    script = CONSUMERS / "faststream_subscriber.py"
    return run([sys.executable, script, *(f"--{name}={value}" for name, value in given.items())], folder)


def with_node(address: str, topic: str, folder: Path) -> subprocess.CompletedProcess[str]:
    if not (folder / "node_modules").exists():
        for file in (CONSUMERS / "node").iterdir():
            if file.is_file():
                shutil.copy(file, folder)
        run(["npm", "ci", "--no-audit", "--no-fund"], folder, timeout=200)
    given = {"bootstrap": address, "topic": topic, "group": topic, "store": "kept", "schema": SCHEMA, "until-idle": 8}
    return run(["node", "subscriber.mjs", *(f"--{name}={value}" for name, value in given.items())], folder)


def with_java(address: str, topic: str, folder: Path) -> subprocess.CompletedProcess[str]:
    project = folder / "java"
    if not project.exists():
        shutil.copytree(CONSUMERS / "java", project, ignore=shutil.ignore_patterns("target"))
        build = ["mvn", "-q", "-B", "compile", "dependency:build-classpath", "-Dmdep.outputFile=target/classpath"]
        run(build, project, timeout=280)
    classes = f"target/classes:{(project / 'target/classpath').read_text()}"
    given = {
        "bootstrap": address,
        "topic": topic,
        "group": topic,
        "store": "../kept",
        "schema": SCHEMA,
        "until-idle": 8,
    }
    return run(["java", "-cp", classes, "Subscriber", *(f"{name}={value}" for name, value in given.items())], project)


def kept(folder: Path) -> Kept:
    """Claims of the articles as they stand, from the subscriber's own store."""
    file = folder / "kept"
    if file.read_bytes().startswith(b"SQLite"):
        with sqlite3.connect(file) as database:
            return database.execute("select article_id, words from claims order by article_id").fetchall()
    now: dict[str, list[str]] = {}
    for line in filter(str.strip, file.read_text().splitlines()):
        event = json.loads(line)
        if not event.get("stale"):
            now[event["article_id"]] = [claim["words"] for claim in event.get("claims", [])]
    return sorted((article, words) for article, claims in now.items() for words in claims)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("needs", "subscribe"),
    [("python3", with_faststream), ("npm", with_node), ("mvn", with_java)],
    ids=["faststream", "node", "java"],
)
async def test_subscriber_keeps_each_claim_once_and_goes_on_where_it_stopped(
    kafka_address: str, tmp_path: Path, needs: str, subscribe: Run
) -> None:
    assert shutil.which(needs), f"{needs} is not installed"
    topic = f"enriched-{uuid4().hex[:8]}"
    await create_topic(kafka_address, topic)
    first = enriched("kept").model_dump_json().encode()
    await publish(
        kafka_address, topic, [("e-0", "aborted", enriched("aborted").model_dump_json().encode())], commit=False
    )
    gone = enriched("gone").model_dump_json().encode()
    bad = b'{"article_id": 5}'
    await publish(
        kafka_address,
        topic,
        [("e-1", "kept", first), ("e-1", "kept", first), ("e-2", "bad", bad), ("e-3", "gone", gone)],
    )
    said = subscribe(kafka_address, topic, tmp_path)
    assert kept(tmp_path) == [("gone", "1,500"), ("kept", "1,500")]
    assert "does not fit the schema" in said.stderr
    assert said.stdout.count("kept: count") == 1

    newer = enriched("kept", revision=2, text="Nothing is counted any more.").model_dump_json().encode()
    await publish(
        kafka_address,
        topic,
        [("e-4", "gone", None), ("e-5", "kept", newer), ("e-1", "kept", first), ("e-6", "kept", first)],
    )
    again = subscribe(kafka_address, topic, tmp_path)
    assert kept(tmp_path) == []
    assert "kept: count" not in again.stdout
    assert "does not fit" not in again.stderr
