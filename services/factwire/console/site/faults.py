"""What went wrong, as a page for people; programs get the problem document that they always get."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from factwire.console.addresses import address
from factwire.console.site.frame import PageFault, SignInNeeded, Site
from factwire.errors import FactwireError, TransientError
from factwire.runtime.web.problems import Problem

Handler: TypeAlias = Callable[[Request, Any], Response | Awaitable[Response]]


def answer_with_pages(app: FastAPI, site: Site) -> None:
    """Lays pages over the problem documents that ``app`` answers with already."""
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(PageFault, _page(site))
    for kind in (HTTPException, RequestValidationError, Problem, TransientError):
        app.add_exception_handler(kind, _page_or(app.exception_handlers[kind], site))


def wants_page(request: Request) -> bool:
    return not request.url.path.startswith("/v1/") and "text/html" in request.headers.get("accept", "")


async def _sign_in(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, SignInNeeded)
    return RedirectResponse(address("/sign-in", next=fault.path), 303)


def _page(site: Site) -> Handler:
    async def show(request: Request, fault: Exception) -> Response:
        status, title, detail = told(fault)
        visitor = site.known(request) or site.sessions.stranger()
        return site.show(request, visitor, "fault.html", status=status, title=title, detail=detail)

    return show


def _page_or(document: Handler, site: Site) -> Handler:
    page = _page(site)

    async def answer(request: Request, fault: Exception) -> Response:
        answered = (page if wants_page(request) else document)(request, fault)
        return await answered if isawaitable(answered) else answered

    return answer


def told(fault: Exception) -> tuple[int, str, str]:
    """Status, title and what to do."""
    match fault:
        case PageFault():
            return fault.status, fault.title, fault.detail
        case HTTPException(status_code=404):
            return 404, "Nothing here", "There is no such page."
        case HTTPException():
            return fault.status_code, "This cannot be done", str(fault.detail)
        case Problem():
            return fault.type.status, fault.type.title, fault.detail
        case RequestValidationError():
            return 422, "This address is not one of ours", str(fault.errors()[0]["msg"])
        case FactwireError():
            return 503, "Something is away", f"{fault}. It goes on by itself: load the page again in a moment."
    return 500, "The fault is ours", "The log has the reason."
