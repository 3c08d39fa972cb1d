"""A program on a leash ends with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "factwire.devstack.leash", "http.server", "0", "--bind", "127.0.0.1"],
                         stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for the child in /proc")
def test_child_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 10
    while is_alive(child):
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.02)


def test_program_gets_its_arguments_and_its_exit_code_is_kept() -> None:
    command = [sys.executable, "-m", "factwire.devstack.leash", "tokenize", "no-such-file.py"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.wait(timeout=30) == 1
        assert process.stderr is not None
        assert b"no-such-file.py" in process.stderr.read()


def test_program_that_ignores_the_first_signal_gets_the_second() -> None:
    code = (
        "import os, signal, time; from factwire.devstack import leash; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "r, w = os.pipe(); leash.hold(r, grace=0.1); os.close(w); time.sleep(30)"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=10, check=False, env=dict(os.environ))
    assert done.returncode == -signal.SIGKILL
