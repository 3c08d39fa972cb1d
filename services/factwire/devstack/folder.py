"""The data folder of a stack: one stack at a time, and what `--fresh` may delete."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from factwire.errors import ConfigurationError

PARTS: Final = ("broker", "postgres", "logs")
"""What we put into a data folder; nothing else in it is ever deleted."""


@contextmanager
def claimed(folder: Path) -> Iterator[Path]:
    """Makes the folder and holds it while the block runs. Raises `ConfigurationError` if another stack does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise ConfigurationError(
                f"another `factwire up` uses {folder}; stop it, or choose another folder with --data-dir"
            ) from fault
        yield folder


def empty(folder: Path) -> None:
    """Deletes what earlier runs have left."""
    for part in PARTS:
        if (folder / part).exists():
            shutil.rmtree(folder / part)
