"""The gateway as a process with a database: keys are asked for from the first on, and the command that makes them."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import httpx
import pytest
from tests.support.ports import free_port
from tests.support.processes import run_factwire, start_factwire

pytestmark = pytest.mark.docker


def until(answer, wanted: int, within: float = 30) -> httpx.Response:
    """Asks until the status is the wanted one."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            found = answer()
        except httpx.TransportError:
            found = None
        if found is not None and found.status_code == wanted:
            return found
        time.sleep(0.2)
    raise AssertionError(f"no {wanted} within {within} s; last {found}")


def test_the_first_key_closes_the_door_and_a_revoked_one_does_not_open_it(
    database: str, tmp_path: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    port = free_port()
    settings = {"kafka_bootstrap_servers": "127.0.0.1:9", "gateway_spool_dir": str(tmp_path), "http_port": str(port)}
    with (tmp_path / "log").open("wb") as log:
        processes.append(start_factwire("gateway", log=log, database_url=database, **settings))
    address = f"http://127.0.0.1:{port}/v1/articles"

    def push(token: str = "") -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.post(address, json={"body": "Acme sold 12 ships."}, headers=headers, timeout=10)

    assert until(push, 202).json()["results"][0]["spooled"]
    assert "OPEN" in (tmp_path / "log").read_text()
    token = run_factwire("keys", "create", "newsroom", database_url=database).stdout.strip()
    refused = until(push, 401)
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert push(token).status_code == 202
    assert run_factwire("keys", "revoke", token.split("_")[1], database_url=database).returncode == 0
    until(lambda: push(token), 401)
    assert push().status_code == 401


def test_keys_that_are_required_need_a_database(tmp_path: Path) -> None:
    ran = run_factwire(
        "gateway", kafka_bootstrap_servers="127.0.0.1:9", api_keys="required", gateway_spool_dir=str(tmp_path)
    )
    assert (ran.returncode, "FACTWIRE_DATABASE_URL" in ran.stderr) == (2, True)


def test_a_folder_that_cannot_be_used_stops_the_start_and_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run_factwire("gateway", kafka_bootstrap_servers="127.0.0.1:9", gateway_spool_dir=str(tmp_path / "file"))
    assert (ran.returncode, "FACTWIRE_GATEWAY_SPOOL_DIR" in ran.stderr) == (2, True)
