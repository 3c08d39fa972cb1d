"""The sample articles of `factwire up --demo`, enriched by the core as it stands."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from time import perf_counter

from factwire.enricher.mapping import enrich_article
from factwire.events.enriched_article import EnrichedArticle
from factwire.extraction.pipeline import open_pipeline
from factwire.formats.json import read_payload

SAMPLES = Path(__file__).parents[2] / "examples" / "articles"


@cache
def demo_events() -> tuple[EnrichedArticle, ...]:
    pipeline = open_pipeline()
    articles = [read_payload(json.loads(path.read_text())) for path in sorted(SAMPLES.glob("*.json"))]
    return tuple(enrich_article(article, pipeline, clock=perf_counter) for article in articles)
