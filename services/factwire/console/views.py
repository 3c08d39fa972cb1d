"""Translates: rows as storage gives them into the contract's models, which both the read API and the pages use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from factwire.events.enriched_article import Claim, EnrichedArticle
from factwire.events.fields import Event, Moment
from factwire.events.raw_article import ArticleMetadata, Source

Record: TypeAlias = Mapping[str, Any]
_METADATA: Final = tuple(name for name in ArticleMetadata.model_fields if name != "source")
_CLAIM: Final = tuple(
    name
    for name in Claim.model_fields
    if name not in {"span", "unit", "of", "concept", "arguments", "period", "attribution"}
)


class ArticleSummary(ArticleMetadata):
    """An article in a list: without text, with how much was found in it."""

    enriched_at: Moment
    claim_count: int
    entity_count: int


class ArticleReference(Event):
    """The article that a claim stands in."""

    article_id: str
    revision: int
    title: str | None = None
    url: str | None = None
    source: Source | None = None
    published_at: Moment | None = None


class FoundClaim(Claim):
    """A claim outside its article: with the sentence that is its evidence, and where that stands."""

    evidence: str
    article: ArticleReference


class ArticleList(Event):
    """A page of articles, newest first. ``next`` is the address of the following page."""

    data: tuple[ArticleSummary, ...]
    next: str | None = None


class ClaimList(Event):
    """A page of claims, newest article first. ``next`` is the address of the following page."""

    data: tuple[FoundClaim, ...]
    next: str | None = None


def enriched_article(record: Record) -> EnrichedArticle:
    """An article with its children as the event that the enricher published."""
    mentions = _grouped(record["mentions"], "entity_id")
    arguments = _grouped(record["arguments"], "claim_id")
    return EnrichedArticle.model_validate(
        {
            **_metadata(record),
            **{name: record[name] for name in ("text", "text_sha256", "sections", "sentences")},
            "entities": [_entity(entity, mentions.get(entity["entity_id"], [])) for entity in record["entities"]],
            "times": [_time(time) for time in record["times"]],
            "claims": [_claim(claim, arguments.get(claim["claim_id"], [])) for claim in record["claims"]],
            "enrichment": {
                name: record[name]
                for name in ("enricher_version", "rules_version", "kb_version", "duration_ms", "warnings")
            },
        }
    )


def article_summary(record: Record) -> ArticleSummary:
    extra = {name: record[name] for name in ("enriched_at", "claim_count", "entity_count")}
    return ArticleSummary.model_validate({**_metadata(record), **extra})


def found_claim(record: Record) -> FoundClaim:
    article = {name: record[name] for name in ("article_id", "revision", "title", "url", "published_at")}
    return FoundClaim.model_validate(
        {
            **_claim(record, record["arguments"]),
            "evidence": record["evidence"] or "",
            "article": {**article, "source": _source(record)},
        }
    )


def summary_facts(summary: ArticleSummary, moment: datetime) -> tuple[str, ...]:
    """The line under a title in the list."""
    source = (summary.source.name or summary.source.id) if summary.source else None
    when = f"{'' if summary.published_at else 'received '}{moment:%-d %B %Y, %H:%M} UTC"
    return tuple(filter(None, (source, summary.provider, when, summary.language)))


def _metadata(record: Record) -> dict[str, Any]:
    return {**{name: record[name] for name in _METADATA}, "source": _source(record)}


def _source(record: Record) -> dict[str, Any] | None:
    if record["source_id"] is None:
        return None
    return {"id": record["source_id"], "name": record["source_name"], "country": record["source_country"]}


def _entity(record: Record, mentions: Iterable[Record]) -> dict[str, Any]:
    return {**record, "mentions": [{**mention, "span": _span(mention, "span")} for mention in mentions]}


def _time(record: Record) -> dict[str, Any]:
    return {**record, "span": _span(record, "span"), "begin": record["begin_on"], "end": record["end_on"]}


def _claim(record: Record, arguments: Iterable[Record]) -> dict[str, Any]:
    return {
        **{name: record[name] for name in _CLAIM},
        **{name: _decimal(record[name]) for name in ("value", "lower", "upper")},
        "span": _span(record, "span"),
        "unit": {name: record[f"unit_{name}"] for name in ("system", "code", "label", "per", "assumed")},
        "of": _optional(record, "of", {"claim_id": record["of_claim_id"]}),
        "concept": _optional(record, "concept", {"head": record["concept_head"]}),
        "arguments": [{**argument, "span": _span(argument, "span")} for argument in arguments],
        "period": _period(record),
        "attribution": _attribution(record),
    }


def _period(record: Record) -> dict[str, Any] | None:
    if record["period_role"] is None:
        return None
    parts = ("time", "begin", "end", "edtf", "granularity", "role", "assumed")
    return {name: record[f"period_{name}"] for name in parts}


def _attribution(record: Record) -> dict[str, Any] | None:
    speaker = _optional(record, "speaker", {"entity_id": record["speaker_entity_id"], "name": record["speaker_name"]})
    return speaker and {"speaker": speaker, "cue": _span(record, "cue"), "mode": record["attribution_mode"]}


def _optional(record: Record, part: str, rest: dict[str, Any]) -> dict[str, Any] | None:
    """A part of a claim that has a span of its own, or is missing as a whole."""
    return None if record[f"{part}_start"] is None else {"span": _span(record, part), **rest}


def _span(record: Record, part: str) -> dict[str, Any]:
    return {"start": record[f"{part}_start"], "end": record[f"{part}_end"], "text": record[f"{part}_text"]}


def _decimal(number: Any) -> str | None:
    """Numbers that are facts are decimal strings, without exponent."""
    return None if number is None else f"{number:f}"


def _grouped(records: Iterable[Record], key: str) -> dict[Any, list[Record]]:
    groups: dict[Any, list[Record]] = {}
    for record in records:
        groups.setdefault(record[key], []).append(record)
    return groups
