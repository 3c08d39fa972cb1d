"""The only place that knows both the event and the tables: an enriched article as rows, keyed by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from factwire.events.enriched_article import Claim, EnrichedArticle, Entity, Period, Span, Time
from factwire.sink.facets import findable
from factwire.storage import facets
from factwire.storage.facets import facet
from factwire.storage.outbox import OutboxRow
from factwire.storage.write import ArticleWrite, Row

_PLAIN = (
    "article_id", "revision", "status", "provider", "url", "canonical_url", "title", "summary", "language",
    "published_at", "published_on", "updated_at", "published_precision", "published_from", "received_at",
    "embargoed_until", "byline", "dateline", "text", "text_sha256",
)  # fmt: skip
_CLAIM_PLAIN = (
    "claim_id", "kind", "sentence", "value", "lower", "upper", "lower_inclusive", "upper_inclusive", "comparator",
    "approximate", "hedge", "vague", "precision", "direction", "role", "group_id", "equivalent_of", "modality",
    "polarity", "confidence",
)  # fmt: skip


def to_write(event: EnrichedArticle, *, event_id: str, at: datetime, outbox: OutboxRow | None = None) -> ArticleWrite:
    """All rows of one article. ``at``: when the event was made; a withdrawn article keeps no text and no children."""
    if event.status == "withdrawn":
        return ArticleWrite(article=_article(event, event_id, at), source=_source(event), outbox=outbox)
    claims = tuple({**_claim(event.article_id, n, c), **findable(event, c)} for n, c in enumerate(event.claims))
    return ArticleWrite(
        article=_article(event, event_id, at),
        source=_source(event),
        entities=tuple(_entity(e) for e in event.entities),
        article_entities=tuple(_article_entities(event, claims)),
        mentions=tuple(_mentions(event)),
        times=tuple(_time(event.article_id, n, t) for n, t in enumerate(event.times)),
        claims=claims,
        claim_arguments=tuple(_arguments(event)),
        outbox=outbox,
    )


def _article(event: EnrichedArticle, event_id: str, at: datetime) -> Row:
    withdrawn = event.status == "withdrawn"
    made = event.enrichment
    shown = {name: getattr(event, name) for name in _PLAIN}
    return {
        **shown,
        **({"title": None, "summary": None, "text": ""} if withdrawn else {}),
        "source_id": event.source.id if event.source else None,
        "authors": list(event.authors),
        "categories": list(event.categories),
        "keywords": list(event.keywords),
        "subjects": _json(event.subjects),
        "rights": _json(event.rights) if event.rights else None,
        "extra": _json(event.extra),
        "sections": _json([] if withdrawn else event.sections),
        "sentences": _json([] if withdrawn else event.sentences),
        "enricher_version": made.enricher_version,
        "rules_version": made.rules_version,
        "kb_version": made.kb_version,
        "duration_ms": made.duration_ms,
        "warnings": list(made.warnings),
        "event_id": event_id,
        "enriched_at": at,
        "withdrawn_at": at if withdrawn else None,
        "duplicate_of": event.duplicate_of.article_id if event.duplicate_of else None,
        "duplicate_similarity": event.duplicate_of.similarity if event.duplicate_of else None,
        "duplicate_kind": event.duplicate_of.kind if event.duplicate_of else None,
    }


def _source(event: EnrichedArticle) -> Row | None:
    if event.source is None:
        return None
    return {"source_id": event.source.id, "name": event.source.name, "country": event.source.country}


def _entity(entity: Entity) -> Row:
    return {"entity_id": entity.entity_id, "type": entity.type, "subtype": entity.subtype, "name": entity.name}


def _article_entities(event: EnrichedArticle, claims: Iterable[Row]) -> Iterator[Row]:
    claims_with = Counter(one for claim in claims for one in claim["facets"])
    for ordinal, entity in enumerate(event.entities):
        yield {
            "article_id": event.article_id,
            "entity_id": entity.entity_id,
            "ordinal": ordinal,
            "confidence": entity.confidence,
            "salience": entity.salience,
            "claims_with": claims_with[facet(facets.WHO, entity.entity_id)],
            "claims_about": claims_with[facet(facets.ABOUT, entity.entity_id)],
            "claims_by": claims_with[facet(facets.SAID, entity.entity_id)],
        }


def _mentions(event: EnrichedArticle) -> Iterator[Row]:
    flat = ((entity, mention) for entity in event.entities for mention in entity.mentions)
    for ordinal, (entity, mention) in enumerate(sorted(flat, key=lambda pair: pair[1].span.start)):
        span = mention.span  # spelled out: no other rows are as many
        yield {
            "article_id": event.article_id,
            "ordinal": ordinal,
            "entity_id": entity.entity_id,
            "span_start": span.start,
            "span_end": span.end,
            "span_text": span.text,
            "form": mention.form,
            "confidence": mention.confidence,
            "via": mention.via,
            "rule": mention.rule,
        }


def _time(article_id: str, ordinal: int, time: Time) -> Row:
    return {
        "article_id": article_id,
        "ordinal": ordinal,
        **_span("span", time.span),
        "type": time.type,
        "timex": time.timex,
        "begin_on": time.begin,
        "end_on": time.end,
        "granularity": time.granularity,
        "anchor": time.anchor,
        "rule": time.rule,
    }


def _claim(article_id: str, ordinal: int, claim: Claim) -> Row:
    said = claim.attribution
    speaker = said.speaker if said else None
    return {
        **{name: getattr(claim, name) for name in _CLAIM_PLAIN},
        "article_id": article_id,
        "ordinal": ordinal,
        **_span("span", claim.span),
        "unit_system": claim.unit.system,
        "unit_code": claim.unit.code,
        "unit_label": claim.unit.label,
        "unit_per": _json(claim.unit.per) if claim.unit.per else None,
        "unit_assumed": claim.unit.assumed,
        **_span("of", claim.of.span if claim.of else None),
        "of_claim_id": claim.of.claim_id if claim.of else None,
        **_span("concept", claim.concept.span if claim.concept else None),
        "concept_head": claim.concept.head if claim.concept else None,
        **_period(claim.period),
        **_span("speaker", speaker.span if speaker else None),
        "speaker_entity_id": speaker.entity_id if speaker else None,
        "speaker_name": speaker.name if speaker else None,
        **_span("cue", said.cue if said else None),
        "attribution_mode": said.mode if said else None,
        "rules": list(claim.rules),
    }


def _period(period: Period | None) -> dict[str, Any]:
    names = ("time", "begin", "end", "edtf", "granularity", "role", "assumed")
    return {f"period_{name}": getattr(period, name) if period else None for name in names}


def _arguments(event: EnrichedArticle) -> Iterator[Row]:
    for claim in event.claims:
        for ordinal, argument in enumerate(claim.arguments):
            yield {
                "claim_id": claim.claim_id,
                "ordinal": ordinal,
                "article_id": event.article_id,
                "role": argument.role,
                "entity_id": argument.entity_id,
                **_span("span", argument.span),
            }


def _span(prefix: str, span: Span | None) -> dict[str, Any]:
    return {
        f"{prefix}_start": span.start if span else None,
        f"{prefix}_end": span.end if span else None,
        f"{prefix}_text": span.text if span else None,
    }


def _json(value: Any) -> str:
    return _ENCODER.encode(value).decode()


_ENCODER: Final = msgspec.json.Encoder(enc_hook=lambda model: model.model_dump(mode="json"))
"""Of structs and models alike."""
