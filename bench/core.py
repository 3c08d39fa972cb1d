"""The core alone: KB/s of each stage and of all, on the sample articles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import orjson

from factwire.enricher.mapping import to_article
from factwire.events.raw_article import RawArticle
from factwire.extraction.model import Article
from factwire.extraction.pipeline import Pipeline, open_pipeline
from factwire.extraction.text.layout import lay_out

SAMPLES = Path(__file__).parents[1] / "examples" / "articles"


def samples() -> list[Article]:
    """The sample articles as the core takes them."""
    return [
        to_article(RawArticle.model_validate(orjson.loads(path.read_bytes())))
        for path in sorted(SAMPLES.glob("*.json"))
    ]


def stage_rates(rounds: int = 5) -> dict[str, float]:
    """KB of text a second for each stage, for times and claims together, and for all; the best of ``rounds``."""
    pipeline, articles = open_pipeline(), samples()
    kilobytes = sum(len(lay_out(article).text.encode()) for article in articles) / 1024
    best = [min(times) for times in zip(*(_round(pipeline, articles) for _ in range(rounds)), strict=True)]
    names = [name for name, _ in pipeline.stages]
    seconds = dict(zip(names, best, strict=True))
    facts = sum(seconds[name] for name in ("times", "identifiers", "quantities", "attribution", "claims"))
    return {
        **{name: round(kilobytes / spent) for name, spent in seconds.items()},
        "times and claims": round(kilobytes / facts),
        "all": round(kilobytes / sum(best)),
    }


def _round(pipeline: Pipeline, articles: Sequence[Article]) -> list[float]:
    documents = [lay_out(article) for article in articles]
    spent = []
    for _, stage in pipeline.stages:
        started = perf_counter()
        documents = [stage(document) for document in documents]
        spent.append(perf_counter() - started)
    return spent
