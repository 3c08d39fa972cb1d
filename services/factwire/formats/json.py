"""Our own JSON: the contract's RawArticle, with the least that is accepted being ``{"body": "…"}``."""

from __future__ import annotations

from typing import Any

from factwire.events.raw_article import RawArticle
from factwire.formats.identity import derive_id
from factwire.formats.payload import decode_object, validated


def read_json(content: bytes) -> RawArticle:
    """Raises :class:`factwire.errors.InvalidInput` with a JSON pointer to the first faulty field."""
    return read_payload(decode_object(content))


def read_payload(payload: dict[str, Any]) -> RawArticle:
    """A decoded article; where ``article_id`` is missing it is derived from URL or text."""
    if not payload.get("article_id"):
        payload = {**payload, "article_id": derive_id(payload)}
    return validated(RawArticle, payload)
