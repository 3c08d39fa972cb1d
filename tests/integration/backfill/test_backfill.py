"""Backfill over a real Kafka: killed in the middle and run again, everything is on the log."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from tests.support.kafka import Tail
from tests.support.processes import ROOT, run_factwire, service_environment, start_factwire
from tests.support.waiting import wait_until

pytestmark = pytest.mark.docker


def titles(raw: Tail, run: str) -> dict[str, set[bytes | None]]:
    """Titles of this run's articles, each with the event ids under which it came."""
    found: dict[str, set[bytes | None]] = {}
    for message in raw.read():
        if message.key and message.key.startswith(run.encode()):
            found.setdefault(json.loads(message.value or b"")["title"], set()).add(message.header("ce_id"))
    return found


def archive(folder: Path, run: str, count: int) -> Path:
    path = folder / "archive.jsonl.gz"
    lines = (
        json.dumps({"article_id": f"{run}-{n}", "title": f"T{n}", "body": "40 tonnes. " * 20}) for n in range(count)
    )
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def test_killed_in_the_middle_and_run_again_nothing_is_missing(broker, raw, tmp_path, processes) -> None:
    run, count = uuid.uuid4().hex[:8], 20_000
    path, state = archive(tmp_path, run, count), tmp_path / "state.json"
    files = ["--checkpoint", str(state), "--report", str(tmp_path / "report.jsonl")]
    with (tmp_path / "log").open("wb") as log:
        first = start_factwire("backfill", str(path), *files, log=log, kafka_bootstrap_servers=broker)
    processes.append(first)
    wait_until(state.exists, 60, "the first checkpoint")
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    noted = json.loads(state.read_text())["published"]
    assert 0 < noted < count
    again = run_factwire("backfill", str(path), *files, kafka_bootstrap_servers=broker)
    assert again.returncode == 0, again.stderr
    assert f"{count - noted:,} published" in again.stdout
    found = titles(raw, run)
    assert len(found) == count
    assert all(len(ids) == 1 for ids in found.values())
    assert json.loads(state.read_text())["published"] == count


def test_refusals_end_with_exit_code_1_and_a_report(broker, raw, tmp_path) -> None:
    run = uuid.uuid4().hex[:8]
    path, report = tmp_path / "a.jsonl", tmp_path / "report.jsonl"
    path.write_text(f'{{"article_id": "{run}-1", "title": "T1"}}\nbroken\n')
    files = ["--checkpoint", str(tmp_path / "s"), "--report", str(report)]
    done = run_factwire("backfill", str(path), *files, kafka_bootstrap_servers=broker)
    assert done.returncode == 1
    assert "1 published, 1 refused" in done.stdout
    assert json.loads(report.read_text())["place"] == 2
    assert list(titles(raw, run)) == ["T1"]


def test_without_a_broker_a_dry_run_says_what_would_be_done(tmp_path) -> None:
    (tmp_path / "a.jsonl").write_text('{"title": "T"}\n')
    done = run_factwire("backfill", str(tmp_path), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "1 would be published" in done.stdout


PEAK = """import sys; from factwire.cli.main import app
try:
    app(sys.argv[1:])
except SystemExit:
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1], file=sys.stderr)
"""


def test_memory_does_not_grow_with_the_archive(broker, tmp_path) -> None:
    """Peak memory of a run over four times as much is much the same."""
    peaks = [peak_memory(broker, tmp_path, count) for count in (3_000, 12_000)]
    assert peaks[1] < peaks[0] * 1.15


def peak_memory(broker: str, folder: Path, count: int) -> int:
    path = folder / f"{count}.jsonl"
    path.write_text(json.dumps({"body": "The mill made 40 tonnes of paper. " * 150, "title": "T"}) + "\n")
    path.write_text(path.read_text() * count)
    files = ["--checkpoint", str(folder / f"{count}.state"), "--report", str(folder / f"{count}.report")]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PEAK, "backfill", str(path), *files],
        env=service_environment({"kafka_bootstrap_servers": broker}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )
    return int(done.stderr.split()[-1])
