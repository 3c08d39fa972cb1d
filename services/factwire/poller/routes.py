"""Where hubs call: their question before they push, and what they push."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Path, Query, Request, Response

from factwire.poller.websub import Subscriber, is_callback_of, is_signed
from factwire.runtime.logs import get_logger
from factwire.storage.feeds import FeedRow

Find: TypeAlias = Callable[[int], Awaitable[FeedRow | None]]
Take: TypeAlias = Callable[[FeedRow, bytes], Awaitable[None]]
FeedId: TypeAlias = Annotated[int, Path(ge=1, le=2**63 - 1)]
log = get_logger(__name__)


def hub_routes(find: Find, take: Take, subscriber: Subscriber, most_bytes: int) -> APIRouter:
    """``find`` looks a feed up; ``take`` is given what its hub has pushed."""
    calls = HubCalls(find, take, subscriber, most_bytes)
    router = APIRouter(prefix="/websub", tags=["websub"], default_response_class=Response)
    router.get("/{feed_id}/{token}", summary="A hub asks whether we meant to subscribe")(calls.verify)
    router.post("/{feed_id}/{token}", summary="A hub pushes a feed", status_code=202)(calls.push)
    return router


@dataclass(frozen=True, slots=True)
class HubCalls:
    """Both calls are told from others by the token in their address, which nobody but the hub knows."""

    find: Find
    take: Take
    subscriber: Subscriber
    most_bytes: int

    async def verify(
        self,
        feed_id: FeedId,
        token: str,
        mode: Annotated[str, Query(alias="hub.mode")],
        topic: Annotated[str, Query(alias="hub.topic")] = "",
        challenge: Annotated[str, Query(alias="hub.challenge", max_length=1000)] = "",
        lease: Annotated[str, Query(alias="hub.lease_seconds")] = "",
    ) -> Response:
        feed = await self._known(feed_id, token)
        if feed is None or not await self.subscriber.confirm(feed, mode, topic, lease):
            return Response(status_code=404)
        return Response(challenge, media_type="text/plain")

    async def push(self, feed_id: FeedId, token: str, request: Request) -> Response:
        feed = await self._known(feed_id, token)
        if feed is None:
            return Response(status_code=404)
        body = await _read_within(request, self.most_bytes)
        if body is None:
            return Response(status_code=413)
        if is_signed(body, _signature(request), feed.hub_secret or ""):
            await self.take(feed, body)
        else:
            log.warning("push not signed by the hub, ignored", url=feed.url)
        return Response(status_code=202)

    async def _known(self, feed_id: int, token: str) -> FeedRow | None:
        feed = await self.find(feed_id)
        return feed if feed and feed.hub_secret and is_callback_of(token, feed.hub_secret) else None


async def _read_within(request: Request, most_bytes: int) -> bytes | None:
    """The body; None if it is larger, of which nothing more is read."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most_bytes:
            return None
    return bytes(body)


def _signature(request: Request) -> str | None:
    """``method=hex``: some hubs send SHA-256 in a header of its own, with or without its name."""
    given = request.headers.get("x-hub-signature-256")
    return f"sha256={given.removeprefix('sha256=')}" if given else request.headers.get("x-hub-signature")
