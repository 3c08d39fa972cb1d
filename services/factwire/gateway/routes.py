"""The gateway's addresses: who may call them, what they take, and how they are described in ``/docs``."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic.json_schema import models_json_schema

from factwire.events.raw_article import RawArticle
from factwire.formats.ninjs import read_ninjs
from factwire.gateway import pushes
from factwire.gateway.bodies import BODY_PROBLEMS
from factwire.gateway.handler import ItemResult, Receipt
from factwire.gateway.idempotency import IDEMPOTENCY_PROBLEMS
from factwire.gateway.intake import (
    EMPTY,
    JSON,
    LD_JSON,
    MEDIA_TYPE,
    NDJSON,
    NOT_JSON,
    media_type_of,
    read_foreign,
    read_named_item,
    unsupported,
)
from factwire.gateway.pushes import Intake
from factwire.runtime.access import INGEST
from factwire.runtime.web.keys import KEY_PROBLEMS, Caller, require
from factwire.runtime.web.problems import COMMON, described

PROBLEMS: Final = (*COMMON, NOT_JSON, EMPTY, MEDIA_TYPE, *BODY_PROBLEMS, *IDEMPOTENCY_PROBLEMS, *KEY_PROBLEMS)
FAILURES: Final = described(400, 401, 403, 413, 415, 422, 429, 503)
ArticleIdPath = Annotated[str, Path(min_length=1, max_length=200, description="The producer's stable id.")]
Revision = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Withdraw from this revision on.")]
IdempotencyKey = Annotated[
    str | None, Header(description="Yours, new for each request: sent again with it, the same answer comes, for a day.")
]
Coding = Annotated[str, Header(description="gzip, zstd, deflate, or nothing.")]

PUSHED: Final = {"$ref": "#/components/schemas/RawArticle"}
BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        JSON: {
            "schema": {"anyOf": [PUSHED, {"type": "array", "minItems": 1, "items": PUSHED}]},
            "example": {"title": "Acme to cut jobs", "body": "Acme will cut 1,200 jobs, it said on Friday."},
        },
        NDJSON: {"schema": {"type": "string", "description": "one article a line, as many as you like"}},
        LD_JSON: {"schema": {"type": "object", "description": "one schema.org NewsArticle"}},
    },
}
ONE_BODY: Final[dict[str, Any]] = {"required": True, "content": {JSON: {"schema": PUSHED}}}
NINJS_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {JSON: {"schema": {"type": "object", "description": "one item of IPTC ninjs, 1.x to 3.x"}}},
}


def make_router(intake: Intake) -> APIRouter:
    """The addresses. A caller needs a key with the scope ``ingest`` where keys are asked for."""
    router = APIRouter(tags=["Articles"])
    authorized = require(intake.keyring, INGEST)
    _add_push(router, intake, authorized)
    _add_push_ninjs(router, intake, authorized)
    _add_put(router, intake, authorized)
    _add_withdraw(router, intake, authorized)
    return router


def _add_push(router: APIRouter, intake: Intake, authorized: Any) -> None:
    @router.post(
        "/v1/articles",
        status_code=202,
        summary="Push one article, an array of them, or one a line.",
        response_description="Every item was accepted",
        responses={
            202: {"model": Receipt, "content": {NDJSON: {"schema": {"type": "string"}}}},
            207: {"model": Receipt, "description": "Some items were rejected: see their errors"},
            **described(409),
            **FAILURES,
        },
        openapi_extra={"requestBody": BODY},
    )
    async def push(
        request: Request,
        caller: Caller = authorized,
        idempotency_key: IdempotencyKey = None,
        content_encoding: Coding = "",
    ) -> Response:
        """202 once every record is safe: acknowledged by the broker, or, while that is away, on the gateway's disk.
        `received_at` is set by us; an `article_id` that is missing is derived from the canonical URL, else from the
        text. Sending the same again does no harm. One article a line is read as it arrives, without an end; with
        `Accept: application/x-ndjson` the results come one a line too, and the totals last. With
        `Prefer: return=minimal` only what was rejected is listed."""
        return await pushes.push(intake, request, caller, idempotency_key)


def _add_push_ninjs(router: APIRouter, intake: Intake, authorized: Any) -> None:
    @router.post(
        "/v1/ninjs",
        status_code=202,
        summary="Push one item of IPTC ninjs, 1.x to 3.x.",
        response_description="It was accepted",
        response_model_exclude_defaults=True,
        responses=FAILURES,
        openapi_extra={"requestBody": NINJS_BODY},
    )
    async def push_ninjs(request: Request, caller: Caller = authorized, content_encoding: Coding = "") -> Receipt:
        """Mapped to an article: docs/ingest.md says how. Pointers in errors point into the item as you sent it."""
        if media_type_of(request.headers.get("content-type", "")) != JSON:
            raise unsupported("an item of ninjs is JSON")
        return await pushes.push_one(intake, request, partial(read_foreign, read=read_ninjs))


def _add_put(router: APIRouter, intake: Intake, authorized: Any) -> None:
    @router.put(
        "/v1/articles/{article_id:path}",
        status_code=202,
        summary="Push one article under this id.",
        response_description="It was accepted",
        response_model_exclude_defaults=True,
        responses={**FAILURES, **described(404)},
        openapi_extra={"requestBody": ONE_BODY},
    )
    async def put(
        article_id: ArticleIdPath,
        request: Request,
        caller: Caller = authorized,
        content_encoding: Coding = "",
    ) -> Receipt:
        """Replaces lower revisions. An `article_id` in the body must be the same as in the address."""
        kind = request.headers.get("content-type", "")
        return await pushes.push_one(
            intake, request, partial(read_named_item, content_type=kind, article_id=article_id)
        )


def _add_withdraw(router: APIRouter, intake: Intake, authorized: Any) -> None:
    @router.delete(
        "/v1/articles/{article_id:path}",
        status_code=202,
        summary="Withdraw an article.",
        response_description="The withdrawal was accepted",
        response_model_exclude_defaults=True,
        responses=described(401, 403, 404, 422, 429, 503),
    )
    async def withdraw(
        article_id: ArticleIdPath, request: Request, caller: Caller = authorized, revision: Revision = None
    ) -> ItemResult:
        """Hides the article and its claims everywhere downstream. With `revision`, a higher one may bring it back."""
        return await pushes.withdraw(intake, request, article_id, revision)


def article_schemas() -> dict[str, Any]:
    """RawArticle and what it refers to, as a producer may send it: without an id, it gets one."""
    template = "#/components/schemas/{model}"
    _, document = models_json_schema([(RawArticle, "validation")], ref_template=template)
    schemas: dict[str, Any] = document["$defs"]
    del schemas["RawArticle"]["required"]
    return schemas
