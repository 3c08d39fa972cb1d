"""Errors over HTTP: every error body is ``application/problem+json`` (RFC 9457), its ``type`` a place in ``/docs``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from factwire.errors import TransientError
from factwire.runtime.logs import get_logger
from factwire.runtime.web.patterns import MEANT

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 5
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of error: ``code`` is its anchor in ``/docs``, ``remedy`` says what the caller should do."""

    code: str
    status: int
    title: str
    remedy: str


INVALID: Final = ProblemType(
    "invalid-request", 422, "The request breaks the contract", "Correct what errors[] points at and send again."
)
NOT_FOUND: Final = ProblemType("not-found", 404, "There is nothing here", "Check the address; /docs lists them all.")
UNAVAILABLE: Final = ProblemType(
    "unavailable", 503, "Something this service needs is away", "Send the same request again after Retry-After seconds."
)
INTERNAL: Final = ProblemType(
    "internal", 500, "The fault is ours", "Send again later; if it stays, report the time and the path."
)
COMMON: Final = (INVALID, NOT_FOUND, UNAVAILABLE, INTERNAL)


class Fault(BaseModel):
    """One fault, and where it is."""

    pointer: str
    """JSON pointer into what was sent, or the name of a parameter after ``#``."""
    detail: str
    code: str = "invalid"
    """invalid, or what else is the matter: too-large, repeated."""


class ProblemDocument(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[Fault] = []


class Problem(Exception):
    """Ends a request with a problem document."""

    def __init__(
        self,
        type: ProblemType,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.type: Final = type
        self.detail: Final = detail
        self.errors: Final = tuple(errors)
        self.headers: Final = dict(headers or {})

    def document(self, instance: str) -> dict[str, Any]:
        problem = ProblemDocument(
            type=f"/docs#{self.type.code}",
            title=self.type.title,
            status=self.type.status,
            detail=self.detail,
            instance=instance,
            errors=list(self.errors),
        )
        return problem.model_dump(exclude_defaults=True)


def answer_with_problems(app: FastAPI) -> None:
    """Every error of ``app``, the framework's own included, becomes a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(TransientError, _on_unavailable)
    app.add_exception_handler(Exception, _on_surprise)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may answer with these problems."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def _response(problem: Problem, request: Request) -> JSONResponse:
    body = problem.document(request.url.path)
    return JSONResponse(body, problem.type.status, headers=problem.headers, media_type=MEDIA_TYPE)


async def _on_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return _response(error, request)


async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    if error.status_code == NOT_FOUND.status:
        return _response(Problem(NOT_FOUND, f"no page or resource at {request.url.path}"), request)
    type = ProblemType(phrase.lower().replace(" ", "-"), error.status_code, phrase, "")
    return _response(Problem(type, str(error.detail), headers=error.headers), request)


async def _on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [Fault(pointer="#" + "/".join(map(str, e["loc"][1:])), detail=_said(e)) for e in error.errors()]
    return _response(Problem(INVALID, faults[0].detail, errors=faults), request)


def _said(error: Mapping[str, Any]) -> str:
    return MEANT.get(error.get("ctx", {}).get("pattern", ""), str(error["msg"]))


async def _on_unavailable(request: Request, error: Exception) -> JSONResponse:
    problem = Problem(UNAVAILABLE, str(error), headers={"retry-after": str(RETRY_AFTER_SECONDS)})
    return _response(problem, request)


async def _on_surprise(request: Request, error: Exception) -> JSONResponse:
    log.error("request failed", path=request.url.path, exc_info=error)
    return _response(Problem(INTERNAL, "the request could not be served; the log has the reason"), request)
