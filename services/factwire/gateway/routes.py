"""The gateway's addresses: who may, how much at once, which reader, and the status of the answer."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic.json_schema import models_json_schema

from factwire.errors import TransientError
from factwire.events.raw_article import RawArticle
from factwire.events.topics import RAW
from factwire.formats.jsonld import read_jsonld
from factwire.formats.ninjs import read_ninjs
from factwire.gateway import handler
from factwire.gateway.bodies import BODY_PROBLEMS, TOO_LARGE, Hold, Room, decoded, read_within
from factwire.gateway.handler import Gateway, ItemResult, Receipt
from factwire.gateway.idempotency import IDEMPOTENCY_PROBLEMS, Answer, Answers, key_of
from factwire.gateway.intake import (
    EMPTY,
    JSON,
    LD_JSON,
    MEDIA_TYPE,
    NDJSON,
    NOT_JSON,
    Item,
    is_lines,
    media_type_of,
    read_foreign,
    read_items,
    read_named_item,
    unsupported,
)
from factwire.gateway.lines import batches
from factwire.gateway.results import Results
from factwire.runtime.access import INGEST
from factwire.runtime.logs import get_logger
from factwire.runtime.metrics import INGESTED, REJECTED
from factwire.runtime.tracing import Trace, read_traceparent, sending
from factwire.runtime.web.keys import KEY_PROBLEMS, Caller, Keyring, require
from factwire.runtime.web.problems import COMMON, INVALID, Problem, described

log = get_logger(__name__)
PROBLEMS: Final = (*COMMON, NOT_JSON, EMPTY, MEDIA_TYPE, *BODY_PROBLEMS, *IDEMPOTENCY_PROBLEMS, *KEY_PROBLEMS)
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


@dataclass(frozen=True, slots=True)
class Intake:
    """What every address works with. ``answers`` None: an Idempotency-Key is taken and changes nothing."""

    gateway: Gateway
    keyring: Keyring
    room: Room
    max_body_bytes: int
    answers: Answers | None = None

    async def body(self, request: Request, hold: Hold, stream: AsyncIterator[bytes] | None = None) -> bytes:
        return await read_within(self.pieces(request, stream), self.max_body_bytes, hold)

    def pieces(self, request: Request, stream: AsyncIterator[bytes] | None = None) -> AsyncIterator[bytes]:
        """The body as it arrives, decompressed."""
        return decoded(stream or request.stream(), request.headers.get("content-encoding", ""))


def make_router(intake: Intake) -> APIRouter:
    """The addresses. A caller needs a key with the scope ``ingest`` where keys are asked for."""
    router = APIRouter(tags=["Articles"])
    failures = described(400, 401, 403, 413, 415, 422, 429, 503)
    authorized = require(intake.keyring, INGEST)

    @router.post(
        "/v1/articles",
        status_code=202,
        summary="Push one article, an array of them, or one a line.",
        response_description="Every item was accepted",
        responses={
            202: {"model": Receipt, "content": {NDJSON: {"schema": {"type": "string"}}}},
            207: {"model": Receipt, "description": "Some items were rejected: see their errors"},
            **described(409),
            **failures,
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
        lines = is_lines(request.headers.get("content-type", ""))
        push_body = _push_lines if lines else _push_whole
        if idempotency_key is None or intake.answers is None:
            results = await push_body(intake, request, request.stream())
            return _respond(results, request, caller)

        async def work(stream: AsyncIterator[bytes]) -> Answer:
            return _answer(await push_body(intake, request, stream), request)

        key = key_of(idempotency_key, f"{caller.key_id}\x1f{request.headers.get('accept', '')}")
        answer = await intake.answers.once(key, request.stream(), work)
        return Response(answer.body, answer.status, caller.headers, answer.media_type)

    @router.post(
        "/v1/ninjs",
        status_code=202,
        summary="Push one item of IPTC ninjs, 1.x to 3.x.",
        response_description="It was accepted",
        response_model_exclude_defaults=True,
        responses=failures,
        openapi_extra={"requestBody": NINJS_BODY},
    )
    async def push_ninjs(request: Request, caller: Caller = authorized, content_encoding: Coding = "") -> Receipt:
        """Mapped to an article: docs/ingest.md says how. Pointers in errors point into the item as you sent it."""
        if media_type_of(request.headers.get("content-type", "")) != JSON:
            raise unsupported("an item of ninjs is JSON")
        with intake.room.hold() as hold:
            item = read_foreign(await intake.body(request, hold), read_ninjs)
            return conclude(await accept(intake.gateway, [item], request))

    @router.put(
        "/v1/articles/{article_id:path}",
        status_code=202,
        summary="Push one article under this id.",
        response_description="It was accepted",
        response_model_exclude_defaults=True,
        responses={**failures, **described(404)},
        openapi_extra={"requestBody": ONE_BODY},
    )
    async def put(
        article_id: ArticleIdPath,
        request: Request,
        caller: Caller = authorized,
        content_encoding: Coding = "",
    ) -> Receipt:
        """Replaces lower revisions. An `article_id` in the body must be the same as in the address."""
        with intake.room.hold() as hold:
            content = await intake.body(request, hold)
            item = read_named_item(content, request.headers.get("content-type", ""), article_id)
            return conclude(await accept(intake.gateway, [item], request))

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
        with sending(RAW.name, callers_trace(request)) as traceparent:
            result = await intake.gateway.withdraw(article_id, revision, traceparent)
        INGESTED.labels("http").inc()
        _log_received([result], traceparent)
        return result

    return router


async def _push_whole(intake: Intake, request: Request, stream: AsyncIterator[bytes]) -> Results:
    """One JSON value: all of it is read before anything is accepted."""
    with intake.room.hold() as hold:
        content = await intake.body(request, hold, stream)
        if media_type_of(request.headers.get("content-type", "")) == LD_JSON:
            items: Sequence[Item] = [read_foreign(content, read_jsonld)]
        else:
            items = read_items(content)
        receipt = conclude(await accept(intake.gateway, items, request))
        results = _open_results(request)
        results.add(receipt)
        return results


async def _push_lines(intake: Intake, request: Request, stream: AsyncIterator[bytes]) -> Results:
    """One article a line, batch by batch. What breaks off in the middle says how many items are dealt with already."""
    results = _open_results(request)
    try:
        await _take_batches(intake, request, stream, results)
        if not results.accepted:
            raise refusal(results.rejects, results.rejected) if results.rejected else Problem(EMPTY, "no article in it")
    except BaseException:
        results.close()
        raise
    return results


async def _take_batches(intake: Intake, request: Request, stream: AsyncIterator[bytes], results: Results) -> None:
    with intake.room.hold() as hold:
        try:
            async for batch in batches(intake.pieces(request, stream), intake.max_body_bytes, hold):
                receipt = await accept(intake.gateway, batch, request)
                count(receipt)
                results.add(receipt)
        except (Problem, TransientError) as fault:
            raise _broken_off(fault, results) from fault


def _open_results(request: Request) -> Results:
    return Results(minimal="return=minimal" in request.headers.get("prefer", "").replace(" ", "").lower())


def _broken_off(fault: Problem | TransientError, results: Results) -> Exception:
    """The same fault; it tells what of the body is in already, if anything is."""
    dealt_with = results.accepted + results.rejected
    if not dealt_with:
        return fault
    told = f"{results.accepted} of the first {dealt_with} items are accepted and stay so; send the rest again"
    if isinstance(fault, Problem):
        return Problem(fault.type, f"{fault.detail}; {told}", headers=fault.headers)
    return type(fault)(f"{fault}; {told}")


def _shape(results: Results, request: Request) -> tuple[int, str, Callable[[], Iterator[bytes]]]:
    """Status, media type and body. Lines for who asks for lines, else one receipt."""
    status = 207 if results.rejected else 202
    if NDJSON in request.headers.get("accept", ""):
        return status, NDJSON, results.as_lines
    return status, JSON, results.as_receipt


def _respond(results: Results, request: Request, caller: Caller) -> Response:
    status, media_type, body = _shape(results, request)
    return StreamingResponse(_closing(results, body()), status, caller.headers, media_type)


def _closing(results: Results, body: Iterator[bytes]) -> Iterator[bytes]:
    with closing(results):
        yield from body


def _answer(results: Results, request: Request) -> Answer:
    status, media_type, body = _shape(results, request)
    return Answer(status, media_type, b"".join(_closing(results, body())))


def conclude(receipt: Receipt) -> Receipt:
    """The receipt if anything went in; else a problem, with every item's faults under its own pointer."""
    count(receipt)
    if not receipt.accepted:
        raise refusal(receipt.results, receipt.rejected)
    return receipt


def count(receipt: Receipt) -> None:
    INGESTED.labels("http").inc(receipt.accepted)
    REJECTED.labels("http").inc(receipt.rejected)


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


def refusal(results: Sequence[ItemResult], rejected: int) -> Problem:
    """JSON pointers of a lone item start at it, those of several at the body."""
    alone = rejected == 1
    faults = [
        fault if alone else fault.model_copy(update={"pointer": f"/{result.index}{fault.pointer}"})
        for result in results
        for fault in result.errors
    ]
    too_large = all(fault.code == handler.TOO_LARGE for fault in faults)
    detail = faults[0].detail if alone else f"none of {rejected} articles could be accepted"
    return Problem(TOO_LARGE if too_large else INVALID, detail, errors=faults)
