"""The only place that knows both the core's document and the wire's event.

The payload is built as plain dicts and validated once: by the model for whoever wants the model, by the structs made of
it (``events/structs.py``) where only bytes are wanted, at a third of the time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from traceback import extract_tb
from typing import Any, Final, TypeAlias, cast
from uuid import UUID, uuid5

import msgspec

from factwire import __version__
from factwire.enricher.plain import date_warnings, to_plain_text
from factwire.errors import InvalidRecord
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.envelope import NAMESPACE, claim_id, enriched_event_id
from factwire.events.raw_article import RawArticle
from factwire.events.structs import struct_of
from factwire.extraction import model
from factwire.extraction.model import decimal_string
from factwire.extraction.pipeline import Pipeline

Json: TypeAlias = dict[str, Any]
EXTRACTION: Final = "extraction"
"""The stage of a dead letter whose article our own core failed on."""

_METADATA = frozenset(RawArticle.model_fields) - {"body", "body_format", "language"}
_EVENT: Final = struct_of(EnrichedArticle)
_ENCODER: Final = msgspec.json.Encoder()


def enrich_article(raw: RawArticle, pipeline: Pipeline, *, clock: Callable[[], float] | None = None) -> EnrichedArticle:
    """One article enriched. ``clock`` gives seconds and only times the work; without it ``duration_ms`` is null.

    A withdrawn article is passed on with its text and without facts. Raises :class:`InvalidRecord`, or
    :class:`factwire.errors.InvalidInput` for a page without text.
    """
    return EnrichedArticle.model_validate(_enrich(raw, pipeline, clock))


def enrich_encoded(
    raw: RawArticle, pipeline: Pipeline, *, clock: Callable[[], float] | None = None
) -> tuple[EnrichedArticle, bytes]:
    """What :func:`enrich_article` gives, as a struct with its attributes, and as the bytes of its JSON."""
    event = _checked(_enrich(raw, pipeline, clock))
    return event, _ENCODER.encode(event)


def _checked(payload: Json) -> EnrichedArticle:
    """The model has the last word: what it alone takes is converted from what it makes of it."""
    try:
        return cast(EnrichedArticle, msgspec.convert(payload, _EVENT))
    except msgspec.ValidationError:
        whole = EnrichedArticle.model_validate(payload)
        return cast(EnrichedArticle, msgspec.convert(whole.model_dump(), _EVENT))


def _enrich(raw: RawArticle, pipeline: Pipeline, clock: Callable[[], float] | None) -> Json:
    started = clock() if clock else 0.0
    plain = to_plain_text(raw)
    document = _extract(to_article(plain), pipeline) if raw.status == "usable" else _bare(plain)
    duration = round((clock() - started) * 1000, 3) if clock else None
    return to_payload(plain, document, pipeline, duration)


def _extract(article: model.Article, pipeline: Pipeline) -> model.Document:
    """The core; a fault of ours in it costs the one article, with the place it happened, and nothing else."""
    try:
        return pipeline(article)
    except MemoryError:
        raise
    except Exception as fault:
        raise InvalidRecord(f"{type(fault).__name__}: {fault} ({_place(fault)})", stage=EXTRACTION) from fault


def _place(fault: Exception) -> str:
    frame = extract_tb(fault.__traceback__)[-1]
    return f"{frame.name}, line {frame.lineno}"


def to_article(raw: RawArticle) -> model.Article:
    """What the core needs of a raw article. Raises :class:`InvalidRecord` for text that no database can hold."""
    for field, content in (("/title", raw.title), ("/summary", raw.summary), ("/body", raw.body)):
        if content and "\x00" in content:
            raise InvalidRecord("holds U+0000, which Postgres cannot store; remove it", stage="mapping", field=field)
    return model.Article(
        title=raw.title,
        summary=raw.summary,
        body=raw.body,
        language=raw.language,
        published_at=raw.published_at,
        published_on=raw.published_on,
        country=raw.source.country if raw.source else None,
    )


def to_payload(raw: RawArticle, document: model.Document, pipeline: Pipeline, duration_ms: float | None) -> Json:
    """The document as an event. Ids are derived from content, so that the same input gives the same event."""
    ids = [claim_id(raw.article_id, raw.revision, c.span.start, c.span.end, c.kind) for c in document.claims]
    text = document.text
    return {
        **raw.model_dump(include=_METADATA),  # type: ignore[arg-type]  # a frozen set is a set
        "language": document.language or raw.language,
        "text": text,
        "text_sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "sections": [{"kind": s.kind, "start": s.span.start, "end": s.span.end} for s in document.sections],
        "sentences": [tuple(s.span) for s in document.sentences],
        "entities": [_entity(e, text) for e in document.entities],
        "times": [_time(t, text) for t in document.times],
        "claims": [_claim(c, n, ids, raw, text) for n, c in enumerate(document.claims)],
        "enrichment": {
            "enricher_version": __version__,
            "rules_version": pipeline.rules_version,
            "kb_version": pipeline.kb_version,
            "duration_ms": duration_ms,
            "warnings": (*document.warnings, *date_warnings(raw)),
        },
    }


def event_id(event: EnrichedArticle) -> UUID:
    """``ce_id`` of an enriched event."""
    made = event.enrichment
    return enriched_event_id(
        event.article_id, event.revision, made.enricher_version, made.rules_version, made.kb_version
    )


def _bare(raw: RawArticle) -> model.Document:
    texts = [t for t in (raw.title, raw.summary, raw.body) if t]
    text = "\n\n".join(texts)
    return model.Document(article=model.Article(), text=text, folded=text, parts=(), language=raw.language)


def _span(span: model.Span, text: str) -> Json:
    return {"start": span.start, "end": span.end, "text": text[span.start : span.end]}


def _entity(entity: model.Entity, text: str) -> Json:
    return {
        "entity_id": entity.entity_id,
        "type": entity.type,
        "subtype": entity.subtype,
        "name": entity.name,
        "confidence": entity.confidence,
        "salience": entity.salience,
        "mentions": [
            {"span": _span(m.span, text), "form": m.form, "confidence": m.confidence, "via": m.via, "rule": m.rule}
            for m in entity.mentions
        ],
    }


def _time(time: model.Time, text: str) -> Json:
    return {
        "span": _span(time.span, text),
        "type": time.type,
        "timex": time.timex,
        "begin": time.begin,
        "end": time.end,
        "granularity": time.granularity,
        "anchor": time.anchor,
        "rule": time.rule,
    }


def _claim(claim: model.Claim, number: int, ids: list[UUID], raw: RawArticle, text: str) -> Json:
    return {
        "claim_id": ids[number],
        "span": _span(claim.span, text),
        "sentence": claim.sentence,
        "kind": claim.kind,
        "value": decimal_string(claim.value),
        "lower": decimal_string(claim.lower),
        "upper": decimal_string(claim.upper),
        "lower_inclusive": claim.lower_inclusive,
        "upper_inclusive": claim.upper_inclusive,
        "comparator": claim.comparator,
        "approximate": claim.approximate,
        "hedge": claim.hedge,
        "vague": claim.vague,
        "precision": claim.precision,
        "unit": _unit(claim.unit),
        "direction": claim.direction,
        "role": claim.role,
        "group_id": _group_id(claim.group, raw),
        "equivalent_of": None if claim.equivalent_of is None else ids[claim.equivalent_of],
        "of": _whole(claim.of, ids, text),
        "concept": claim.concept and {"span": _span(claim.concept.span, text), "head": claim.concept.head},
        "arguments": [{"role": a.role, "entity_id": a.entity_id, "span": _span(a.span, text)} for a in claim.arguments],
        "period": _period(claim.period),
        "attribution": _attribution(claim.attribution, text),
        "modality": claim.modality,
        "polarity": claim.polarity,
        "confidence": claim.confidence,
        "rules": claim.rules,
    }


def _unit(unit: model.Unit) -> Json:
    return {
        "system": unit.system,
        "code": unit.code,
        "label": unit.label,
        "per": _unit(unit.per) if unit.per else None,
        "assumed": unit.assumed,
    }


def _group_id(group: int | None, raw: RawArticle) -> str | None:
    if group is None:
        return None
    return str(uuid5(NAMESPACE, f"{raw.article_id}\x1f{raw.revision}\x1fgroup\x1f{group}"))


def _whole(whole: model.Whole | None, ids: list[UUID], text: str) -> Json | None:
    if whole is None:
        return None
    return {"span": _span(whole.span, text), "claim_id": None if whole.claim is None else ids[whole.claim]}


def _period(period: model.Period | None) -> Json | None:
    if period is None:
        return None
    return {
        "time": period.time,
        "begin": period.begin,
        "end": period.end,
        "edtf": period.edtf,
        "granularity": period.granularity,
        "role": period.role,
        "assumed": period.assumed,
    }


def _attribution(attribution: model.Attribution | None, text: str) -> Json | None:
    if attribution is None:
        return None
    speaker = attribution.speaker
    return {
        "speaker": {"span": _span(speaker.span, text), "entity_id": speaker.entity_id, "name": speaker.name},
        "cue": _span(attribution.cue, text),
        "mode": attribution.mode,
    }
