"""Plain text: the whole file is the body."""

from __future__ import annotations

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.formats.json import read_payload


def read_text(content: bytes) -> RawArticle:
    """Raises :class:`InvalidInput` for bytes that are not UTF-8 or hold nothing."""
    try:
        body = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"not UTF-8 at byte {error.start}") from error
    return read_payload({"body": body})
