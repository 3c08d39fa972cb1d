"""`factwire up` as a newcomer meets it: the demo, a second start, Ctrl-C, and a kill. Needs no Docker."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from factwire.cli.demo import sample_articles
from factwire.cli.up import SERVICES
from factwire.events.topics import RAW

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")

SUMMARY = re.compile(r"^(\d+) articles, (\d+) claims, (\d+) dead letters, [\d.]+ s$", re.MULTILINE)
RUNNING = "Ctrl-C stops everything"


class Up:
    """A running `factwire up`; what it prints is collected."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "factwire.cli.main", "up", "--data-dir", str(folder), *options]
        # The folder in the environment is how a process of this stack is recognised.
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "STACK": str(folder)},
        )
        self.output = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line

    def until(self, words: str, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while words not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.05)

    def end(self, seconds: float = 120) -> int:
        try:
            code = self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            pytest.fail(f"`factwire up` did not end:\n{self.output}")
        self._reader.join(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    @property
    def summary(self) -> tuple[int, int, int]:
        found = SUMMARY.search(self.output)
        assert found, self.output
        articles, claims, dead = map(int, found.groups())
        return articles, claims, dead

    def address(self, name: str) -> str:
        found = re.search(rf"^  {name} +(\S+)", self.output, re.MULTILINE)
        assert found, self.output
        return found[1]

    @property
    def processes(self) -> set[int]:
        """Pids of everything that belongs to this stack, itself and grandchildren included."""
        mark = f"STACK={self.folder}".encode()
        return {int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mark in read(path)}


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has just ended, or is not ours
        return b""


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Up]:
    up = Up(folder, *options)
    try:
        yield up
    finally:
        if up.process.poll() is None:
            up.process.terminate()
            up.end()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not below pytest's own folder: each new pytest shuts that to everybody else, and PostgreSQL is somebody else."""
    with TemporaryDirectory(prefix="factwire-up-") as made:
        yield Path(made) / "data"


@pytest.fixture(scope="module")
def first_run(folder: Path) -> Up:
    """The demo on an empty folder, run to its end."""
    up = Up(folder, "--demo", "--exit")
    assert up.end(seconds=200) == 0, up.output
    return up


def test_demo_shows_the_facts_of_every_article_and_leaves_nothing_running(first_run: Up) -> None:
    articles, claims, dead = first_run.summary
    assert articles == len(sample_articles())
    assert claims > articles
    assert dead == 0
    assert first_run.processes == set()


async def test_second_start_has_the_same_facts_and_nothing_twice_and_keeps_its_folder(
    first_run: Up, folder: Path
) -> None:
    with running(folder, "--demo") as up:
        up.until(RUNNING)
        assert up.summary == first_run.summary
        with psycopg.connect(up.address("database")) as connection:
            stored = connection.execute("select count(*), count(distinct article_id) from articles").fetchone()
        assert stored == (first_run.summary[0], first_run.summary[0])
        assert await count(up.address("broker"), RAW.name) == first_run.summary[0]
        assert await asyncio.to_thread(status_of, up.address("console")) == 200
        await see_the_pages(up)
        second = Up(folder, "--exit")
        assert second.end() == 2
        assert "another `factwire up` uses" in second.output
        up.process.send_signal(signal.SIGINT)
        assert up.end() == 0
    assert up.processes == set()


def status_of(page: str) -> int:
    with urllib.request.urlopen(page, timeout=10) as answer:
        return int(answer.status)


async def count(broker: str, topic: str) -> int:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=broker)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        return sum((await consumer.end_offsets(places)).values())
    finally:
        await consumer.stop()


async def see_the_pages(up: Up) -> None:
    """The link shows claims in their words; every service says that it is ready; a text can be tried."""
    async with httpx.AsyncClient(base_url=up.address("console"), timeout=60, trust_env=False) as console:
        article = (await console.get(up.address("look"))).text
        assert article.count('class="claim"') >= 5
        now = (await console.get("/now")).text
        assert now.count('class="state ready"') >= len(SERVICES)
        assert (await console.get("/dead-letters")).status_code == 200
        token = re.search(r'name="token" value="(\w+)"', (await console.get("/try")).text)
        assert token is not None
        tried = await console.post("/try", data={"token": token[1], "text": "Acme cut 1,200 jobs, it said."})
        assert "1,200 jobs</a>" in tried.text


def test_killed_stack_leaves_no_orphans_and_starts_again(first_run: Up, folder: Path) -> None:
    with running(folder) as up:
        up.until(RUNNING)
        up.process.kill()
        up.end()
        deadline = time.monotonic() + 60
        while up.processes:
            assert time.monotonic() < deadline, "children outlived `factwire up`"
            time.sleep(0.1)
    with running(folder, "--demo", "--exit") as again:
        assert again.end() == 0, again.output
        assert again.summary == first_run.summary
