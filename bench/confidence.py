"""The shares that go into ``confidence.toml``: how often claims are right in every respect, by kind and circumstance.

python -m bench.confidence FOLDER
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeAlias

import orjson

from bench.calibration import gold_articles

IMAGINARY: Final = 20
"""Claims of the overall share that each group is drawn towards, so that a rare one says no more than it can."""
ASPECTS: Final = ("unit", "comparator", "period", "speaker", "direction")
MOVED_FROM_AFAR: Final = {"change.object", "change.noun-behind"}
Json: TypeAlias = Mapping[str, Any]


def main(shared: Path) -> None:
    """Prints the file's figures, in its own form."""
    judged = list(judged_claims(shared))
    overall = _share(right for _, right in judged)
    print(f"base = {overall:.3f}\n\n[kinds]")
    for kind in dict.fromkeys(sorted(claim["kind"] for claim, _ in judged)):
        print(f"{kind} = {_drawn([right for claim, right in judged if claim['kind'] == kind], overall):.3f}")
    print("\n[circumstances]")
    for name in dict.fromkeys(name for claim, _ in judged for name in circumstances(claim)):
        share = _drawn([right for claim, right in judged if name in circumstances(claim)], overall)
        print(f"{name} = {share / overall:.3f}")


def circumstances(claim: Json) -> list[str]:
    """The circumstances of ``claims/confidence.py``, from the published claim."""
    rules = set(claim["rules"])
    present = {
        "attributed": claim["attribution"] is not None,
        "own_voice": claim["attribution"] is None,
        "assumed_unit": claim["unit"]["assumed"],
        "no_unit": claim["kind"] == "count" and claim["unit"]["code"] is None,
        "range": claim["comparator"] == "between" and not claim["vague"],
        "bounded_by_verb": "comparator.verb" in rules,
        "moved_from_afar": bool(rules & MOVED_FROM_AFAR),
    }
    return [name for name, holds in present.items() if holds]


def judged_claims(shared: Path) -> Iterator[tuple[Json, bool]]:
    """Every claim found in the annotated articles, and whether a gold claim agrees with it in every aspect."""
    scorer, golds = _scorer(shared), gold_articles(shared)
    for gold, event in zip(golds, _enriched(golds), strict=True):
        for claim in event["claims"]:
            near = [g for g in gold["claims"] if scorer.ov((g["start"], g["end"]), scorer.spn(claim)) > 0]
            right = any(_agrees(scorer, g, claim) for g in near)
            if right or not any(g.get("optional") for g in near):
                yield claim, right


def _agrees(scorer: ModuleType, gold: Json, claim: Json) -> bool:
    factor = scorer.unit(gold, claim)
    if factor is None or not scorer.value_ok(gold, claim, factor):
        return False
    verdict = scorer.judge(gold, claim, factor)
    return all(verdict[aspect] for aspect in ASPECTS)


def _scorer(shared: Path) -> ModuleType:
    """The scorer beside the gold as a module; it is a script without a suffix."""
    loader = SourceFileLoader("gold_score", str(shared / "dev-articles-gold/score"))
    spec = spec_from_loader(loader.name, loader)
    if spec is None:
        raise SystemExit(f"no scorer in {shared}: pass the folder that holds dev-articles-gold")
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def _enriched(golds: Iterable[Json]) -> list[Json]:
    command = [sys.executable, "-m", "factwire.cli.main", "enrich"]
    lines = b"".join(orjson.dumps(gold["article"]) + b"\n" for gold in golds)
    done = subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True)
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def _share(rights: Iterable[bool]) -> float:
    judged = list(rights)
    return sum(judged) / len(judged)


def _drawn(rights: list[bool], towards: float) -> float:
    return (sum(rights) + IMAGINARY * towards) / (len(rights) + IMAGINARY)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
