"""The gateway's addresses: reads requests within their limits, hands them to the handler, picks the status."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic.json_schema import models_json_schema

from factwire.events.raw_article import RawArticle
from factwire.events.topics import RAW
from factwire.gateway import handler
from factwire.gateway.handler import Gateway, ItemResult, Receipt
from factwire.gateway.intake import (
    EMPTY,
    JSON,
    MEDIA_TYPE,
    NDJSON,
    NOT_JSON,
    Item,
    read_items,
    read_named_item,
    unsupported,
)
from factwire.runtime.logs import get_logger
from factwire.runtime.metrics import INGESTED, REJECTED
from factwire.runtime.tracing import Trace, read_traceparent, sending
from factwire.runtime.web.problems import COMMON, INVALID, Problem, ProblemType, described

log = get_logger(__name__)
TOO_LARGE: Final = ProblemType(
    handler.TOO_LARGE, 413, "The request is too large", "Split the batch, or shorten the article."
)
PROBLEMS: Final = (*COMMON, NOT_JSON, EMPTY, MEDIA_TYPE, TOO_LARGE)
ArticleIdPath = Annotated[str, Path(min_length=1, max_length=200, description="The producer's stable id.")]
Revision = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Withdraw from this revision on.")]

PUSHED: Final = {"$ref": "#/components/schemas/RawArticle"}
BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        JSON: {
            "schema": {"anyOf": [PUSHED, {"type": "array", "minItems": 1, "items": PUSHED}]},
            "example": {"title": "Acme to cut jobs", "body": "Acme will cut 1,200 jobs, it said on Friday."},
        },
        NDJSON: {"schema": {"type": "string", "description": "one article a line"}},
    },
}
ONE_BODY: Final[dict[str, Any]] = {"required": True, "content": {JSON: {"schema": PUSHED}}}


def make_router(gateway: Gateway, max_body_bytes: int) -> APIRouter:
    router = APIRouter(tags=["Articles"])
    failures = described(400, 413, 415, 422, 503)

    @router.post(
        "/v1/articles",
        status_code=202,
        summary="Push one article, an array of them, or one a line.",
        response_description="Every item was accepted",
        response_model_exclude_defaults=True,
        responses={207: {"model": Receipt, "description": "Some items were rejected: see their errors"}, **failures},
        openapi_extra={"requestBody": BODY},
    )
    async def push(request: Request, response: Response) -> Receipt:
        """202 once the broker has acknowledged every record. `received_at` is set by us; an `article_id` that is
        missing is derived from the canonical URL, else from the text. Sending the same again does no harm."""
        content = await read_within(request, max_body_bytes)
        items = read_items(content, request.headers.get("content-type", ""))
        receipt = await accept(gateway, items, request)
        return conclude(receipt, response)

    @router.put(
        "/v1/articles/{article_id:path}",
        status_code=202,
        summary="Push one article under this id.",
        response_description="It was accepted",
        response_model_exclude_defaults=True,
        responses=failures,
        openapi_extra={"requestBody": ONE_BODY},
    )
    async def put(article_id: ArticleIdPath, request: Request, response: Response) -> Receipt:
        """Replaces lower revisions. An `article_id` in the body must be the same as in the address."""
        content = await read_within(request, max_body_bytes)
        item = read_named_item(content, request.headers.get("content-type", ""), article_id)
        receipt = await accept(gateway, [item], request)
        return conclude(receipt, response)

    @router.delete(
        "/v1/articles/{article_id:path}",
        status_code=202,
        summary="Withdraw an article.",
        response_description="The withdrawal was accepted",
        response_model_exclude_defaults=True,
        responses=described(422, 503),
    )
    async def withdraw(article_id: ArticleIdPath, request: Request, revision: Revision = None) -> ItemResult:
        """Hides the article and its claims everywhere downstream. With `revision`, a higher one may bring it back."""
        with sending(RAW.name, callers_trace(request)) as traceparent:
            result = await gateway.withdraw(article_id, revision, traceparent)
        INGESTED.labels("http").inc()
        _log_received([result], traceparent)
        return result

    return router


async def read_within(request: Request, limit: int) -> bytes:
    """The body; more than ``limit`` bytes end the request before they are held in memory."""
    if (coding := request.headers.get("content-encoding", "identity")) != "identity":
        raise unsupported(f"content-encoding is {coding}")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise Problem(TOO_LARGE, f"more than {limit} bytes", headers={"connection": "close"})
        parts.append(part)
    return b"".join(parts)


def conclude(receipt: Receipt, response: Response) -> Receipt:
    """202 if all went in, 207 if some did; a problem if none did, with every item's faults under its own pointer."""
    INGESTED.labels("http").inc(receipt.accepted)
    REJECTED.labels("http").inc(receipt.rejected)
    if not receipt.accepted:
        raise _refusal(receipt.results)
    if receipt.rejected:
        response.status_code = 207
    return receipt


async def accept(gateway: Gateway, items: Sequence[Item], request: Request) -> Receipt:
    """Hands the items to the log in the caller's trace, or in a new one, which their records carry on."""
    with sending(RAW.name, callers_trace(request), len(items)) as traceparent:
        receipt = await gateway.accept(items, traceparent)
    _log_received(receipt.results, traceparent)
    return receipt


def callers_trace(request: Request) -> Trace | None:
    return read_traceparent(request.headers.get("traceparent"))


def _log_received(results: Sequence[ItemResult], traceparent: str) -> None:
    if log.is_enabled_for(logging.DEBUG):
        trace = read_traceparent(traceparent)
        for result in results:
            log.debug(
                "article received",
                article_id=result.article_id,
                status=result.status,
                trace_id=trace.trace_id if trace else None,
            )


def article_schemas() -> dict[str, Any]:
    """RawArticle and what it refers to, as a producer may send it: without an id, it gets one."""
    template = "#/components/schemas/{model}"
    _, document = models_json_schema([(RawArticle, "validation")], ref_template=template)
    schemas: dict[str, Any] = document["$defs"]
    del schemas["RawArticle"]["required"]
    return schemas


def _refusal(results: Sequence[ItemResult]) -> Problem:
    """JSON pointers of a lone item start at it, those of several at the body."""
    alone = len(results) == 1
    faults = [
        fault if alone else fault.model_copy(update={"pointer": f"/{result.index}{fault.pointer}"})
        for result in results
        for fault in result.errors
    ]
    too_large = all(fault.code == handler.TOO_LARGE for fault in faults)
    detail = faults[0].detail if alone else f"none of {len(results)} articles could be accepted"
    return Problem(TOO_LARGE if too_large else INVALID, detail, errors=faults)
