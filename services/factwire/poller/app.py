"""Wires the poller: settings in; visits by several at once, hubs that call, and health out."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Final
from uuid import uuid4

import httpx

from factwire.errors import FencedError, TransientError
from factwire.poller.fetching import ACCEPT, Fetched, Permit, fetch, open_client, require_web_address
from factwire.poller.handler import Poller
from factwire.poller.memory import FeedMemory
from factwire.poller.politeness import Pauses
from factwire.poller.robots import LARGEST, Robots
from factwire.poller.routes import hub_routes
from factwire.poller.settings import PollerSettings
from factwire.poller.websub import Subscriber
from factwire.runtime import metrics
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger
from factwire.runtime.web.probes import Check
from factwire.runtime.web.problems import COMMON
from factwire.runtime.web.service import make_app, serve
from factwire.storage.feeds import FeedRow
from factwire.storage.migrate import require_current
from factwire.streaming.raw_log import RawLog

ABOUT: Final = "Fetches feeds. Hubs call here (WebSub); feeds are added with `factwire feeds add`."
IDLE: Final = 1.0
"""Seconds between two looks at what is due."""
CONDITIONS: Final = ("active", "failing", "paused", "gone")
log = get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Fetching:
    """The poller's limits around a client: robots.txt first, then one bounded GET."""

    def __init__(self, client: httpx.AsyncClient, settings: PollerSettings) -> None:
        self._client = client
        self._settings = settings
        self._robots = (
            Robots(partial(self._bounded, most_bytes=LARGEST, headers={})) if settings.poller_robots else None
        )

    async def feed(self, url: str, headers: Mapping[str, str]) -> Fetched:
        asked = {"accept": ACCEPT, **headers}
        return await self._polite(url, asked, self._settings.poller_max_feed_bytes)

    async def page(self, url: str, headers: Mapping[str, str]) -> Fetched:
        return await self._polite(url, headers, self._settings.poller_max_page_bytes)

    async def post(self, url: str, form: Mapping[str, str]) -> int:
        """Sends a form to a hub. Raises :class:`TransientError`."""
        require_web_address(url)
        try:
            async with asyncio.timeout(self._settings.poller_timeout):
                async with self._client.stream("POST", url, data=dict(form)) as answer:
                    return answer.status_code
        except (httpx.HTTPError, OSError, TimeoutError) as fault:
            raise TransientError(f"{url}: {fault!r}") from fault

    async def _polite(self, url: str, headers: Mapping[str, str], most_bytes: int) -> Fetched:
        permit = self._robots.require if self._robots else None
        return await self._bounded(url, most_bytes=most_bytes, headers=headers, permit=permit)

    async def _bounded(
        self, url: str, *, most_bytes: int, headers: Mapping[str, str], permit: Permit | None = None
    ) -> Fetched:
        settings = self._settings
        return await fetch(
            self._client,
            url,
            most_bytes=most_bytes,
            within=settings.poller_timeout,
            redirects=settings.poller_redirects,
            headers=headers,
            permit=permit,
        )


class Rounds:
    """One process's share of the visits."""

    def __init__(self, poller: Poller, memory: FeedMemory, subscriber: Subscriber | None, most: int) -> None:
        self._poller = poller
        self._memory = memory
        self._subscriber = subscriber
        self._most = most
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``; a database that is away is waited for. Looks again when a visit ends: its host is free."""
        stopped = asyncio.create_task(stop.wait(), name="stop")
        while not stop.is_set():
            try:
                await self._claim()
            except TransientError as fault:
                log.warning("no feeds to be had", reason=str(fault))
            await asyncio.wait({stopped, *self._running}, timeout=IDLE, return_when=asyncio.FIRST_COMPLETED)
        await stopped

    async def drain(self, seconds: float) -> None:
        """Lets visits in hand end; those that take longer are cut off, and their feeds come back with their lease."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def take(self, feed: FeedRow, body: bytes) -> None:
        """What a hub pushed: read at once, or fetched at the next look where somebody has the feed."""
        claimed = await self._memory.claim_one(feed.feed_id)
        if claimed is None:
            await self._memory.make_due(feed.feed_id)
            return
        await self._guarded(claimed, self._poller.take(claimed, body))

    async def _claim(self) -> None:
        counts = await self._memory.conditions()
        for condition in CONDITIONS:
            metrics.FEEDS.labels(condition).set(counts.get(condition, 0))
        free = self._most - len(self._running)
        for feed in await self._memory.claim_due(free) if free > 0 else []:
            task = asyncio.create_task(self._visit(feed), name=f"visit {feed.url}")
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A fault of ours is told; its feed comes back when the lease has ended."""
        self._running.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            metrics.FEED_POLLS.labels("fault").inc()
            log.error("visit broke", visit=task.get_name(), exc_info=fault)

    async def _visit(self, feed: FeedRow) -> None:
        await self._guarded(feed, self._poller.visit(feed))
        if self._subscriber is None:
            return
        after = await self._memory.find(feed.feed_id)
        if after is not None and self._subscriber.wants(after):
            await self._subscriber.subscribe(after)

    async def _guarded(self, feed: FeedRow, visit: Awaitable[str]) -> None:
        """A visit whose end cannot be written down is made again when its lease has ended."""
        try:
            await visit
        except FencedError as fault:
            metrics.FEED_POLLS.labels("fenced").inc()
            log.warning("visit came too late", url=feed.url, reason=str(fault))
        except TransientError as fault:
            log.warning("visit not finished", url=feed.url, reason=str(fault))


async def run_poller(settings: PollerSettings, stop: asyncio.Event) -> None:
    """Polls until ``stop`` is set. Where broker or database are away it waits, and goes on by itself."""
    health = Health("poller", settings.loop_stall_timeout)
    owner = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:6]}"
    memory, raw = FeedMemory(settings, owner, settings.poller_lease), RawLog(settings)
    app = make_app("factwire poller", ABOUT, health, COMMON, {})
    async with open_client(settings) as client:
        fetching = Fetching(client, settings)
        subscriber = make_subscriber(settings, memory, fetching)
        rounds = Rounds(make_poller(settings, memory, raw, fetching), memory, subscriber, settings.poller_visits)
        if subscriber is not None:
            app.include_router(hub_routes(memory.find, rounds.take, subscriber, settings.poller_max_feed_bytes))
        checks: dict[str, Check] = {
            "broker": raw.check,
            "database": partial(asyncio.to_thread, require_current, settings),
        }
        visiting = asyncio.create_task(rounds.run(stop), name="rounds")
        visiting.add_done_callback(lambda _: stop.set())  # a fault of ours in it stops the poller, and is raised below
        try:
            await serve(app, settings, health, checks, stop)
        finally:
            stop.set()
            await asyncio.wait([visiting])
            await rounds.drain(settings.drain_timeout)
            await raw.close()
            await memory.close()
        visiting.result()


def make_poller(settings: PollerSettings, memory: FeedMemory, raw: RawLog, fetching: Fetching) -> Poller:
    return Poller(
        memory=memory,
        log=raw,
        get=fetching.feed,
        get_page=fetching.page,
        pauses=Pauses(settings.poller_first_pause, settings.poller_least_pause, settings.poller_most_pause, Random()),
        moved_after=settings.poller_moved_after,
        clock=utc_now,
    )


def make_subscriber(settings: PollerSettings, memory: FeedMemory, fetching: Fetching) -> Subscriber | None:
    """None without an address at which hubs can reach us."""
    if not settings.poller_public_url:
        return None
    return Subscriber(memory, fetching.post, settings.poller_public_url, utc_now)
