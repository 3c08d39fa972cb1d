"""An enriched event from its record: the short way where nothing is unusual, else through the model.

The model is the contract and has the last word: what the structs refuse, it accepts or refuses, naming the field.
Either way out comes the same struct, with the model's attributes.
"""

from __future__ import annotations

from typing import Final, cast

import msgspec

from factwire.events.enriched_article import EnrichedArticle
from factwire.events.envelope import ENRICHED_TYPE
from factwire.events.structs import in_utc, struct_of
from factwire.streaming.codec import NUL, check_headers, check_key, decode_json, validate
from factwire.streaming.records import Record

_DECODER: Final = msgspec.json.Decoder(struct_of(EnrichedArticle))


def read(record: Record) -> EnrichedArticle:
    """Raises :class:`InvalidRecord`: broken headers, JSON, schema, or a key that contradicts."""
    check_headers(record, ENRICHED_TYPE)
    value = record.value or b""
    event = read_shortly(value) or _read_through_model(value)
    check_key(record, event.article_id)
    return event


def read_shortly(value: bytes) -> EnrichedArticle | None:
    """None: the model has to look at it."""
    if NUL in value:  # text or an escape: the long way tells
        return None
    try:
        event = _DECODER.decode(value)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return cast(EnrichedArticle, event) if in_utc(event) else None


def _read_through_model(value: bytes) -> EnrichedArticle:
    event = validate(decode_json(value), EnrichedArticle)
    return cast(EnrichedArticle, _DECODER.decode(event.model_dump_json()))
