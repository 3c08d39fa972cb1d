"""He and she where they speak: a mention of form ``pronoun`` of the person whom attribution took them for.

Comes after attribution, which decides by who spoke or was named last. A pronoun that the person's given name speaks
against ("Janet ... he said") is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from factwire.extraction.model import Document, Entity, Mention, Span
from factwire.kb.catalogue import Catalogue

__all__ = ["name_pronouns"]

_GENDERS: Final[Mapping[str, str]] = {"he": "m", "she": "f"}
_CONFIDENCE: Final = 0.7
_RULE: Final = "pronoun.speaker"


def name_pronouns(document: Document, *, catalogue: Catalogue) -> Document:
    """The document with pronouns among the mentions; salience stays what the names make it."""
    spans: dict[str | None, set[Span]] = defaultdict(set)
    for attribution in document.attributions:
        span = attribution.speaker.span
        if span.of(document.folded).lower() in _GENDERS:
            spans[attribution.speaker.entity_id].add(span)
    if not spans:
        return document
    entities = (_named(document, entity, spans.get(entity.entity_id, set()), catalogue) for entity in document.entities)
    return replace(document, entities=tuple(entities))


def _named(document: Document, entity: Entity, spans: set[Span], catalogue: Catalogue) -> Entity:
    if not spans or entity.type != "person":
        return entity
    gender = _gender(entity, catalogue)
    fitting = [span for span in spans if gender in ("", _GENDERS[span.of(document.folded).lower()])]
    pronouns = (Mention(span, "pronoun", _CONFIDENCE, _RULE) for span in fitting)
    return replace(entity, mentions=tuple(sorted((*entity.mentions, *pronouns), key=lambda m: m.span)))


def _gender(entity: Entity, catalogue: Catalogue) -> str:
    """``m`` or ``f`` from the knowledge base or the given name; empty if neither says."""
    record = catalogue.find(entity.entity_id)
    if record is not None and record.gender:
        return record.gender[:1]
    return catalogue.given_gender(entity.name.split(" ")[0]) or ""
