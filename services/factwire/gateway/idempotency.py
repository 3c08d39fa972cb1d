"""``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header): the same request again gets the same answer.

Kept for a day in a SQLite file beside the spool, so that it outlives the process. It spares a client the doubt; what
keeps an article from coming twice is its own id and revision, with or without a key, also at another gateway.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from factwire.errors import ConfigurationError, Unavailable
from factwire.runtime.web.problems import Problem, ProblemType

KEPT_SECONDS: Final = 24 * 3600
MOST_ANSWER_BYTES: Final = 16 * 1024 * 1024
T = TypeVar("T")

IN_PROGRESS: Final = ProblemType(
    "request-in-progress",
    409,
    "The first request with this Idempotency-Key is still being worked on",
    "Ask again after Retry-After seconds.",
)
KEY_REUSED: Final = ProblemType(
    "idempotency-key-reused", 422, "The Idempotency-Key was used for another request", "Take a new key for it."
)
KEY_MALFORMED: Final = ProblemType(
    "idempotency-key-malformed", 400, "The Idempotency-Key cannot be read", "Send 1 to 255 printable ASCII characters."
)
IDEMPOTENCY_PROBLEMS: Final = (IN_PROGRESS, KEY_REUSED, KEY_MALFORMED)

_SCHEMA: Final = """
create table if not exists answers (
  key text primary key, at real not null, fingerprint blob, status integer, media_type text, body blob
) without rowid;
create index if not exists answers_at on answers (at);
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, whole."""

    status: int
    media_type: str
    body: bytes


@dataclass
class Fingerprint:
    """Passes a body on and digests it by the way."""

    _digest: Any = field(default_factory=hashlib.sha256)

    async def of(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for content in stream:
            self._digest.update(content)
            yield content

    @property
    def value(self) -> bytes:
        return bytes(self._digest.digest())


Work: TypeAlias = Callable[[AsyncIterator[bytes]], Awaitable[Answer]]


class Answers:
    """``now`` tells seconds since 1970. One process has the file: what runs is known here, what ended stands in it."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._now = now
        self._running: set[str] = set()
        self._lock = asyncio.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._database.execute("pragma journal_mode = wal")
            self._database.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as fault:
            raise ConfigurationError(f"FACTWIRE_GATEWAY_SPOOL_DIR: {path} cannot be used ({fault})") from fault

    async def once(self, key: str, stream: AsyncIterator[bytes], work: Work) -> Answer:
        """The answer of ``work``, or the one kept for the same body. Only answers below 500 are kept: not failures.

        Raises :class:`Problem` while the first request runs, and for another body under the same key.
        """
        if key in self._running:
            raise Problem(IN_PROGRESS, "it is not answered yet", headers={"retry-after": "2"})
        self._running.add(key)
        fingerprint = Fingerprint()
        try:
            if kept := await self._find(key):
                return await _replay(kept, fingerprint, stream)
            answer = await work(fingerprint.of(stream))
            if len(answer.body) <= MOST_ANSWER_BYTES:
                await self._keep(key, fingerprint.value, answer)
            return answer
        finally:
            self._running.discard(key)

    def close(self) -> None:
        self._database.close()

    async def _find(self, key: str) -> tuple[bytes, Answer] | None:
        def ask() -> tuple[bytes, Answer] | None:
            self._database.execute("delete from answers where at < ?", (self._now() - KEPT_SECONDS,))
            query = "select fingerprint, status, media_type, body from answers where key = ?"
            row = self._database.execute(query, (key,)).fetchone()
            return (row[0], Answer(*row[1:])) if row else None

        return await self._ask(ask)

    async def _keep(self, key: str, fingerprint: bytes, answer: Answer) -> None:
        def put() -> None:
            row = (key, self._now(), fingerprint, answer.status, answer.media_type, answer.body)
            self._database.execute("insert or replace into answers values (?, ?, ?, ?, ?, ?)", row)

        await self._ask(put)

    async def _ask(self, ask: Callable[[], T]) -> T:
        async with self._lock:
            try:
                return await asyncio.to_thread(ask)
            except sqlite3.Error as fault:
                raise Unavailable(f"the answers kept for Idempotency-Key cannot be reached: {fault}") from fault


def key_of(header: str, scope: str) -> str:
    """The key as it is kept: callers and addresses have theirs apart. A quoted one is as good as a bare one."""
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Problem(KEY_MALFORMED, f"it has {len(key)} characters, or some that are not printable ASCII")
    return f"{scope}\x1f{key}"


async def _replay(kept: tuple[bytes, Answer], fingerprint: Fingerprint, stream: AsyncIterator[bytes]) -> Answer:
    async for _ in fingerprint.of(stream):
        continue
    first, answer = kept
    if fingerprint.value != first:
        raise Problem(KEY_REUSED, "its body differs from that of the first request")
    return answer
