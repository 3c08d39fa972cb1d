"""The results as tables in ``docs/performance.md``, and beside the last recorded ones: ratios, never seconds.

Machines differ; what a user would take instead runs beside us on the same one, so a fallen ratio is our doing.
Results are kept by part: ``{part: {"load": …, "ratios": {…}, …}}``.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from factwire import __version__

RECORDED: Final = Path(__file__).parent / "results" / "recorded.json"
LAST: Final = Path(__file__).parent / "results" / "last.local.json"
PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"
LEAST_OF_RECORDED: Final = 0.75
"""A ratio that has fallen by more than a quarter is a regression."""

Results = Mapping[str, Any]


def fallen(now: Mapping[str, float], recorded: Mapping[str, float]) -> list[str]:
    """What has become worse, one line each. A ratio that was never recorded cannot fall."""
    return [
        f"{name}: {ratio:.2f}, recorded {recorded[name]:.2f}: down by {1 - ratio / recorded[name]:.0%}"
        for name, ratio in now.items()
        if name in recorded and ratio < LEAST_OF_RECORDED * recorded[name]
    ]


def ratios(found: Mapping[str, Results]) -> dict[str, float]:
    """Of all parts that have any."""
    return {name: ratio for part in found.values() for name, ratio in part.get("ratios", {}).items()}


def better(one: Results, other: Results) -> dict[str, Any]:
    """The second result, with the better of each ratio."""
    before, now = one.get("ratios", {}), other.get("ratios", {})
    return {**other, "ratios": {name: max(now.get(name, 0.0), before.get(name, 0.0)) for name in {**before, **now}}}


def recorded_ratios() -> dict[str, float]:
    return ratios(kept(RECORDED))


def kept(where: Path) -> dict[str, Results]:
    return dict(json.loads(where.read_text())["parts"]) if where.exists() else {}


def keep(found: Mapping[str, Results], where: Path) -> None:
    """Parts that did not run keep what they have."""
    where.parent.mkdir(exist_ok=True)
    results = {"version": __version__, "machine": machine(), "parts": {**kept(where), **found}}
    where.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores of {processor}, {memory:.0f} GB, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}"
    )


def write_page(found: Mapping[str, Results]) -> None:
    """Replaces what stands between the marks; the words around it are written by people."""
    before, rest = PAGE.read_text().split(BEGIN)
    after = rest.split(END)[1]
    told = f"{machine()}; factwire {__version__}. The load average when a part began stands above its table."
    PAGE.write_text("\n".join([f"{before}{BEGIN}", told, *lines(found), "", f"{END}{after}"]))


def lines(found: Mapping[str, Results]) -> Iterator[str]:
    """Markdown: one table a part, and the ratios."""
    for name, part in found.items():
        yield from ("", f"**{name}** (load average {part['load']}, {part['took_seconds']} s)")
        yield from (f"\nFailed: {fault}" for fault in part.get("failed", []))
        for kind, table in TABLES.items():
            if kind in part:
                yield from table(part)
    if all_ratios := ratios(found):
        yield from _table(
            ("ratio of ours to theirs", ""), ((name, f"{ratio:.3g}") for name, ratio in all_ratios.items())
        )


def _core(part: Results) -> Iterator[str]:
    heads = ("one core, articles of 4 KB", "KB of text a CPU second")
    return _table(heads, ((name, f"{rate:,.0f}") for name, rate in part["rates"].items()))


def _start(part: Results) -> Iterator[str]:
    rows = ((name, s["seconds"], s["cpu_seconds"], s["peak_mb"]) for name, s in part["start"].items())
    return _table(("start to exit, median", "seconds", "CPU seconds", "peak MB"), rows)


def _streams(part: Results) -> Iterator[str]:
    yield from _rates("raw topic to rows, articles of 4 KB, both cores", part["streams"])


def _halves(part: Results) -> Iterator[str]:
    yield from _rates("one half alone, both cores", part["halves"])


def _rates(what: str, runs: Mapping[str, Results]) -> Iterator[str]:
    heads = (what, "articles/s", "CPU s per 1,000", "of Postgres besides", "peak MB")
    return _table(heads, ((name, *_run(figures)) for name, figures in runs.items()))


def _run(run: Results) -> tuple[object, ...]:
    memory = ", ".join(f"{name} {size}" for name, size in run["peak_mb"].items())
    return f"{run['articles_per_second']:,}", run["cpu_seconds_per_1000"], run["database_cpu_seconds_per_1000"], memory


def _steady(part: Results) -> Iterator[str]:
    rows = ((rate, f"{age['p50']:.2f} s", f"{age['p99']:.2f} s") for rate, age in part["steady"].items())
    return _table(("age of a row at a steady rate, two workers", "p50", "p99"), rows)


def _gateway(part: Results) -> Iterator[str]:
    heads = (
        "pushes to the gateway",
        "requests/s",
        "articles/s",
        "p50 ms",
        "p99 ms",
        "its CPU s per 1,000 articles",
        "peak MB",
    )
    names = ("requests_per_second", "articles_per_second", "p50_ms", "p99_ms", "cpu_seconds_per_1000", "peak_mb")
    return _table(heads, ((way, *(f"{found[name]:,}" for name in names)) for way, found in part["gateway"].items()))


def _questions(part: Results) -> Iterator[str]:
    rows = ((question, took["p50"], took["p95"]) for question, took in part["questions"].items())
    return _table((f"questions over {part['claims']:,} claims", "p50 ms", "p95 ms"), rows)


TABLES: Final = {
    "rates": _core,
    "start": _start,
    "streams": _streams,
    "halves": _halves,
    "steady": _steady,
    "gateway": _gateway,
    "questions": _questions,
}


def _table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield from ("", f"| {' | '.join(heads)} |", "|---|" + "--:|" * (len(heads) - 1))
    yield from (f"| {' | '.join(map(str, row))} |" for row in rows)
