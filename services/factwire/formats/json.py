"""Our own JSON: the contract's RawArticle, with the least that is accepted being ``{"body": "…"}``."""

from __future__ import annotations

from typing import Any

import orjson

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.identity import derive_id
from factwire.formats.payload import validated


def read_json(content: bytes) -> RawArticle:
    """Raises :class:`InvalidInput` with a JSON pointer to the first faulty field."""
    try:
        payload = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"not JSON: {error}") from error
    if not isinstance(payload, dict):
        raise InvalidInput(f"expected a JSON object, found {type(payload).__name__}")
    return read_payload(payload)


def read_payload(payload: dict[str, Any]) -> RawArticle:
    """A decoded article; where ``article_id`` is missing it is derived from URL or text."""
    if not payload.get("article_id"):
        payload = {**payload, "article_id": derive_id(payload)}
    return validated(RawArticle, payload)
