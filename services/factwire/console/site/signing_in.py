"""Signing in with an API key, and out again. The key itself is never kept: the cookie says whose it is."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from limits import parse

from factwire.console.api.parameters import Word
from factwire.console.site.frame import COOKIE, Site, see_other
from factwire.runtime.logs import get_logger

ATTEMPTS: Final = parse("10/minute")
log = get_logger(__name__)


def add_routes(router: APIRouter, site: Site) -> None:
    @router.get("/sign-in")
    async def sign_in(request: Request, next: Word = None) -> HTMLResponse:
        visitor = await site.visitor(request)
        is_open = await site.door.is_open()
        return site.show(request, visitor, "sign_in.html", next=inside(next), refused=False, is_open=is_open)

    @router.post("/sign-in")
    async def signed_in(request: Request) -> Response:
        site.allow(ATTEMPTS, request)
        visitor = await site.visitor(request)
        fields = await site.form(request, visitor)
        holder = await site.door.identify(fields.get("key", "").strip())
        if holder is None or not holder.roles:
            log.warning("sign-in refused", audit=True, address=request.client.host if request.client else None)
            return site.show(
                request,
                visitor,
                "sign_in.html",
                status=403,
                next=inside(fields.get("next")),
                refused=True,
                is_open=False,
            )
        log.info("signed in", audit=True, by=holder.name, key_id=holder.key_id)
        answer = see_other(inside(fields.get("next")))
        site.remember(request, answer, site.sessions.signed_in(holder.key_id or "", holder.name or "", holder.roles))
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request) -> RedirectResponse:
        visitor = await site.visitor(request)
        await site.form(request, visitor)
        log.info("signed out", audit=True, by=visitor.name, key_id=visitor.key_id)
        answer = see_other("/sign-in")
        answer.delete_cookie(COOKIE)
        return answer


def inside(path: str | None) -> str:
    """A path of ours to go on to: never another site's, however it is spelt."""
    plain = path is not None and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and path else "/"
