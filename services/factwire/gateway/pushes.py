"""One push, from its body to its answer: read within limits, handed to the log, counted, and told item by item."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from factwire.errors import TransientError
from factwire.events.topics import RAW
from factwire.formats.jsonld import read_jsonld
from factwire.gateway import handler
from factwire.gateway.bodies import TOO_LARGE, Hold, Room, decoded, read_within
from factwire.gateway.handler import Gateway, ItemResult, Receipt
from factwire.gateway.idempotency import Answer, Answers, key_of
from factwire.gateway.intake import (
    EMPTY,
    JSON,
    LD_JSON,
    NDJSON,
    Item,
    is_lines,
    media_type_of,
    read_foreign,
    read_items,
)
from factwire.gateway.lines import batches
from factwire.gateway.results import Results
from factwire.runtime.logs import get_logger
from factwire.runtime.metrics import INGESTED, REJECTED
from factwire.runtime.tracing import Trace, read_traceparent, sending
from factwire.runtime.web.keys import Caller, Keyring
from factwire.runtime.web.problems import INVALID, Problem

log = get_logger(__name__)


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


async def push(intake: Intake, request: Request, caller: Caller, idempotency_key: str | None) -> Response:
    """Every article of the body, and one result for each. With a key, the answer is kept and given again.

    Raises :class:`Problem` if nothing was accepted, :class:`TransientError` while the articles are safe nowhere.
    """
    if idempotency_key is None or intake.answers is None:
        return _respond(await _push(intake, request, request.stream()), request, caller)

    async def work(stream: AsyncIterator[bytes]) -> Answer:
        return _answer(await _push(intake, request, stream), request)

    key = key_of(idempotency_key, f"{caller.key_id}\x1f{request.headers.get('accept', '')}")
    answer = await intake.answers.once(key, request.stream(), work)
    return Response(answer.body, answer.status, caller.headers, answer.media_type)


async def push_one(intake: Intake, request: Request, read: Callable[[bytes], Item]) -> Receipt:
    """The one article of the body, as ``read`` finds it there. Raises as :func:`push` does."""
    with intake.room.hold() as hold:
        item = read(await intake.body(request, hold))
        return _conclude(await _accept(intake.gateway, [item], request))


async def withdraw(intake: Intake, request: Request, article_id: str, revision: int | None) -> ItemResult:
    with sending(RAW.name, _callers_trace(request)) as traceparent:
        result = await intake.gateway.withdraw(article_id, revision, traceparent)
    INGESTED.labels("http").inc()
    _log_received([result], traceparent)
    return result


async def _push(intake: Intake, request: Request, stream: AsyncIterator[bytes]) -> Results:
    lines = is_lines(request.headers.get("content-type", ""))
    return await (_push_lines if lines else _push_whole)(intake, request, stream)


async def _push_whole(intake: Intake, request: Request, stream: AsyncIterator[bytes]) -> Results:
    """One JSON value: all of it is read before anything is accepted."""
    with intake.room.hold() as hold:
        content = await intake.body(request, hold, stream)
        if media_type_of(request.headers.get("content-type", "")) == LD_JSON:
            items: Sequence[Item] = [read_foreign(content, read_jsonld)]
        else:
            items = read_items(content)
        receipt = _conclude(await _accept(intake.gateway, items, request))
        results = _open_results(request)
        results.add(receipt)
        return results


async def _push_lines(intake: Intake, request: Request, stream: AsyncIterator[bytes]) -> Results:
    """One article a line, batch by batch. What breaks off in the middle says how many items are dealt with already."""
    results = _open_results(request)
    try:
        await _take_batches(intake, request, stream, results)
        if not results.accepted:
            raise (
                _refusal(results.rejects, results.rejected) if results.rejected else Problem(EMPTY, "no article in it")
            )
    except BaseException:
        results.close()
        raise
    return results


async def _take_batches(intake: Intake, request: Request, stream: AsyncIterator[bytes], results: Results) -> None:
    with intake.room.hold() as hold:
        try:
            async for batch in batches(intake.pieces(request, stream), intake.max_body_bytes, hold):
                receipt = await _accept(intake.gateway, batch, request)
                _count(receipt)
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


def _conclude(receipt: Receipt) -> Receipt:
    """The receipt if anything went in; else a problem, with every item's faults under its own pointer."""
    _count(receipt)
    if not receipt.accepted:
        raise _refusal(receipt.results, receipt.rejected)
    return receipt


def _count(receipt: Receipt) -> None:
    INGESTED.labels("http").inc(receipt.accepted)
    REJECTED.labels("http").inc(receipt.rejected)


async def _accept(gateway: Gateway, items: Sequence[Item], request: Request) -> Receipt:
    """Hands the items to the log in the caller's trace, or in a new one, which their records carry on."""
    with sending(RAW.name, _callers_trace(request), len(items)) as traceparent:
        receipt = await gateway.accept(items, traceparent)
    _log_received(receipt.results, traceparent)
    return receipt


def _callers_trace(request: Request) -> Trace | None:
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


def _refusal(results: Sequence[ItemResult], rejected: int) -> Problem:
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
