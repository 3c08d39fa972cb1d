"""A raw article as a record: the same content gets the same event id by whichever way it comes in, however often."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final
from uuid import uuid5

from factwire.errors import InvalidInput
from factwire.events.envelope import NAMESPACE, RAW_TYPE, Envelope
from factwire.events.raw_article import MAX_CHARACTERS, RawArticle
from factwire.events.topics import RAW
from factwire.streaming.records import Outgoing

MOST_BYTES: Final = 1024 * 1024
"""Of one article as a record; enriched it is some three times as large, and must fit its topic too."""
MOST_HTML_BYTES: Final = 3 * 1024 * 1024
"""Of a page as a record: enriched, only its text is left."""


def most_bytes_of(article: RawArticle) -> int:
    """What is taken of such an article where no setting says otherwise."""
    return MOST_HTML_BYTES if article.body_format == "html" else MOST_BYTES


def raw_record(article: RawArticle, now: datetime, source: str, traceparent: str | None = None) -> tuple[Outgoing, str]:
    """The record of an article, and its event id. ``received_at`` is ours, whatever the producer wrote there."""
    content = article.model_copy(update={"received_at": None}).model_dump_json(exclude_none=True).encode()
    event_id = raw_event_id(article.article_id, article.revision, content)
    value = article.model_copy(update={"received_at": now}).model_dump_json(exclude_none=True).encode()
    envelope = Envelope(event_id, source, RAW_TYPE, article.article_id, now, traceparent)
    return keyed_record(envelope, value), event_id


def keyed_record(envelope: Envelope, value: bytes | None) -> Outgoing:
    """A record of the raw topic under its article's id; without value it is a tombstone."""
    return Outgoing(RAW.name, envelope.subject.encode(), value, tuple(envelope.headers()))


def raw_event_id(article_id: str, revision: int, content: bytes) -> str:
    """The same article with the same content is the same event, however often it is sent."""
    return str(uuid5(NAMESPACE, "\x1f".join(("raw", article_id, str(revision), hashlib.sha256(content).hexdigest()))))


def excess_of(article: RawArticle, record: Outgoing, most_bytes: int) -> InvalidInput | None:
    """Why an article is too large to be enriched: said at the door, not by a dead letter later."""
    size = len(record.value or b"")
    if size > most_bytes:
        return InvalidInput(f"the article has {size} bytes, more than the {most_bytes} that are taken")
    if article.body_format == "text" and article.characters > MAX_CHARACTERS:
        return InvalidInput(f"the text is longer than the {MAX_CHARACTERS} characters that are enriched", field="/body")
    return None
