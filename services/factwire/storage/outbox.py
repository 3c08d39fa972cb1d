"""The outbox: what a transaction wants published, kept beside its rows until Kafka has it (at least once)."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cramjam
import psycopg


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A record to publish, byte for byte. ``part``: the input partition it came from, whose owner publishes it."""

    part: int
    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


_TAKE: Final = """
select id, part, topic, key, value, headers from outbox where part = any(%(parts)s)
 order by id limit %(limit)s for update
"""


_FRAME: Final = b"\x28\xb5\x2f\xfd"
"""What zstd begins with. Values of an earlier version are as they were."""


async def put_in_outbox(connection: psycopg.AsyncConnection[Any], rows: Sequence[OutboxRow]) -> None:
    """Within the caller's transaction."""
    if not rows:
        return
    statement = "copy outbox (part, topic, key, value, headers) from stdin"
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row((row.part, row.topic, row.key, _compressed(row.value), _packed(row.headers)))


async def take_from_outbox(
    connection: psycopg.AsyncConnection[Any], parts: Sequence[int], limit: int = 500
) -> dict[int, OutboxRow]:
    """The oldest rows of these partitions by id, locked until the caller's transaction ends."""
    rows = await (await connection.execute(_TAKE, {"parts": list(parts), "limit": limit})).fetchall()
    return {
        id: OutboxRow(part, topic, key, _expanded(value), _unpacked(headers))
        for id, part, topic, key, value, headers in rows
    }


async def drop_from_outbox(connection: psycopg.AsyncConnection[Any], ids: Sequence[int]) -> None:
    """They are published."""
    await connection.execute("delete from outbox where id = any(%s)", (list(ids),))


def _compressed(value: bytes | None) -> bytes | None:
    """A tenth of the work that it costs the database to compress it, and to take it apart again."""
    return None if value is None else bytes(cramjam.zstd.compress(value, level=1))


def _expanded(value: bytes | None) -> bytes | None:
    return bytes(cramjam.zstd.decompress(value)) if value and value.startswith(_FRAME) else value


def _packed(headers: tuple[tuple[str, bytes | None], ...]) -> str:
    return json.dumps([[name, None if value is None else b64encode(value).decode()] for name, value in headers])


def _unpacked(headers: Sequence[tuple[str, str | None]]) -> tuple[tuple[str, bytes | None], ...]:
    return tuple((name, None if value is None else b64decode(value)) for name, value in headers)
