"""Enriched events made by hand: small, valid, with every kind of child."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from factwire.events.enriched_article import EnrichedArticle
from factwire.events.envelope import claim_id

NOON = datetime(2024, 4, 12, 12, tzinfo=UTC)
TEXT = "Acme said on Friday that it had sold 1,500 drones to Norway for $2 million."


def span(words: str, text: str = TEXT) -> dict[str, Any]:
    start = text.index(words)
    return {"start": start, "end": start + len(words), "text": words}


def enriched(article_id: str = "a-1", revision: int = 1, text: str = TEXT, **given: Any) -> EnrichedArticle:
    """An article with one claim, two entities and one time, if its text is the usual one."""
    full = text == TEXT and given.get("status") != "withdrawn"
    return EnrichedArticle.model_validate(
        {
            "article_id": article_id,
            "revision": revision,
            "source": {"id": "example.org", "name": "Example", "country": "US"},
            "title": "Acme sells drones",
            "language": "en",
            "published_at": NOON,
            "text": text,
            "text_sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
            "sections": [{"kind": "body", "start": 0, "end": len(text)}],
            "sentences": [(0, len(text))],
            "entities": _entities() if full else [],
            "times": [_time()] if full else [],
            "claims": [_claim(article_id, revision)] if full else [],
            "enrichment": {"enricher_version": "0.1.0", "rules_version": "r1", "kb_version": "k1"},
            **given,
        }
    )


def _entities() -> list[dict[str, Any]]:
    return [
        {
            "entity_id": entity_id,
            "type": kind,
            "name": name,
            "confidence": 0.9,
            "salience": 0.5,
            "mentions": [{"span": span(name), "form": "name", "confidence": 0.9}],
        }
        for entity_id, kind, name in (("nil:acme", "organization", "Acme"), ("Q20", "place", "Norway"))
    ]


def _time() -> dict[str, Any]:
    return {
        "span": span("Friday"),
        "type": "date",
        "timex": "2024-04-12",
        "begin": "2024-04-12",
        "end": "2024-04-12",
        "granularity": "day",
        "anchor": "published_at",
    }


def _claim(article_id: str, revision: int) -> dict[str, Any]:
    at = span("1,500")
    return {
        "claim_id": claim_id(article_id, revision, at["start"], at["end"], "count"),
        "span": at,
        "sentence": 0,
        "kind": "count",
        "value": "1500",
        "lower": "1500",
        "upper": "1500",
        "comparator": "eq",
        "precision": 4,
        "unit": {"system": "count", "code": "drone", "label": "drones"},
        "concept": {"span": span("drones"), "head": "drone"},
        "arguments": [{"role": "recipient", "entity_id": "Q20", "span": span("Norway")}],
        "period": {"time": 0, "begin": "2024-04-12", "end": "2024-04-12", "granularity": "day", "role": "as_of"},
        "attribution": {
            "speaker": {"span": span("Acme"), "entity_id": "nil:acme", "name": "Acme"},
            "cue": span("said"),
            "mode": "indirect",
        },
        "confidence": 0.9,
        "rules": ["number + noun"],
    }
