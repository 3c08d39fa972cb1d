"""An enriched article with everything a page must show: marks nested and crossing, asides, hostile text, long words."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from factwire.events.enriched_article import EnrichedArticle
from factwire.events.envelope import claim_id

ID = "wire/2026-0457?draft#1"
"""An id with characters that mean something in an address."""
TITLE = "Norland doubles its harbour fund to $1.2 billion"
SUMMARY = "The port of Sundvik gets the largest share, officials said on Tuesday."
ATTACK = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
BODY = "\n\n".join(
    (
        "SUNDVIK:",
        "Norland will spend more than $1.2 billion on its harbours over the next three years, Finance Minister "
        "Ada Lindqvist told reporters on Tuesday, twice as much as in the last plan.",
        '"We expect 40 to 45 percent of the $1.2 billion Harbour Fund to go to Sundvik," she said. ' + ATTACK,
        "- What the money buys -",
        "The port handled 18.4 million tonnes of freight in the third quarter of 2025, up 6.5 percent on the year "
        "before, according to the Norland Ports Authority. About 3,200 people work there.",
        TITLE,
        "(This story has not been edited and is published from a syndicated feed. "
        f"https://example.org/a-very-long-address-without-any-break/{'x' * 80})",
    )
)
TEXT = "\n\n".join((TITLE, SUMMARY, BODY))


def story(article_id: str = ID, **given: Any) -> EnrichedArticle:
    return EnrichedArticle.model_validate(
        {
            "article_id": article_id,
            "source": {"id": "norlandwire.example", "name": "Norland Wire", "country": "NO"},
            "provider": "NW",
            "byline": "By A. Reporter",
            "title": TITLE,
            "url": "https://example.org/harbours",
            "language": "en",
            "published_at": "2026-03-10T09:30:00Z",
            "text": TEXT,
            "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
            "sections": _sections(),
            "sentences": [[found.start(), found.end()] for found in re.finditer(r"[^\s][^\n]*", TEXT)],
            "entities": _entities(),
            "times": [_time("the third quarter of 2025", "2025-Q3", "2025-07-01", "2025-09-30", "quarter")],
            "claims": _claims(article_id),
            "enrichment": {
                "enricher_version": "0.1.0",
                "rules_version": "r",
                "kb_version": "k",
                "warnings": ["time zone assumed"],
            },
            **given,
        }
    )


def span(words: str, nth: int = 0) -> dict[str, Any]:
    start = [found.start() for found in re.finditer(re.escape(words), TEXT)][nth]
    return {"start": start, "end": start + len(words), "text": words}


def _sections() -> list[dict[str, Any]]:
    """The text in paragraphs, each with the white space after it."""
    kinds = ("title", "summary", "dateline", "body", "body", "subhead", "body", "duplicate", "boilerplate")
    starts = [0, *(found.end() for found in re.finditer(r"\n\n", TEXT)), len(TEXT)]
    return [{"kind": kind, "start": a, "end": b} for kind, a, b in zip(kinds, starts, starts[1:], strict=False)]


def _entities() -> list[dict[str, Any]]:
    return [
        _entity("Q9001", "place", "country", "Norland", 0.9, ("Norland", 1, "name"), ("Norland", 2, "name")),
        _entity(
            "nil:5f0c2a",
            "person",
            None,
            "Ada Lindqvist",
            0.6,
            ("Finance Minister Ada Lindqvist", 0, "title"),
            ("she", 0, "pronoun"),
        ),
        _entity("geonames:3183284", "place", "city", "Sundvik", 0.5, ("Sundvik", 1, "name")),
        _entity("nil:0b77aa", "organization", "fund", "Harbour Fund", 0.4, ("$1.2 billion Harbour Fund", 0, "name")),
        _entity(
            "nil:77c0de",
            "organization",
            "agency",
            "Norland Ports Authority",
            0.2,
            ("Norland Ports Authority", 0, "name"),
        ),
    ]


def _entity(
    entity_id: str, kind: str, subtype: str | None, name: str, salience: float, *mentions: Any
) -> dict[str, Any]:
    return {
        "entity_id": entity_id,
        "type": kind,
        "subtype": subtype,
        "name": name,
        "confidence": 0.9,
        "salience": salience,
        "mentions": [
            {"span": span(words, nth), "form": form, "confidence": 0.87, "rule": "exact name"}
            for words, nth, form in mentions
        ],
    }


def _time(words: str, timex: str, begin: str, end: str, granularity: str) -> dict[str, Any]:
    return {
        "span": span(words),
        "type": "date",
        "timex": timex,
        "begin": begin,
        "end": end,
        "granularity": granularity,
        "anchor": "absolute",
        "rule": "quarter of a year",
    }


def _claims(article_id: str) -> list[dict[str, Any]]:
    dollars = {"system": "ISO4217", "code": "USD", "label": "$", "assumed": True}
    minister = {
        "speaker": {"span": span("Ada Lindqvist"), "entity_id": "nil:5f0c2a", "name": "Finance Minister Ada Lindqvist"},
        "cue": span("told"),
        "mode": "indirect",
    }
    quarter = {
        "time": 0,
        "begin": "2025-07-01",
        "end": "2025-09-30",
        "edtf": "2025-07/2025-09",
        "granularity": "quarter",
        "role": "measured",
    }
    harbours = {"span": span("its harbours"), "head": "harbour"}
    percent = {"system": "UCUM", "code": "%", "label": "percent"}
    tonnes = {"system": "UCUM", "code": "t", "label": "tonnes"}
    people = {"system": "count", "code": "person", "label": "people"}
    norland = {"role": "agent", "entity_id": "Q9001", "span": span("Norland", 1)}
    fund, freight = {"span": span("the $1.2 billion Harbour Fund")}, {"span": span("freight"), "head": "freight"}
    plan = {"concept": harbours, "attribution": minister, "modality": "target", "arguments": [norland]}
    at_least = {"lower": "1200000000", "lower_inclusive": False, "comparator": "gt"}
    between = {"lower": "40", "upper": "45", "comparator": "between", "modality": "forecast", "of": fund}
    made = [
        _claim("more than $1.2 billion", "money", unit=dollars, **at_least, **plan),
        # crosses the name "$1.2 billion Harbour Fund", which holds the next one
        _claim("40 to 45 percent of the $1.2 billion", "percent", unit=percent, **between),
        _claim("$1.2 billion", "money", nth=2, unit=dollars, value="1200000000"),
        _claim("18.4 million tonnes", "measure", unit=tonnes, value="18400000", period=quarter, concept=freight),
        _claim("up 6.5 percent", "percent", unit=percent, value="6.5", direction="up", role="delta"),
        _claim("About 3,200 people", "count", unit=people, value="3200", approximate=True, hedge="About"),
    ]
    return [{**claim, "claim_id": _id(article_id, claim), "sentence": _sentence(claim)} for claim in made]


def _claim(words: str, kind: str, *, nth: int = 0, **given: Any) -> dict[str, Any]:
    point = {name: given["value"] for name in ("lower", "upper") if "value" in given}
    return {
        "span": span(words, nth),
        "kind": kind,
        "comparator": "eq",
        "precision": 2,
        "confidence": 0.84,
        "rules": [f"{kind}: number + unit", "comparator: more than"],
        **point,
        **given,
    }


def _id(article_id: str, claim: dict[str, Any]) -> Any:
    return claim_id(article_id, 1, claim["span"]["start"], claim["span"]["end"], claim["kind"])


def _sentence(claim: dict[str, Any]) -> int:
    lines = list(re.finditer(r"[^\s][^\n]*", TEXT))
    return next(n for n, line in enumerate(lines) if line.start() <= claim["span"]["start"] < line.end())
