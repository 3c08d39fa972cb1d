"""WebSub (W3C Recommendation, 2018): asking a hub to push, answering its question, judging what it pushes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeAlias

from factwire.errors import InvalidInput, TransientError
from factwire.runtime.logs import get_logger
from factwire.storage.feeds import FeedRow

LEASE: Final = timedelta(days=7)
RENEW_BEFORE: Final = timedelta(days=1)
_METHODS: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
Post: TypeAlias = Callable[[str, Mapping[str, str]], Awaitable[int]]
log = get_logger(__name__)


class HubMemory(Protocol):
    async def set_hub(self, feed_id: int, **columns: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Subscriber:
    """``public_url``: where hubs reach us; ``post`` sends a form within the poller's limits and gives the status."""

    memory: HubMemory
    post: Post
    public_url: str
    clock: Callable[[], datetime]

    def wants(self, feed: FeedRow) -> bool:
        """Whether its hub offers to push and has not promised to, or not for much longer."""
        return bool(feed.hub and feed.topic) and (feed.hub_until or self.clock()) <= self.clock() + RENEW_BEFORE

    async def subscribe(self, feed: FeedRow) -> None:
        """Asks the hub. It answers by calling back; one that refuses is asked again at the next visit."""
        secret = feed.hub_secret or secrets.token_hex(32)
        await self.memory.set_hub(feed.feed_id, hub_secret=secret)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": feed.topic or "",
            "hub.callback": f"{self.public_url.rstrip('/')}{callback_path(feed.feed_id, secret)}",
            "hub.secret": secret,
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
        }
        try:
            status = await self.post(feed.hub or "", form)
        except (InvalidInput, TransientError) as fault:
            log.warning("hub not reached", url=feed.url, hub=feed.hub, reason=str(fault))
            return
        log.info("hub asked", url=feed.url, hub=feed.hub, status=status)

    async def confirm(self, feed: FeedRow, mode: str, topic: str, lease_seconds: str) -> bool:
        """Whether we meant that subscription (section 5.3); a denial ends it."""
        if mode == "denied":
            await self.memory.set_hub(feed.feed_id, hub_until=None)
            return True
        if mode != "subscribe" or topic != feed.topic:
            return False
        seconds = int(lease_seconds[:9]) if lease_seconds.isdecimal() else LEASE.total_seconds()
        await self.memory.set_hub(feed.feed_id, hub_until=self.clock() + timedelta(seconds=seconds))
        return True


def callback_path(feed_id: int, secret: str) -> str:
    """Nobody but the hub knows it; the secret itself is not in it."""
    return f"/websub/{feed_id}/{_callback_token(secret)}"


def is_callback_of(token: str, secret: str) -> bool:
    """Whether an address with that token is the one that was given to the hub."""
    return hmac.compare_digest(token.encode("utf-8", "replace"), _callback_token(secret).encode())


def _callback_token(secret: str) -> str:
    return hmac.new(secret.encode(), b"callback", hashlib.sha256).hexdigest()[:32]


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether the body has the hub's signature: ``X-Hub-Signature: method=hex`` (section 7)."""
    method, _, given = (signature or "").partition("=")
    digest = _METHODS.get(method.lower())
    if digest is None:
        return False
    expected = hmac.new(secret.encode(), body, digest).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode("utf-8", "replace"))
