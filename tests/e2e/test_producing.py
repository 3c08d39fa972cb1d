"""The examples for those who send us articles, run against the real stack as a reader would run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka.partitioner import murmur2
from tests.support.kafka import PARTITIONS
from tests.support.ports import free_port
from tests.support.processes import start_factwire
from tests.support.waiting import wait_until

EXAMPLES = Path(__file__).parents[2] / "examples"
pytestmark = pytest.mark.docker


def run_example(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ))


def articles(folder: Path, run: str, count: int, *extra: dict[str, object]) -> Path:
    path = folder / "articles.jsonl"
    rows = [{"article_id": f"{run}-{n}", "title": f"T{n}", "body": "40 tonnes."} for n in range(count)]
    path.write_text("\n".join(json.dumps(row) for row in [*rows, *extra]))
    return path


@pytest.mark.parametrize("client", ["aiokafka", "confluent"])
def test_a_producer_puts_every_article_into_the_partition_of_its_key(broker, raw, tmp_path, client) -> None:
    run = uuid4().hex[:8]
    path = articles(tmp_path, run, 50)
    done = run_example("produce_articles.py", str(path), "--brokers", broker, "--client", client)
    assert done.stdout == "50 acknowledged\n", done.stderr
    found = raw.read()
    assert len(found) == 50
    assert all(m.partition == (murmur2(m.key) & 0x7FFFFFFF) % PARTITIONS for m in found)
    assert all(m.header("ce_type") == b"news.article.raw.v1" and m.header("ce_subject") == m.key for m in found)


def test_the_client_pushes_what_is_good_tells_what_is_not_and_may_be_run_again(
    broker, raw, tmp_path, processes
) -> None:
    run, port = uuid4().hex[:8], free_port()
    with (tmp_path / "gateway.log").open("wb") as log:
        gateway = start_factwire(
            "gateway",
            log=log,
            kafka_bootstrap_servers=broker,
            topic_partitions=str(PARTITIONS),
            http_port=str(port),
            gateway_spool_dir=str(tmp_path / "spool"),
        )
    processes.append(gateway)
    address = f"http://127.0.0.1:{port}"
    wait_until(lambda: answers(f"{address}/readyz"), 60, "the gateway", lambda: (tmp_path / "gateway.log").read_text())
    path = articles(tmp_path, run, 150, {"article_id": f"{run}-bad", "title": "T", "revision": 0})
    for _ in range(2):
        done = run_example("push_articles.py", str(path), "--gateway", address)
        assert (done.stdout, done.returncode) == ("150 accepted, 1 rejected\n", 1), done.stderr
        assert "/revision" in done.stderr
    found = raw.read()
    assert len({m.key for m in found}) == 150
    assert len({m.header("ce_id") for m in found}) == 150


def answers(url: str) -> bool:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return bool(answer.status == 200)
