"""Where each thing has its page."""

from __future__ import annotations

from urllib.parse import quote, urlencode
from uuid import UUID


def part(text: str) -> str:
    """Text as one part of a path."""
    return quote(text, safe="")


def address(path: str, **parameters: object) -> str:
    """A path with those parameters that have a value."""
    given = {name: str(value) for name, value in parameters.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(given)}" if given else path


def article_address(article_id: str) -> str:
    return f"/articles/{part(article_id)}"


def claim_address(article_id: str, claim_id: UUID) -> str:
    """The claim's card beside its article."""
    return f"{article_address(article_id)}#claim-{claim_id}"


def entity_address(entity_id: str) -> str:
    return f"/entities/{part(entity_id)}"
