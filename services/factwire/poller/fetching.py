"""One GET at a time: judged addresses, few redirects, bounded size and time, whatever the other side does."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import urljoin, urlsplit

import httpx

from factwire import __version__
from factwire.errors import InvalidInput, TransientError
from factwire.poller.settings import PollerSettings
from factwire.runtime.web.addresses import PublicOnly, RefusedAddress

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, application/json;q=0.8, text/xml;q=0.9, */*;q=0.1"
)
"""What is asked for where a site has a page and a feed at one address."""
Permit: TypeAlias = Callable[[str], Awaitable[None]]
_MOVED: Final = frozenset({301, 308})
_REDIRECTS: Final = _MOVED | {302, 303, 307}
_ENCODINGS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 47}


@dataclass(frozen=True, slots=True)
class Fetched:
    """``url``: where the body came from; ``moved_to``: where only permanent redirects led, if any did."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    moved_to: str | None = None


class TooLarge(InvalidInput):
    """More than is taken; nothing of it is."""


@asynccontextmanager
async def open_client(settings: PollerSettings) -> AsyncIterator[httpx.AsyncClient]:
    """A client that goes to public addresses, and to those networks that are allowed. No connection outlives its
    answer: two hosts behind one address must not share one.
    """
    limits = httpx.Limits(max_keepalive_connections=0, max_connections=settings.poller_visits * 2)
    judged = PublicOnly(httpx.AsyncHTTPTransport(limits=limits), allowed=settings.allowed_networks)
    agent = f"factwire/{__version__} (feed reader{f'; {settings.poller_contact}' if settings.poller_contact else ''})"
    async with httpx.AsyncClient(
        transport=judged,
        headers={"user-agent": agent, "accept-encoding": "gzip, deflate"},
        timeout=settings.poller_timeout,
        follow_redirects=False,
        trust_env=False,
    ) as client:
        yield client


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    *,
    most_bytes: int,
    within: float,
    redirects: int,
    headers: Mapping[str, str] | None = None,
    permit: Permit | None = None,
) -> Fetched:
    """The answer at the end of the redirects; ``permit`` is asked before each address.

    Raises :class:`InvalidInput` for what must not or cannot be fetched, and :class:`TransientError` for what may be
    better another time.
    """
    try:
        async with asyncio.timeout(within):
            return await _follow(client, url, most_bytes, redirects, headers or {}, permit)
    except RefusedAddress as fault:
        raise InvalidInput(f"{fault}; if it is yours, name its network in FACTWIRE_POLLER_ALLOWED_NETWORKS") from fault
    except TimeoutError as fault:
        raise TransientError(f"no whole answer within {within:g} s") from fault
    except (httpx.InvalidURL, ValueError) as fault:
        raise InvalidInput(f"the address cannot be read: {fault}") from fault
    except zlib.error as fault:
        raise TransientError(f"the compressed answer is damaged: {fault}") from fault
    except (httpx.HTTPError, OSError) as fault:
        raise TransientError(f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__) from fault


async def _follow(
    client: httpx.AsyncClient,
    url: str,
    most_bytes: int,
    redirects: int,
    headers: Mapping[str, str],
    permit: Permit | None,
) -> Fetched:
    moved_to, permanent = None, True
    for _ in range(redirects + 1):
        require_web_address(url)
        if permit is not None:
            await permit(url)
        answer = await _get(client, url, most_bytes, headers)
        target = answer.headers.get("location")
        if answer.status not in _REDIRECTS or not target:
            return Fetched(answer.status, url, answer.headers, answer.body, moved_to)
        url, permanent = urljoin(url, target), permanent and answer.status in _MOVED
        moved_to = url if permanent else moved_to
    raise InvalidInput(f"more than {redirects} redirects")


def require_web_address(url: str) -> str:
    """The host. Raises :class:`InvalidInput` unless it is an http or https address without a password in it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        raise InvalidInput(f"{url[:200]} is no address: {fault}") from fault
    if parts.scheme not in {"http", "https"} or not host:
        raise InvalidInput(f"{url[:200]} is no http or https address")
    if parts.username or parts.password:
        raise InvalidInput("the address holds a user or a password; it would be in every log")
    return host


async def _get(client: httpx.AsyncClient, url: str, most_bytes: int, headers: Mapping[str, str]) -> Fetched:
    async with client.stream("GET", url, headers=dict(headers)) as answer:
        body = b"" if answer.status_code in _REDIRECTS else await _bounded(answer, most_bytes)
        return Fetched(answer.status_code, url, {k.lower(): v for k, v in answer.headers.items()}, body)


async def _bounded(answer: httpx.Response, most: int) -> bytes:
    """The whole body, unpacked. Unpacked here and not by the client: a bomb must be stopped before it has grown, and a
    packed body that breaks off must not pass for a whole one.
    """
    window = _window(answer.headers.get("content-encoding", ""))
    unpacker = zlib.decompressobj(window) if window else None
    body, received = bytearray(), 0
    async for piece in answer.aiter_raw():
        body += unpacker.decompress(piece, most + 1 - len(body)) if unpacker else piece
        received += len(piece)
        if len(body) > most:
            raise TooLarge(f"larger than {most} bytes")
        if unpacker and unpacker.eof:
            break  # what follows its end is no part of it, and may have none itself
    if unpacker and received and not unpacker.eof:
        raise TransientError("the compressed answer breaks off")
    return bytes(body)


def _window(encoding: str) -> int:
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return 0
    if name not in _ENCODINGS:
        raise InvalidInput(f"the answer is packed as {encoding[:40]}, which was not asked for")
    return _ENCODINGS[name]
