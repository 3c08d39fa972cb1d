"""A claim as one flat row, the same columns in every file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from factwire.console.views import FoundClaim

Flat: TypeAlias = dict[str, Any]

COLUMNS: Final[Mapping[str, type]] = {
    "claim_id": str, "article_id": str, "revision": int, "published_at": str, "source": str, "title": str, "url": str,
    "kind": str, "text": str, "value": str, "lower": str, "upper": str, "lower_inclusive": bool,
    "upper_inclusive": bool, "comparator": str, "approximate": bool, "vague": bool, "unit": str, "unit_system": str,
    "unit_label": str, "per": str, "converted_unit": str, "converted_value": str, "converted_lower": str,
    "converted_upper": str, "direction": str, "role": str, "concept": str, "of": str, "about": str, "about_ids": str,
    "period_begin": str, "period_end": str, "period_role": str, "speaker": str, "speaker_id": str, "speaks_for": str,
    "modality": str, "polarity": str, "confidence": float, "rules": str, "evidence": str, "start": int, "end": int,
}  # fmt: skip
NUMBERS: Final = frozenset(
    name
    for name in COLUMNS
    if name.removeprefix("converted_") in {"value", "lower", "upper"} or COLUMNS[name] is not str
)
"""Columns whose cells hold nothing but numbers."""
_SEPARATOR: Final = " | "


def flat(claim: FoundClaim, record: Mapping[str, Any]) -> Flat:
    """``record`` is the claim's as storage gave it: it knows the names of those who take part."""
    article, unit, period, said = claim.article, claim.unit, claim.period, claim.attribution
    turned = claim.converted
    return {
        "claim_id": str(claim.claim_id),
        "article_id": article.article_id,
        "revision": article.revision,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "source": article.source.name or article.source.id if article.source else None,
        "title": article.title,
        "url": article.url,
        "kind": claim.kind,
        "text": claim.span.text,
        "unit": unit.code,
        "unit_system": unit.system,
        "unit_label": unit.label,
        "per": unit.per.code if unit.per else None,
        **{f"converted_{name}": getattr(turned, name, None) for name in ("unit", "value", "lower", "upper")},
        "concept": claim.concept.span.text if claim.concept else None,
        "of": claim.of.span.text if claim.of else None,
        "about": _joined(argument["entity_name"] or argument["span_text"] for argument in record["arguments"]),
        "about_ids": _joined(argument.entity_id for argument in claim.arguments),
        "period_begin": period.begin.isoformat() if period and period.begin else None,
        "period_end": period.end.isoformat() if period and period.end else None,
        "period_role": period.role if period else None,
        "speaker": said.speaker.name if said else None,
        "speaker_id": said.speaker.entity_id if said else None,
        "speaks_for": _joined(claim.speaks_for),
        "rules": _joined(claim.rules),
        "evidence": claim.evidence,
        "start": claim.span.start,
        "end": claim.span.end,
        **{name: getattr(claim, name) for name in _SAME},
    }


_SAME: Final = (
    "value", "lower", "upper", "lower_inclusive", "upper_inclusive", "comparator", "approximate", "vague", "direction",
    "role", "modality", "polarity", "confidence",
)  # fmt: skip


def _joined(parts: Any) -> str | None:
    return _SEPARATOR.join(dict.fromkeys(parts)) or None
