"""Whether confidence means something: how often claims of each confidence are right on the annotated articles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from factwire.enricher.mapping import to_article
from factwire.events.raw_article import RawArticle
from factwire.extraction.model import Claim, Document, Span
from factwire.extraction.pipeline import open_pipeline

TOLERANCE = Decimal("0.0002")


def deciles(shared: Path) -> list[tuple[float, float, int, float]]:
    """(from, to, claims, share right) for each tenth of confidence that has claims."""
    buckets: dict[int, list[bool]] = {}
    for confidence, right in judged_claims(shared):
        buckets.setdefault(min(int(confidence * 10), 9), []).append(right)
    return [(n / 10, (n + 1) / 10, len(found), sum(found) / len(found)) for n, found in sorted(buckets.items())]


def gold_articles(shared: Path) -> list[dict[str, Any]]:
    """The annotated articles, in the order of their names."""
    return [
        json.loads(path.read_text("utf-8")) for path in sorted((shared / "dev-articles-gold/articles").glob("*.json"))
    ]


def judged_claims(shared: Path) -> Iterator[tuple[float, bool]]:
    """Confidence of every claim found in the annotated articles, and whether a gold claim has its value."""
    for gold, document in _extracted(shared):
        for claim in document.claims:
            matching = [g for g in gold["claims"] if g["start"] < claim.span.end and claim.span.start < g["end"]]
            if not any(g.get("optional") for g in matching):
                yield claim.confidence, any(_same(claim, g) for g in matching)


def empty_kept(shared: Path) -> float:
    """The share of sentences without an annotated claim in which none is found either."""
    kept = []
    for gold, document in _extracted(shared):
        for number, sentence in enumerate(document.sentences):
            inside = Span(*sentence.span)
            if not any(inside.overlaps(Span(g["start"], g["end"])) for g in gold["claims"]):
                kept.append(all(claim.sentence != number for claim in document.claims))
    return sum(kept) / len(kept)


def _extracted(shared: Path) -> Iterator[tuple[dict[str, Any], Document]]:
    pipeline = open_pipeline()
    for gold in gold_articles(shared):
        yield gold, pipeline(to_article(RawArticle.model_validate(gold["article"])))


def _same(claim: Claim, gold: Mapping[str, Any]) -> bool:
    bounds = ((claim.lower, gold.get("lower")), (claim.upper, gold.get("upper")))
    return all(_near(ours, theirs) for ours, theirs in bounds) or _near(claim.value, gold.get("value"))


def _near(ours: Decimal | None, theirs: object) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    wanted = Decimal(str(theirs))
    return abs(ours - wanted) <= TOLERANCE * max(abs(wanted), Decimal(1))
