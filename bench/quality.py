"""``make quality``: runs the scorers of the practice data beside the checkout and writes ``docs/quality.md``.

python -m bench.quality ../shared
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.calibration import deciles, empty_kept, gold_articles
from bench.core import articles_in, stage_rates
from factwire import __version__

COMMAND = shlex.join([sys.executable, "-m", "factwire.cli.main", "enrich"])
PAGE = Path(__file__).parents[1] / "docs" / "quality.md"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the page. ``wanted``: what is to be reached; None where the figure is only reported."""

    name: str
    value: float | None
    wanted: float | None = None
    at_most: bool = False

    @property
    def verdict(self) -> str:
        if self.wanted is None or self.value is None:
            return ""
        missed = self.value - self.wanted if self.at_most else self.wanted - self.value
        return "reached" if missed <= 0 else f"missed by {missed:.1f}"

    def line(self) -> str:
        value = "-" if self.value is None else f"{self.value:.1f}"
        bound = "" if self.wanted is None else f"{'≤' if self.at_most else '≥'} {self.wanted:g}"
        return f"| {self.name} | {value} | {bound} | {self.verdict} |"


def run_scorer(command: list[str], report: Path) -> dict[str, Any]:
    """Runs one scorer, its output to stderr, and reads the figures it wrote."""
    print("running", shlex.join(command), file=sys.stderr)
    subprocess.run(command, check=False, stdout=sys.stderr)
    figures: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return figures


def article_figures(gold: Mapping[str, Any], shared: Path) -> Iterator[Figure]:
    yield Figure("claims: number + unit F1", gold["number+unit"], 90)
    yield Figure("… with comparator and direction", gold["+comparator"], 87)
    yield Figure("… with period", gold["+period"], 78)
    yield Figure("… with speaker", gold["+speaker"], 78)
    yield Figure("everything right, span included", gold["exact all"])
    not_claims = sum(len(article["not_claims"]) for article in gold_articles(shared))
    yield Figure("`not_claims` that became claims, %", 100 * gold["not_claims"] / not_claims, 3, at_most=True)
    yield Figure("sentences without a claim that stay empty, %", 100 * empty_kept(shared), 95)
    yield Figure("times: same calendar interval F1", gold["times"], 88)
    yield Figure("mentions F1", gold["mentions"], 90)
    yield Figure("linking right, % of gold mentions with an id", gold["linking"], 95)
    yield Figure("claims out of boilerplate or repeats", gold["leaks"], 0, at_most=True)


def claim_figures(sets: Mapping[str, Any]) -> Iterator[Figure]:
    for name, wanted in (("currency", 90), ("dimension", 88), ("temperature", 96), ("age", 93), ("percent", 98)):
        counts = sets[f"ms-{name}"]
        yield Figure(f"ms-{name}: value + unit {_measure(counts)}", _value_and_unit(counts), wanted)
    for name in ("duckling-money", "duckling-measure"):
        yield Figure(f"{name}: value + unit {_measure(sets[name])}", _value_and_unit(sets[name]))
    for name, wanted in (("timenorm-train", 82), ("ms-datetime", None), ("duckling-time", None), ("ctparse", None)):
        yield Figure(f"{name}: same interval F1", _interval_f1(sets[name]), wanted)


def _measure(counts: Mapping[str, float]) -> str:
    return "F1" if counts.get("p") else "recall"


def _value_and_unit(counts: Mapping[str, float]) -> float:
    recall = counts["vu"] / counts["hasu"]
    if not counts.get("p"):
        return 100 * recall
    precision = counts["vu"] / counts["p"]
    return 100 * 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _interval_f1(counts: Mapping[str, float]) -> float:
    return 100 * 2 * counts["iv"] / (counts["gi"] + counts["pi"])


def entity_figures(report: Mapping[str, Any]) -> Iterator[Figure]:
    seed, fair = report["seed"], report["news-fair"]
    yield Figure("seed: mention strict F1", seed["mention_strong"]["F1"], 98)
    yield Figure("seed: link F1", seed["link_strong"]["F1"], 99.5)
    yield Figure("seed: literal or metonymic, %", seed["sense"]["accuracy"], 100)
    yield Figure("news-fair names: mention strict F1", fair["named"]["mention_strong"]["F1"], 78)
    yield Figure("news-fair names: mention overlap F1", fair["named"]["mention_weak"]["F1"], 91)
    yield Figure("news-fair: link F1 within the reference ids", fair["within_kb"]["link_strong"]["F1"], 82)
    yield Figure("gum-other: name coreference pairwise F1", report["gum-other"]["coref_names"]["pairwise"]["F1"], 82)
    yield Figure("gum-other: typed F1", _typed(report["gum-other"]), 62)
    yield Figure("finer-ord: typed F1", _typed(report["finer-ord"]), 60)
    yield Figure("crossner-politics: typed F1", _typed(report["crossner-politics"]), 60)
    yield Figure("relocar-train: literal or metonymic, %", report["relocar-train"]["sense"]["accuracy"], 67)


def _typed(report: Mapping[str, Any]) -> float | None:
    typed = report.get("typed", {}).get("PER+ORG+LOC")
    return typed["F1"] if typed else None


def page(shared: Path) -> str:
    """The whole page, from fresh runs."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        arguments = ["--cmd", COMMAND, "--json", str(report)]
        gold = run_scorer([str(shared / "dev-articles-gold/score"), *arguments], report)
        claims = run_scorer([str(shared / "dev-claims/score"), *arguments, "--show", "0"], report)
        entities = run_scorer(
            [sys.executable, str(shared / "dev-entities/run.py"), *arguments, "--sets", "core"], report
        )
    rates = stage_rates(articles_in(shared / "dev-articles" / "plain"))
    return "\n".join(
        [
            "# Quality",
            "",
            f"Made by `make quality` on {datetime.now(UTC):%Y-%m-%d} with version {__version__}, on practice data that",
            "lies beside the checkout and is no part of it. What is missed says by how much; the classes of faults,",
            "and how far these figures can be trusted, are in [quality-faults.md](quality-faults.md).",
            "",
            *_section("Whole articles annotated by hand (25 articles)", article_figures(gold, shared)),
            *_section("Public test suites of claims and dates", claim_figures(claims)),
            *_section("Entities", entity_figures(entities)),
            "## Confidence",
            "",
            "Precision of claims (value and unit) by confidence, on the annotated articles.",
            "",
            "| confidence | claims | right, % |",
            "| --- | --- | --- |",
            *(f"| {low:.1f}–{high:.1f} | {n} | {100 * share:.0f} |" for low, high, n, share in deciles(shared)),
            "",
            "## Speed",
            "",
            "KB of text a CPU second, start-up excluded, on plain practice articles (`python -m bench.core FOLDER`).",
            "",
            "| stage | KB/s |",
            "| --- | --- |",
            *(f"| {name} | {rate:,} |" for name, rate in rates.items()),
            "",
        ]
    )


def _section(title: str, figures: Iterator[Figure]) -> list[str]:
    head = [f"## {title}", "", "| figure | reached | wanted | |", "| --- | --- | --- | --- |"]
    return [*head, *(figure.line() for figure in figures), ""]


if __name__ == "__main__":
    PAGE.write_text(page(Path(sys.argv[1])), "utf-8")
    print(PAGE.read_text("utf-8"))
