"""*Try it*: a text of yours, marked as the article pages are, and the report to paste into an issue."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from limits import parse

from factwire.console.article_page import article_page
from factwire.console.report import report
from factwire.console.site.frame import PageFault, Site, Trial
from factwire.errors import FactwireError

LONGEST: Final = 50_000
TRIES: Final = parse("30/minute")
SAMPLE: Final = (
    "Acme Pumps said on Tuesday that its profit rose 18 percent to $4.1 billion in the third quarter. "
    "The company will cut about 1,200 jobs in Canada by the end of 2025, Chief Executive Ada Lindqvist told reporters."
)


def add_routes(router: APIRouter, site: Site) -> None:
    if site.trial is not None:
        add_trial(router, site, site.trial)


def add_trial(router: APIRouter, site: Site, trial: Trial) -> None:
    def blank() -> dict[str, Any]:
        today = site.reading.clock().date().isoformat()
        return {"text": "", "published": today, "country": "", "sample": SAMPLE, "longest": LONGEST, "fault": None}

    @router.get("/try")
    async def form(request: Request) -> HTMLResponse:
        visitor = await site.reader(request)
        return site.show(request, visitor, "try.html", here="try", page=None, report=None, **blank())

    @router.post("/try")
    async def tried(request: Request) -> HTMLResponse:
        visitor = await site.reader(request)
        fields = await site.form(request, visitor)
        site.allow(TRIES, request)
        given = {name: fields.get(name, "").strip() for name in ("published", "country")}
        given["text"] = fields.get("text", "").replace("\r\n", "\n")
        try:
            found = await trial(*checked(given))
        except FactwireError as fault:
            values = blank() | given | {"fault": str(fault)}
            return site.show(request, visitor, "try.html", here="try", status=422, page=None, report=None, **values)
        values = blank() | given | {"page": article_page(found), "report": report(found)}
        return site.show(request, visitor, "try.html", here="try", **values)


def checked(given: dict[str, str]) -> tuple[str, date | None, str | None]:
    """Raises :class:`PageFault` on what no browser's form would send."""
    text, published, country = given["text"], given["published"], given["country"].upper()
    if not text.strip() or len(text) > LONGEST:
        raise PageFault(422, "Nothing to look at", f"Paste a text of 1 to {LONGEST:,} characters.")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise PageFault(422, "No such country", "The outlet's country is two letters: US, IN, GB.")
    try:
        return text, date.fromisoformat(published) if published else None, country or None
    except ValueError as fault:
        raise PageFault(422, "No such day", "The day of publication looks like 2024-04-12.") from fault
