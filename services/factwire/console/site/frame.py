"""What every page stands in: who looks at it, what it is rendered with, and the forms that change something."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from factwire.console.desk import DeadLetterDesk
from factwire.console.overview import Overview
from factwire.console.reading import Reading
from factwire.console.sessions import Sessions, Visitor
from factwire.console.watch import Watch
from factwire.events.enriched_article import EnrichedArticle
from factwire.runtime.access import OPERATE, READ

COOKIE: Final = "factwire_session"
LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
FORM_BYTES: Final = 400_000
"""Of a form: the longest text to try, as a browser encodes it."""
UNCACHED: Final = {"cache-control": "no-store"}
"""A page belongs to who asked for it, and a withdrawn article must not come back out of a cache."""
Trial: TypeAlias = Callable[[str, date | None, str | None], Awaitable[EnrichedArticle]]
"""Text, day of publication, outlet's country → what is found. Raises :class:`factwire.errors.FactwireError`."""


class Keyholder(Protocol):
    """Whoever an API key belongs to."""

    @property
    def key_id(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def roles(self) -> frozenset[str]: ...


class Door(Protocol):
    """Who may come in."""

    async def is_open(self) -> bool:
        """Whether nobody is asked for a key."""
        ...

    async def identify(self, key: str) -> Keyholder | None: ...

    async def still_holds(self, key_id: str) -> bool:
        """False once the key has been revoked."""
        ...


class PageFault(Exception):
    """Ends a request with a page that says what is the matter and where to go on."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status: Final = status
        self.title: Final = title
        self.detail: Final = detail


class SignInNeeded(Exception):
    """Nobody may look without a key; ``path`` is where to go after signing in."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path: Final = path


@dataclass(frozen=True, slots=True)
class Site:
    """Everything the pages lean on. Without ``desk`` or ``trial`` there is no such page."""

    reading: Reading
    pages: Environment
    sessions: Sessions
    door: Door
    watch: Watch
    desk: DeadLetterDesk | None = None
    trial: Trial | None = None
    limiter: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    @property
    def overview(self) -> Overview:
        return Overview(self.reading)

    async def visitor(self, request: Request) -> Visitor:
        """Whoever looks, with what they may do now: a revoked key opens nothing, whatever its cookie says."""
        known = self.known(request)
        if known is not None and known.key_id is not None and await self.door.still_holds(known.key_id):
            return known
        plain = self.sessions.stranger() if known is None or known.key_id else known
        return replace(plain, roles=await self._open_to(request))

    def known(self, request: Request) -> Visitor | None:
        """Whoever the cookie says it is, with what they could do then."""
        return self.sessions.open(request.cookies.get(COOKIE))

    async def _open_to(self, request: Request) -> frozenset[str]:
        """What may be done without a key: where none is asked for, all from this machine, and looking from others."""
        if not await self.door.is_open():
            return frozenset()
        here = request.client is not None and request.client.host in LOOPBACK
        return frozenset({READ, OPERATE} if here else {READ})

    async def reader(self, request: Request) -> Visitor:
        """Raises :class:`SignInNeeded`."""
        visitor = await self.visitor(request)
        if not visitor.may(READ):
            raise SignInNeeded(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        return visitor

    async def operator(self, request: Request) -> Visitor:
        """Raises :class:`SignInNeeded`, or :class:`PageFault` for a reader."""
        visitor = await self.reader(request)
        if not visitor.may(OPERATE):
            raise PageFault(
                403, "For operators", "This needs the role operate: sign in with a key that has the scope operate."
            )
        return visitor

    def show(
        self, request: Request, visitor: Visitor, template: str, *, here: str = "", status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page. Its forms carry the visitor's token; with it, if it is no fault, comes the cookie they need."""
        frame = {
            "visitor": visitor,
            "token": self.sessions.token(visitor),
            "here": here,
            "status": status,
            "query": "",
            "desk": self.desk is not None,
            "trial": self.trial is not None,
        }
        page = HTMLResponse(self.pages.get_template(template).render(frame | values), status, headers=UNCACHED)
        if status == 200 and self.known(request) != visitor:
            self.remember(request, page, visitor)
        return page

    def remember(self, request: Request, response: Response, visitor: Visitor) -> None:
        """Sets the visitor's cookie: unreadable for scripts, not sent along from other sites' forms."""
        response.set_cookie(
            COOKIE,
            self.sessions.seal(visitor),
            max_age=max(0, visitor.until - int(self.sessions.clock())),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )

    async def form(self, request: Request, visitor: Visitor) -> dict[str, str]:
        """The fields of a form that this very site has sent to this visitor. Raises :class:`PageFault`."""
        if not _from_here(request):
            raise PageFault(403, "Not from here", "This form was sent from another site; nothing was done.")
        fields = await _fields(request)
        if not self.sessions.holds(fields.get("token", ""), visitor):
            raise PageFault(403, "This form is too old", "Go back, load the page again, and repeat; nothing was done.")
        return fields

    def allow(self, limit: RateLimitItem, request: Request) -> None:
        """Counts this request by its address. Raises :class:`PageFault` above the limit."""
        address = request.client.host if request.client else "?"
        if not self.limiter.hit(limit, address):
            wait = max(1, round(self.limiter.get_window_stats(limit, address).reset_time - time.time()))
            raise PageFault(429, "Too often", f"There is a limit of {limit}; try again in {wait} seconds.")


def see_other(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303)


def _from_here(request: Request) -> bool:
    """What browsers say of where a form comes from; whoever says nothing must still know the token."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host")
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


async def _fields(request: Request) -> dict[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise PageFault(413, "Too long", f"A form may have {FORM_BYTES:,} bytes; shorten the text.")
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50))
    except ValueError as fault:
        raise PageFault(422, "No form of ours", "It has more fields than any form here.") from fault
