"""Erasing an article, or an entity wherever it is named: rows, change log, deliveries, and every keyed topic.

One database transaction an article; what must be told on the topics goes through the outbox of the same transaction.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine

from factwire.errors import InvalidInput
from factwire.events.envelope import ENRICHED_TYPE, WITHDRAWN_TYPE, Envelope
from factwire.events.stored import enriched_article
from factwire.events.topics import ENRICHED, LATEST, RAW
from factwire.operations.redaction import redact
from factwire.storage import erase, read, tables
from factwire.storage.engine import Connection
from factwire.storage.erase import Counts
from factwire.storage.outbox import OutboxRow, put_in_outbox
from factwire.storage.write import ArticleWrite, Row, columns, prepare, write

SOURCE: Final = "factwire/erase"
_FOREVER: Final = datetime.max.replace(tzinfo=UTC)
_PART: Final = 0
"""Whoever holds partition 0 publishes it: one sink always does."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks for it, and why."""

    by: str
    reason: str
    dry_run: bool = False


async def erase_article(connection: Connection, article_id: str, order: Order) -> Counts:
    """What is or would be erased, by table. Raises :class:`InvalidInput` if there is no such article."""
    async with connection.transaction():
        if not await erase.article_exists(connection, article_id):
            raise InvalidInput(f"{article_id}: there is no such article")
        counts = await erase.count_article(connection, article_id)
        if not order.dry_run:
            event_id = str(uuid4())
            await erase.erase_article(connection, article_id, event_id)
            topics = (RAW.name, ENRICHED.name, LATEST.name)
            await put_in_outbox(connection, [_tombstone(topic, article_id, event_id) for topic in topics])
            await erase.note_erasure(
                connection, by=order.by, kind="article", subject=article_id, reason=order.reason, counts=counts
            )
    return counts


async def erase_entity(connection: Connection, engine: AsyncEngine, entity_id: str, order: Order) -> Counts:
    """Blacks its names out of every article and drops what was known of it. Raises :class:`InvalidInput` if unknown."""
    name = await erase.entity_name(connection, entity_id)
    if name is None:
        raise InvalidInput(f"{entity_id}: no article mentions such an entity")
    articles = await erase.articles_with_entity(connection, entity_id)
    await connection.commit()
    counts: Counts = {"articles": len(articles), "mentions": 0, "claim_arguments": 0, "claims_said": 0}
    if not order.dry_run:
        await prepare(connection)
    for article_id in articles:
        async with connection.transaction():
            await _redact_article(connection, engine, article_id, entity_id, name, order, counts)
    if not order.dry_run:
        async with connection.transaction():
            await erase.erase_entity(connection, entity_id)
            await erase.note_erasure(
                connection, by=order.by, kind="entity", subject=entity_id, reason=order.reason, counts=counts
            )
    return counts


async def _redact_article(
    connection: Connection,
    engine: AsyncEngine,
    article_id: str,
    entity_id: str,
    name: str,
    order: Order,
    counts: Counts,
) -> None:
    await erase.article_exists(connection, article_id)  # locks it: the sink does not change it meanwhile
    record = await read.article(engine, article_id, at=_FOREVER)
    if record is None:
        return
    counts["mentions"] += sum(one["entity_id"] == entity_id for one in record["mentions"])
    counts["claim_arguments"] += sum(one["entity_id"] == entity_id for one in record["arguments"])
    counts["claims_said"] += sum(one["speaker_entity_id"] == entity_id for one in record["claims"])
    if order.dry_run:
        return
    now, event_id = datetime.now(UTC), str(uuid4())
    redacted = {**redact(record, entity_id, name), "event_id": event_id, "enriched_at": now}
    await connection.execute("delete from outbox where key = %s", [article_id.encode()])
    await write(connection, [_write(redacted)])
    value = enriched_article(redacted).model_dump_json().encode()
    headers = _headers(event_id, ENRICHED_TYPE, article_id)
    rows = [OutboxRow(_PART, topic, article_id.encode(), value, headers) for topic in (ENRICHED.name, LATEST.name)]
    await put_in_outbox(connection, rows)


def _write(record: dict[str, Any]) -> ArticleWrite:
    return ArticleWrite(
        article=_row("articles", record),
        article_entities=_rows("article_entities", record["entities"]),
        claim_arguments=_rows("claim_arguments", record["arguments"]),
        mentions=_rows("mentions", record["mentions"]),
        times=_rows("times", record["times"]),
        claims=_rows("claims", record["claims"]),
    )


def _rows(table: str, records: list[dict[str, Any]]) -> tuple[Row, ...]:
    return tuple(_row(table, record) for record in records)


def _row(table: str, record: dict[str, Any]) -> Row:
    """As COPY takes it: documents are JSON text."""
    kinds = tables.Base.metadata.tables[table].columns
    return {
        name: json.dumps(record[name], ensure_ascii=False)
        if isinstance(kinds[name].type, JSONB) and record[name] is not None
        else record[name]
        for name in columns(table)
    }


def _tombstone(topic: str, article_id: str, event_id: str) -> OutboxRow:
    return OutboxRow(_PART, topic, article_id.encode(), None, _headers(event_id, WITHDRAWN_TYPE, article_id))


def _headers(event_id: str, kind: str, article_id: str) -> tuple[tuple[str, bytes | None], ...]:
    return tuple(Envelope(event_id, SOURCE, kind, article_id, datetime.now(UTC)).headers())
