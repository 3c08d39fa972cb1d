"""The core alone: KB of text a CPU second, stage by stage and in all, article by article as the enricher does it.

    python -m bench.core              the sample articles, carried on to the length of a story
    python -m bench.core FOLDER       every *.jsonl in it, one article a line

Garbage collection is set as in an enricher's worker. Of several rounds the fastest counts: what else the machine does
can only add.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any, Final

import orjson

from bench.articles import stories
from factwire.enricher.mapping import to_article
from factwire.events.raw_article import RawArticle
from factwire.extraction.model import Article
from factwire.extraction.pipeline import Pipeline, open_pipeline
from factwire.extraction.text.layout import lay_out
from factwire.runtime.memory import settle_memory

FACTS: Final = ("times", "identifiers", "quantities", "attribution", "claims")
"""What finds numeric claims, entities aside."""
ROUNDS: Final = 5
MOST: Final = 400
"""Articles of a folder that are read."""
_READ: Final = ("article_id", "title", "summary", "body", "published_at")


def samples() -> list[Article]:
    """The stories as the core takes them."""
    return [to_article(RawArticle.model_validate(story)) for story in stories()]


def articles_in(folder: Path) -> list[Article]:
    """In English; of each file as many as of the others, :data:`MOST` in all. Fields that are no text are left out."""
    files = sorted(folder.glob("*.jsonl"))
    found: list[Article] = []
    for path in files:
        with path.open("rb") as lines:
            rows = (orjson.loads(line) for line in lines if line.strip())
            read = (_article(row) for row in rows if str(row.get("language") or "en").startswith("en"))
            found += [article for article, _ in zip(read, range(MOST // len(files)), strict=False)]
    return found


def _article(row: dict[str, Any]) -> Article:
    fields = {name: row[name] for name in _READ if isinstance(row.get(name), str) and row[name]}
    return to_article(RawArticle.model_validate({"article_id": "a", "title": "-", **fields}))


def stage_rates(articles: Sequence[Article] | None = None, rounds: int = ROUNDS) -> dict[str, float]:
    """KB of text a CPU second for each stage, for times and claims together, and for all."""
    given = samples() if articles is None else list(articles)
    pipeline = open_pipeline()
    settle_memory()
    kilobytes = sum(len(lay_out(article).text.encode()) for article in given) / 1024
    best = _fastest([_round(pipeline, given) for _ in range(rounds)])
    facts = sum(best[name] for name in FACTS)
    return {
        **{name: round(kilobytes / spent) for name, spent in best.items()},
        "times and claims": round(kilobytes / facts),
        "all": round(kilobytes / sum(best.values())),
    }


def _fastest(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: min(spent[name] for spent in rounds) for name in rounds[0]}


def _round(pipeline: Pipeline, articles: Sequence[Article]) -> dict[str, float]:
    """CPU seconds of each stage. One article after the other: what a stage remembers of it serves the next."""
    spent = dict.fromkeys((name for name, _ in pipeline.stages), 0.0)
    for article in articles:
        document = lay_out(article)
        for name, stage in pipeline.stages:
            started = process_time()
            document = stage(document)
            spent[name] += process_time() - started
    gc.collect()
    return spent


def main() -> None:
    articles = articles_in(Path(sys.argv[1])) if len(sys.argv) > 1 else samples()
    for name, rate in stage_rates(articles).items():
        print(f"{name:18} {rate:>7,} KB/s")


if __name__ == "__main__":
    main()
