"""``/v1/stream``: articles as they are stored, as server-sent events that a reader can take up again.

Source: WHATWG HTML, "Server-sent events": an event's ``id`` comes back as ``Last-Event-ID`` when the reader reconnects.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import StreamingResponse

from factwire.console.api.parameters import Kind, Word, refused
from factwire.console.reading import Reading, Told
from factwire.errors import TransientError
from factwire.runtime.logs import get_logger
from factwire.runtime.web.problems import UNAVAILABLE, Problem, described
from factwire.storage.changes import BEGINNING, Position

POLL: Final = 0.5
"""Seconds between two looks at the change log."""
HEARTBEAT: Final = 15.0
"""Seconds of silence after which a comment is sent, so that no proxy takes the connection for dead."""
BATCH: Final = 50
MEDIA_TYPE: Final = "text/event-stream"
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}
_CONTENT: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}}
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StreamFilter:
    """Which articles are wanted. Of a withdrawn one only the source is known: it is told to all who asked for that."""

    entity_id: str | None = None
    source_id: str | None = None
    kind: str | None = None

    def takes(self, told: Told) -> bool:
        if self.source_id is not None and told.change.source_id != self.source_id:
            return False
        article = told.article
        if article is None:
            return told.change.kind == "withdrawn"
        mentioned = self.entity_id is None or any(e.entity_id == self.entity_id for e in article.entities)
        return mentioned and (self.kind is None or any(claim.kind == self.kind for claim in article.claims))


class Streams:
    """The streams of one console, and how many there may be."""

    def __init__(self, reading: Reading, most: int, stopping: Callable[[], bool]) -> None:
        self._reading = reading
        self._most = most
        self._stopping = stopping
        self._open = 0

    def admit(self) -> None:
        """Ends the request with a problem where there are too many already."""
        if self._open >= self._most:
            detail = f"{self._open} streams are open, and no more are allowed here; try again, or ask another console"
            raise Problem(UNAVAILABLE, detail, headers={"retry-after": "30"})

    async def follow(self, wanted: StreamFilter, after: Position, *, wait: bool) -> AsyncIterator[bytes]:
        """Events after a place; without ``wait`` it ends where the log does. A database that goes away ends it too:
        the reader comes back with ``Last-Event-ID``.
        """
        self._open += 1
        try:
            yield b"retry: 3000\n\n"
            async for event in self._events(wanted, after, wait=wait):
                yield event
        except TransientError as fault:
            log.warning("stream ends", reason=str(fault))
        finally:
            self._open -= 1

    async def _events(self, wanted: StreamFilter, after: Position, *, wait: bool) -> AsyncIterator[bytes]:
        quiet = 0.0
        if after != BEGINNING and await self._reading.forgotten(after):
            yield _event("gap", after, {"detail": "older changes are no longer kept: read /v1/articles, then follow"})
        while not self._stopping():
            told = await self._reading.changes(after, limit=BATCH)
            for one in told:
                after = one.change.at
                if one.shown and wanted.takes(one):
                    quiet = 0.0
                    yield _article_event(one)
            if len(told) == BATCH:
                continue
            if not wait:
                return
            await asyncio.sleep(POLL)
            quiet += POLL
            if quiet >= HEARTBEAT:
                quiet = 0.0
                yield b": still here\n\n"


def add_stream(router: APIRouter, reading: Reading, streams: Streams) -> None:
    @router.get(
        "/stream",
        summary="Articles as they are stored.",
        response_description="Server-sent events",
        response_class=StreamingResponse,
        responses={**_CONTENT, **described(422, 503)},
    )
    async def stream(
        wanted: Annotated[StreamFilter, Depends(stream_filter)],
        last_event_id: Annotated[str | None, Header(max_length=50, description="Goes on after this event.")] = None,
        since: Annotated[
            Literal["now", "beginning"],
            Query(description="Without Last-Event-ID: from now on, or all that is still kept (a week by default)."),
        ] = "now",
        wait: Annotated[bool, Query(description="false: end where the log ends instead of waiting for more.")] = True,
    ) -> StreamingResponse:
        """`event: article` has the article as `/v1/articles/{id}` gives it, each time it is stored anew;
        `event: withdrawn` its id, and so has an article that was erased. `event: gap`: changes were missed. Articles
        under embargo come when it ends. At least once, in the order of storing; of states in quick succession the last.
        """
        streams.admit()
        after = await _begin(reading, last_event_id, since)
        return StreamingResponse(streams.follow(wanted, after, wait=wait), media_type=MEDIA_TYPE, headers=_HEADERS)


def stream_filter(
    entity: Annotated[Word, Query(description="Id of an entity that the article mentions.")] = None,
    source: Annotated[Word, Query(description="Id of the outlet.")] = None,
    kind: Annotated[Kind | None, Query(description="The article has a claim of this kind.")] = None,
) -> StreamFilter:
    return StreamFilter(entity, source, kind)


async def _begin(reading: Reading, last_event_id: str | None, since: str) -> Position:
    if last_event_id:
        try:
            return Position.parse(last_event_id)
        except ValueError as error:
            raise refused("Last-Event-ID", "Last-Event-ID is not an id that this stream gave out") from error
    return BEGINNING if since == "beginning" else await reading.last_change()


def _article_event(told: Told) -> bytes:
    change = told.change
    if told.article is None:
        body = {"article_id": change.article_id, "revision": change.revision, "ce_id": change.event_id}
        return _event("withdrawn", change.at, body)
    return _event("article", change.at, {"ce_id": change.event_id, **told.article.model_dump(mode="json")})


def _event(name: str, at: Position, body: dict[str, Any]) -> bytes:
    return f"event: {name}\nid: {at}\ndata: ".encode() + orjson.dumps(body) + b"\n\n"
