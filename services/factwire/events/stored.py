"""An enriched article from the rows that it was stored as: the way back from the sink."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from factwire.events.enriched_article import Claim, EnrichedArticle
from factwire.events.raw_article import ArticleMetadata

Record: TypeAlias = Mapping[str, Any]
_METADATA: Final = tuple(name for name in ArticleMetadata.model_fields if name != "source")
_CLAIM: Final = tuple(
    name
    for name in Claim.model_fields
    if name not in {"span", "unit", "of", "concept", "arguments", "period", "attribution"}
)


def enriched_article(record: Record) -> EnrichedArticle:
    """An article with its children as the event that the enricher published."""
    mentions = _grouped(record["mentions"], "entity_id")
    arguments = _grouped(record["arguments"], "claim_id")
    return EnrichedArticle.model_validate(
        {
            **metadata_parts(record),
            **{name: record[name] for name in ("text", "text_sha256", "sections", "sentences")},
            "entities": [_entity(entity, mentions.get(entity["entity_id"], [])) for entity in record["entities"]],
            "times": [_time(time) for time in record["times"]],
            "claims": [claim_parts(claim, arguments.get(claim["claim_id"], [])) for claim in record["claims"]],
            "enrichment": {
                name: record[name]
                for name in ("enricher_version", "rules_version", "kb_version", "duration_ms", "warnings")
            },
            "duplicate_of": duplicate_part(record),
        }
    )


def metadata_parts(record: Record) -> dict[str, Any]:
    """What an article says of itself."""
    return {**{name: record[name] for name in _METADATA}, "source": source_part(record)}


def source_part(record: Record) -> dict[str, Any] | None:
    if record["source_id"] is None:
        return None
    return {"id": record["source_id"], "name": record["source_name"], "country": record["source_country"]}


def duplicate_part(record: Record) -> dict[str, Any] | None:
    if record["duplicate_of"] is None:
        return None
    kind, share = record["duplicate_kind"], record["duplicate_similarity"]
    return {"article_id": record["duplicate_of"], "similarity": share, "kind": kind}


def _entity(record: Record, mentions: Iterable[Record]) -> dict[str, Any]:
    return {**record, "mentions": [{**mention, "span": _span(mention, "span")} for mention in mentions]}


def _time(record: Record) -> dict[str, Any]:
    return {**record, "span": _span(record, "span"), "begin": record["begin_on"], "end": record["end_on"]}


def claim_parts(record: Record, arguments: Iterable[Record]) -> dict[str, Any]:
    """A claim in the event's shape; ``arguments`` are its own, in order."""
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
