"""``make bench``: everything beside what else one would take; ``--short``: the core beside its peers, as CI runs it.

Exit code 1 where a ratio has fallen by a quarter below the recorded one. ``--record`` keeps this run as the one to
compare with.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from time import perf_counter
from typing import Any

from bench import report
from bench.beside import beside
from factwire import __version__


def start_up_seconds(runs: int = 5) -> float:
    """Wall seconds of ``factwire explain`` on one sentence, start to exit; the median."""
    command = [sys.executable, "-m", "factwire.cli.main", "explain", "Profit rose 18 percent to $4.1bn, Acme said."]
    return sorted(_seconds(command) for _ in range(runs))[runs // 2]


def _seconds(command: list[str]) -> float:
    started = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - started


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def run(*, short: bool) -> dict[str, Any]:
    results: dict[str, Any] = {"version": __version__, "machine": machine(), "load": os.getloadavg()[0], **beside()}
    if not short:
        from bench.flood import flood

        results["start_up_seconds"] = start_up_seconds()
        streams = flood()
        results["ratios"] |= streams.pop("ratios")
        results |= streams
    return results


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--short", action="store_true", help="the core beside its peers only")
    options.add_argument("--record", action="store_true", help="keep this run as the one to compare with")
    chosen = options.parse_args()
    results = run(short=chosen.short)
    for name, ratio in results["ratios"].items():
        print(f"{name:48} {ratio:8.1f}")
    worse = report.fallen(results["ratios"], report.recorded_ratios())
    if worse and chosen.short:
        print("again, because a busy machine can do that too:", *worse, sep="\n  ", file=sys.stderr)
        again = run(short=True)["ratios"]
        better = {name: max(ratio, again[name]) for name, ratio in results["ratios"].items()}
        worse = report.fallen(better, report.recorded_ratios())
    report.keep(results, report.RECORDED if chosen.record else report.LAST)
    if not chosen.short:
        report.write_page(results)
    for line in worse:
        print(f"fallen: {line}", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
