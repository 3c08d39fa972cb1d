"""The results as a table in ``docs/performance.md``, and beside the last recorded ones: ratios, never seconds.

Machines differ; what a user would take instead runs beside us on the same one, so a fallen ratio is our doing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

RECORDED: Final = Path(__file__).parent / "results" / "recorded.json"
LAST: Final = Path(__file__).parent / "results" / "last.local.json"
PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"
LEAST_OF_RECORDED: Final = 0.75
"""A ratio that has fallen by more than a quarter is a regression."""

Results = Mapping[str, Any]


def fallen(ratios: Mapping[str, float], recorded: Mapping[str, float]) -> list[str]:
    """What has become worse, one line each. A ratio that was never recorded cannot fall."""
    return [
        f"{name}: {ratio:.2f}, recorded {recorded[name]:.2f}: down by {1 - ratio / recorded[name]:.0%}"
        for name, ratio in ratios.items()
        if name in recorded and ratio < LEAST_OF_RECORDED * recorded[name]
    ]


def recorded_ratios() -> dict[str, float]:
    return dict(json.loads(RECORDED.read_text())["ratios"]) if RECORDED.exists() else {}


def keep(results: Results, where: Path) -> None:
    where.parent.mkdir(exist_ok=True)
    where.write_text(json.dumps(results, indent=2) + "\n")


def write_page(results: Results) -> None:
    """Replaces what stands between the marks; the words around it are written by people."""
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text("\n".join([f"{before}{BEGIN}", "", *page_lines(results), "", f"{END}{after}"]))


def page_lines(results: Results) -> Iterator[str]:
    yield f"{results['machine']}; load average at the start {results['load']:.1f}; version {results['version']}."
    yield from _rates(results)
    if "streams" in results:
        yield from _streams(results["streams"])
    if "steady" in results:
        yield from _steady(results["steady"])
    yield from ("", "| ratio of ours to theirs | |", "|---|--:|")
    yield from (f"| {name} | {ratio:.1f} |" for name, ratio in results["ratios"].items())


def _rates(results: Results) -> Iterator[str]:
    yield from ("", "| one core, articles of 4 KB | KB of text a CPU second |", "|---|--:|")
    yield from (f"| {name} | {rate:,.0f} |" for name, rate in results["rates"].items())
    yield f"| start-up of `factwire explain`, start to exit | {results['start_up_seconds']:.2f} s |"


def _streams(streams: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "| raw topic to rows, articles of 4 KB, both cores | articles/s | CPU s per 1,000 | peak MB |"
    yield "|---|--:|--:|---|"
    for name, found in streams.items():
        memory = ", ".join(f"{service} {size}" for service, size in found["peak_mb"].items())
        yield f"| {name} | {found['articles_per_second']:,} | {found['cpu_seconds_per_1000']} | {memory} |"


def _steady(steady: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "| at a steady rate | p50 age | p99 age |", "|---|--:|--:|")
    yield from (f"| {name} | {found['p50']:.2f} s | {found['p99']:.2f} s |" for name, found in steady.items())
