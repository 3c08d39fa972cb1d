"""Our own JSON: the contract's RawArticle, with the least that is accepted being ``{"body": "…"}``."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from pydantic import ValidationError

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle


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
    try:
        return RawArticle.model_validate(payload)
    except ValidationError as error:
        raise _first_fault(error) from error


def derive_id(payload: dict[str, Any]) -> str:
    """A stable id for an article that came without: of its canonical URL, else of its text."""
    address = payload.get("canonical_url") or payload.get("url")
    if isinstance(address, str) and address:
        return "url:" + hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:32]
    words = "\x1f".join(str(payload.get(field) or "") for field in ("title", "summary", "body"))
    return "text:" + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def _first_fault(error: ValidationError) -> InvalidInput:
    fault = error.errors(include_url=False, include_input=False)[0]
    pointer = "".join(f"/{part}" for part in fault["loc"])
    return InvalidInput(fault["msg"].removeprefix("Value error, "), field=pointer or None)
