"""A hub is known by the address it was given and believed by its signature, whatever else comes in there."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from factwire.poller.routes import hub_routes
from factwire.poller.websub import Subscriber, callback_path, is_callback_of, is_signed
from factwire.storage.feeds import FeedRow

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
SECRET = "s" * 64
FEED = FeedRow(
    feed_id=7, url="https://news.example/rss", title=None, whole=False, state="active", etag=None, last_modified=None,
    pause_seconds=None, next_poll_at=NOON, claim=1, failures=0, last_error=None, last_polled_at=None,
    last_success_at=None, moved_to=None, moved_count=0, published=0, hub="https://hub.example/",
    topic="https://news.example/rss", hub_secret=SECRET, hub_until=None,
)  # fmt: skip
ASKED = {"hub.mode": "subscribe", "hub.topic": FEED.topic or "", "hub.challenge": "c-1"}


@dataclass
class Hubs:
    """Remembers what was said of hubs, and what they pushed."""

    columns: dict[str, Any] = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)

    async def set_hub(self, feed_id: int, **columns: Any) -> None:
        self.columns |= columns

    async def find(self, feed_id: int) -> FeedRow | None:
        return FEED if feed_id == FEED.feed_id else None

    async def take(self, feed: FeedRow, body: bytes) -> None:
        self.taken.append(body)

    async def post(self, url: str, form: object) -> int:
        raise AssertionError("nobody subscribes here")

    def caller(self) -> httpx.AsyncClient:
        app = FastAPI()
        subscriber = Subscriber(self, self.post, "https://poller.example", lambda: NOON)
        app.include_router(hub_routes(self.find, self.take, subscriber, most_bytes=100))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://poller")


def signature(body: bytes, method: str = "sha256") -> str:
    return f"{method}={hmac.new(SECRET.encode(), body, method).hexdigest()}"


@pytest.mark.parametrize(
    ("lease", "seconds"), [("3600", 3600), ("", 7 * 86_400), ("soon", 7 * 86_400), ("9" * 5000, 999_999_999)]
)
async def test_a_subscription_lasts_as_long_as_the_hub_says(lease: str, seconds: int) -> None:
    hubs = Hubs()
    async with hubs.caller() as hub:
        answer = await hub.get(callback_path(7, SECRET), params={**ASKED, "hub.lease_seconds": lease})
    assert (answer.status_code, answer.text) == (200, "c-1")
    assert hubs.columns == {"hub_until": NOON + timedelta(seconds=seconds)}


async def test_a_denial_ends_the_subscription() -> None:
    hubs = Hubs()
    async with hubs.caller() as hub:
        assert (await hub.get(callback_path(7, SECRET), params={"hub.mode": "denied"})).status_code == 200
    assert hubs.columns == {"hub_until": None}


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        (callback_path(8, SECRET), ASKED, 404),
        (callback_path(7, "another"), ASKED, 404),
        ("/websub/7/%E2%82%AC", ASKED, 404),
        (f"/websub/{10**30}/x", ASKED, 422),
        ("/websub/0/x", ASKED, 422),
        (callback_path(7, SECRET), {**ASKED, "hub.topic": "https://other.example/"}, 404),
        (callback_path(7, SECRET), {**ASKED, "hub.mode": "unsubscribe"}, 404),
        (callback_path(7, SECRET), {}, 422),
    ],
)
async def test_who_does_not_know_what_the_hub_knows_learns_nothing(path: str, params: dict, status: int) -> None:
    hubs = Hubs()
    async with hubs.caller() as hub:
        assert (await hub.get(path, params=params)).status_code == status
    assert not hubs.columns


async def test_only_what_is_signed_and_within_the_limit_is_taken() -> None:
    hubs, path = Hubs(), callback_path(7, SECRET)
    async with hubs.caller() as hub:
        forged = await hub.post(path, content=b"<rss/>", headers={"x-hub-signature": signature(b"other")})
        assert (forged.status_code, hubs.taken) == (202, [])
        large = await hub.post(path, content=b"x" * 101, headers={"x-hub-signature": signature(b"x" * 101)})
        assert (large.status_code, hubs.taken) == (413, [])
        for header, value in (("x-hub-signature", signature(b"a", "sha1")), ("x-hub-signature-256", signature(b"a"))):
            assert (await hub.post(path, content=b"a", headers={header: value})).status_code == 202
    assert hubs.taken == [b"a", b"a"]


@given(st.binary(), st.text())
def test_any_text_may_pose_as_a_signature_or_a_token(body: bytes, said: str) -> None:
    assert not is_signed(body, f"sha256={said}", SECRET)
    assert not is_signed(body, said, SECRET)
    assert not is_callback_of(said, SECRET)
    assert is_signed(body, f" SHA256={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()} ".strip(), SECRET)
