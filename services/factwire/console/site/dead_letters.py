"""*Dead letters*: what could not be processed and why; sending it again and deleting it, each asked for twice.

Whoever may operate sends and deletes; every such act leaves a line in the log.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from factwire.console.addresses import address
from factwire.console.api.parameters import Word
from factwire.console.desk import DeadLetterDesk, Letter, Survey
from factwire.console.sessions import Visitor
from factwire.console.site.frame import PageFault, Site, see_other
from factwire.errors import InvalidInput
from factwire.runtime.access import OPERATE
from factwire.runtime.logs import get_logger
from factwire.runtime.metrics import DEAD_REASONS

Topic = Annotated[Literal["raw", "enriched"], Query()]
Done = Annotated[int | None, Query(ge=0)]
LIST: Final = "/dead-letters"
PAGE_LENGTH: Final = 100
MOST_REASONS: Final = 20
log = get_logger(__name__)


def add_routes(router: APIRouter, site: Site) -> None:
    if site.desk is not None:
        add_reading(router, site, site.desk)
        add_acts(router, site, site.desk)


def add_reading(router: APIRouter, site: Site, desk: DeadLetterDesk) -> None:
    @router.get(LIST)
    async def letters(
        request: Request,
        topic: Topic = "raw",
        match: Word = None,
        all: bool = False,
        sent: Done = None,
        gone: Done = None,
    ) -> HTMLResponse:
        visitor = await site.reader(request)
        survey = await desk.survey(topic, replayed=all, match=match or None, limit=PAGE_LENGTH)
        asked: dict[str, Any] = {"topic": topic, "match": match or "", "all": all, "sent": sent, "gone": gone}
        values = asked | listing(survey, topic, match, all)
        return site.show(request, visitor, "dead_letters.html", here="dead", operates=visitor.may(OPERATE), **values)

    @router.get(f"{LIST}/one")
    async def letter(request: Request, place: Annotated[str, Query(max_length=60)], sent: Done = None) -> HTMLResponse:
        visitor = await site.reader(request)
        found = await opened(desk, place)
        values: dict[str, Any] = {
            "letter": found,
            "value": indented(found.value),
            "means": DEAD_REASONS.get(found.stage, ""),
        }
        return site.show(
            request, visitor, "dead_letter.html", here="dead", operates=visitor.may(OPERATE), sent=sent, **values
        )

    @router.get(f"{LIST}/confirm")
    async def confirm(
        request: Request, act: Literal["replay", "purge"], topic: Topic = "raw", match: Word = None, all: bool = False
    ) -> HTMLResponse:
        """Says what is about to happen, to how many; its button does it."""
        visitor = await site.operator(request)
        every = await desk.survey(topic, replayed=True, match=match or None, limit=PAGE_LENGTH)
        waiting = await desk.survey(topic, replayed=False, match=match or None, limit=PAGE_LENGTH)
        values: dict[str, Any] = {
            "act": act,
            "topic": topic,
            "match": match or "",
            "all": all,
            "count": doomed(every, waiting, act, match, all),
            "exact": not every.unread,
        }
        return site.show(request, visitor, "dead_letters_confirm.html", here="dead", **values)


def listing(survey: Survey, topic: str, match: str | None, all: bool) -> dict[str, Any]:
    """The letters, why they died, and where each row and each button leads."""
    reasons = [
        {"stage": stage, "means": DEAD_REASONS.get(stage, ""), "reason": reason, "count": count,
         "address": address(LIST, topic=topic, match=reason, all=all)}
        for stage, reason, count in survey.reasons[:MOST_REASONS]
    ]  # fmt: skip
    acts = {act: address(f"{LIST}/confirm", act=act, topic=topic, match=match, all=all) for act in ("replay", "purge")}
    rows = [{"letter": letter, "address": show_address(letter)} for letter in survey.newest]
    return {"total": survey.total, "unread": survey.unread, "reasons": reasons, "rows": rows, **acts}


def add_acts(router: APIRouter, site: Site, desk: DeadLetterDesk) -> None:
    async def asked(request: Request) -> tuple[Visitor, dict[str, str]]:
        visitor = await site.operator(request)
        fields = await site.form(request, visitor)
        if "topic" in fields and fields["topic"] not in ("raw", "enriched"):
            raise PageFault(422, "No such topic", "Dead letters are of the topic raw or enriched.")
        return visitor, fields

    @router.post(f"{LIST}/replay")
    async def replay(request: Request) -> RedirectResponse:
        visitor, fields = await asked(request)
        match, again = fields.get("match") or None, fields.get("all") == "yes"
        sent = await desk.replay(fields.get("topic", "raw"), match=match, again=again)
        note("dead letters replayed", visitor, fields, sent=sent)
        return see_other(address(LIST, topic=fields.get("topic", "raw"), sent=sent))

    @router.post(f"{LIST}/purge")
    async def purge(request: Request) -> RedirectResponse:
        visitor, fields = await asked(request)
        if fields.get("sure") != "yes":
            raise PageFault(422, "Not confirmed", "Tick the box that says you are sure; nothing was deleted.")
        gone = await desk.purge(fields.get("topic", "raw"), everything=fields.get("all") == "yes")
        note("dead letters purged", visitor, fields, deleted=gone)
        return see_other(address(LIST, topic=fields.get("topic", "raw"), gone=gone))

    @router.post(f"{LIST}/replay-one")
    async def replay_one(request: Request) -> RedirectResponse:
        visitor, fields = await asked(request)
        place = fields.get("place", "")
        try:
            await desk.replay_one(place)
        except InvalidInput as fault:
            raise PageFault(404, "No such dead letter", str(fault)) from fault
        note("dead letter replayed", visitor, fields, place=place)
        return see_other(address(f"{LIST}/one", place=place, sent=1))


def doomed(every: Survey, waiting: Survey, act: str, match: str | None, all: bool) -> int:
    """How many an act is about. Those that were not looked at count too, unless only some of them match."""
    kept, left = ((one.total if match else one.total + one.unread) for one in (every, waiting))
    if all:
        return kept
    return left if act == "replay" else kept - left


async def opened(desk: DeadLetterDesk, place: str) -> Letter:
    try:
        return await desk.show(place)
    except InvalidInput as fault:
        raise PageFault(404, "No such dead letter", str(fault)) from fault


def show_address(letter: Letter) -> str:
    return address(f"{LIST}/one", place=letter.place)


def indented(value: str | None) -> str | None:
    """JSON in lines that a person can read; anything else as it is."""
    try:
        parsed: Any = json.loads(value or "")
    except ValueError:
        return value
    return json.dumps(parsed, indent=1, ensure_ascii=False)


def note(what: str, visitor: Visitor, fields: dict[str, str], **outcome: object) -> None:
    """The audit line: who, what, how many."""
    chosen = {name: fields[name] for name in ("topic", "match", "all") if fields.get(name)}
    log.warning(
        what, audit=True, by=visitor.name or "whoever is at this machine", key_id=visitor.key_id, **chosen, **outcome
    )
