"""``make bench``: prints the figures and keeps them in ``bench/results/``."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.core import stage_rates
from factwire import __version__

RESULTS = Path(__file__).parent / "results"


def start_up_seconds(runs: int = 5) -> float:
    """Wall seconds of ``factwire explain`` on one sentence, start to exit; the median."""
    command = [sys.executable, "-m", "factwire.cli.main", "explain", "Profit rose 18 percent to $4.1bn, Acme said."]
    return sorted(_seconds(command) for _ in range(runs))[runs // 2]


def _seconds(command: list[str]) -> float:
    started = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - started


def main() -> None:
    rates = stage_rates()
    figures = {
        "version": __version__,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "core_kb_per_second": rates,
        "start_up_seconds": round(start_up_seconds(), 3),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "last.local.json").write_text(json.dumps(figures, indent=2) + "\n")
    for name, rate in rates.items():
        print(f"{name:18} {rate:>7,} KB/s")
    print(f"{'start-up':18} {figures['start_up_seconds']:>7} s")


if __name__ == "__main__":
    main()
