"""Whether containers can be started here."""

from __future__ import annotations

import shutil
import subprocess


def docker_fault() -> str | None:
    """Why containers cannot be started here, or None."""
    if shutil.which("docker") is None:
        return "there is no docker command"
    asked = subprocess.run(["docker", "info"], capture_output=True, timeout=30, check=False)
    return None if asked.returncode == 0 else "the Docker engine does not answer"
