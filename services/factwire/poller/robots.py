"""robots.txt of each host, asked once a day (RFC 9309): absent means allowed, unreachable means not now."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from protego import Protego

from factwire.errors import InvalidInput, TransientError
from factwire.poller.fetching import Fetched, TooLarge

Get: TypeAlias = Callable[[str], Awaitable[Fetched]]
AGENT: Final = "factwire"
LARGEST: Final = 512 * 1024
"""Bytes; RFC 9309 asks for at least 500 KiB."""
_KEPT: Final = 24 * 3600.0
_MOST_HOSTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Rules:
    read_at: float
    rules: Protego


class Robots:
    """``get`` fetches one address within the poller's limits."""

    def __init__(self, get: Get, clock: Callable[[], float] = time.monotonic) -> None:
        self._get = get
        self._clock = clock
        self._known: dict[str, _Rules] = {}

    async def require(self, url: str) -> None:
        """Raises :class:`InvalidInput` if the host does not want us there, :class:`TransientError` if it cannot say."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._known.get(origin)
        if known is None or self._clock() - known.read_at > _KEPT:
            known = _Rules(self._clock(), await self._read(f"{origin}/robots.txt"))
            if len(self._known) >= _MOST_HOSTS:
                self._known.clear()
            self._known[origin] = known
        if not known.rules.can_fetch(url, AGENT):
            raise InvalidInput(f"robots.txt of {parts.netloc} does not allow it")

    async def _read(self, url: str) -> Protego:
        try:
            answer = await self._get(url)
        except TooLarge:
            return Protego.parse("")
        if answer.status >= 500 or answer.status == 429:
            raise TransientError(f"{url} answers {answer.status}: whether we may come is not known")
        return Protego.parse(answer.body.decode("utf-8", "replace") if answer.status == 200 else "")
