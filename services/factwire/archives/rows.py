"""A row of an archive and the article it is; an article's event and the row it becomes. Pure, one row in, one row out.

An archive has either a column ``article`` with our JSON, one article a row, or columns named as the fields of a raw
article. A row that is no article comes out as a row too, with ``fault`` saying why: the counts of both sides agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import pyarrow as pa

from factwire.enricher.mapping import event_id
from factwire.errors import FactwireError
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.raw_article import RawArticle
from factwire.formats.json import read_json, read_payload

Row: TypeAlias = dict[str, Any]
WHOLE: Final = "article"
"""The column that holds a whole article as JSON."""

ENRICHED: Final = pa.schema(
    [
        ("article_id", pa.string()),
        ("revision", pa.int32()),
        ("source_id", pa.string()),
        ("published_at", pa.timestamp("us", tz="UTC")),
        ("language", pa.string()),
        ("entity_ids", pa.list_(pa.string())),
        ("claim_count", pa.int32()),
        ("event_id", pa.string()),
        ("event", pa.string()),
        ("fault_field", pa.string()),
        ("fault", pa.string()),
        ("fault_row", pa.string()),
    ]
)
"""``event`` is the enriched event as JSON, as in ``schemas/``; the columns before it are for choosing rows by.
``fault_row`` is a refused row as JSON, as it came."""


def read_row(row: Mapping[str, Any]) -> RawArticle:
    """Raises :class:`factwire.errors.InvalidInput` that names the column."""
    whole = row.get(WHOLE)
    if isinstance(whole, str | bytes):
        return read_json(whole if isinstance(whole, bytes) else whole.encode("utf-8", "surrogatepass"))
    return read_payload({name: _in_utc(value) for name, value in row.items() if value is not None})


def enriched_row(row: Mapping[str, Any], enrich: Callable[[RawArticle], EnrichedArticle]) -> Row:
    """The row of :data:`ENRICHED` that an archive's row becomes; a fault of ours in one article stays in its row."""
    try:
        event = enrich(read_row(row))
    except FactwireError as fault:
        return _faulty(row, fault)
    return {
        "article_id": event.article_id,
        "revision": event.revision,
        "source_id": event.source.id if event.source else None,
        "published_at": event.published_at,
        "language": event.language,
        "entity_ids": [entity.entity_id for entity in event.entities],
        "claim_count": len(event.claims),
        "event_id": str(event_id(event)),
        "event": event.model_dump_json(),
        "fault_field": None,
        "fault": None,
        "fault_row": None,
    }


def _faulty(row: Mapping[str, Any], fault: FactwireError) -> Row:
    named = row.get("article_id")
    blank = dict.fromkeys(ENRICHED.names)
    return {
        **blank,
        "article_id": str(named) if named else None,
        "fault_field": getattr(fault, "field", None),
        "fault": str(fault),
        "fault_row": json.dumps(row, default=str),
    }


def _in_utc(value: Any) -> Any:
    """Archives often hold times without a zone: by convention they are UTC."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
