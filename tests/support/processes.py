"""The real command in processes of its own, with logs kept for when a test fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


def start_factwire(*arguments: str, log: IO[bytes] | int | None = None, **variables: str) -> subprocess.Popen[bytes]:
    """Starts ``factwire …`` with ``variables`` (without their prefix, in lower case) as its settings."""
    output = subprocess.PIPE if log is None else log
    return subprocess.Popen(
        [sys.executable, "-m", "factwire.cli.main", *arguments],
        cwd=ROOT,
        env=service_environment(variables),
        stdout=output,
        stderr=subprocess.STDOUT if log is not None else subprocess.PIPE,
    )


def run_factwire(*arguments: str, timeout: float = 120, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs ``factwire …`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "factwire.cli.main", *arguments],
        cwd=ROOT,
        env=service_environment(variables),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def service_environment(variables: dict[str, str]) -> dict[str, str]:
    """This process's environment with exactly these settings of ours."""
    ours = {f"FACTWIRE_{name.upper()}": value for name, value in variables.items()}
    return {**{k: v for k, v in os.environ.items() if not k.startswith("FACTWIRE_")}, **ours, "PYTHONUNBUFFERED": "1"}
