"""What a command costs before it has done anything: seconds from start to exit, CPU seconds, memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from bench.articles import samples

ONCE: Final = Path(__file__).with_name("once.py")
RUNS: Final = 7
SENTENCE: Final = "Profit rose 18 percent to $4.1bn, Acme said."


def start() -> dict[str, Any]:
    """``start`` by command: the median of seconds and of CPU seconds, and the most memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "article.jsonl"
        article.write_text(json.dumps(samples()[0]) + "\n")
        commands = {"factwire enrich, one article": ["enrich", str(article)], "factwire explain": ["explain", SENTENCE]}
        return {"start": {name: _median(command) for name, command in commands.items()}}


def _median(arguments: list[str]) -> dict[str, float]:
    runs = [_run([sys.executable, "-m", "factwire.cli.main", *arguments]) for _ in range(RUNS)]
    seconds, spent, memory = (sorted(column)[RUNS // 2] for column in zip(*runs, strict=True))
    return {"seconds": round(seconds, 2), "cpu_seconds": round(spent, 2), "peak_mb": round(memory)}


def _run(command: list[str]) -> tuple[float, float, float]:
    done = subprocess.run([sys.executable, str(ONCE), *command], check=True, capture_output=True, text=True)
    seconds, spent, memory = json.loads(done.stdout)
    return seconds, spent, memory
