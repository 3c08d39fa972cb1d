"""*Claims*: the explorer. Every filter is in the address; the API answers the same question under the same names."""

from __future__ import annotations

from typing import Any, Final, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from factwire.console.addresses import address
from factwire.console.api.parameters import Cursor, Kind, Role, claim_filter
from factwire.console.claims_page import charts, row
from factwire.console.site.asking import Asked
from factwire.console.site.frame import Site
from factwire.console.site.naming import Meant, settle
from factwire.console.views import EntitySummary
from factwire.runtime.web.problems import Problem
from factwire.storage.filters import ClaimFilter

PAGE_LENGTH: Final = 50
KINDS: Final = get_args(Kind)
ROLES: Final = get_args(Role)
WORDS: Final = ("text", "entity", "role", "speaker", "speaker_for", "kind", "unit", "source")
NUMBERS: Final = ("min", "max")
REPEATS: Final = ("duplicates",)
DAYS: Final = ("begin", "end", "published_from", "published_to")
CALLED: Final = {
    "text": "words", "entity": "about or by", "role": "as", "speaker": "said by", "min": "at least", "max": "at most",
    "begin": "period from", "end": "period to", "duplicates": "repeats of articles",
}  # fmt: skip
EXPORTS: Final = (("CSV", "csv"), ("JSON Lines", "jsonl"), ("Parquet", "parquet"))


def add_routes(router: APIRouter, site: Site) -> None:
    @router.get("/claims")
    async def claims(request: Request, cursor: Cursor = None) -> HTMLResponse:
        visitor = await site.reader(request)
        asked = Asked.of(request.query_params, (*WORDS, *NUMBERS, *DAYS, *REPEATS))
        meant = await settle(site, asked, required=("entity",), optional=("speaker", "speaker_for"))
        wanted = read_filter(asked)
        found, following = await site.reading.claims(wanted, limit=PAGE_LENGTH, cursor=cursor)
        drawn = await charted(site, request, asked, wanted) if found and cursor is None else {"charts": None}
        values: dict[str, Any] = {
            "kinds": KINDS,
            "roles": ROLES,
            "rows": [row(claim) for claim in found],
            "older": address("/claims", **asked.given, cursor=following) if following else None,
            "first": address("/claims", **asked.given) if cursor else None,
            "without": without(asked, meant),
            "namesakes": namesakes(asked, meant),
            "exports": [(name, address("/v1/claims", **asked.given, format=form)) for name, form in EXPORTS],
            "curl": curl(request, asked),
        }
        return site.show(request, visitor, "claims.html", here="claims", asked=asked, **drawn, **values)


def read_filter(asked: Asked) -> ClaimFilter:
    """As the API reads it; what it refuses is told beside the form, and everything is shown."""
    given: dict[str, Any] = {name: asked.words(name) for name in WORDS}
    given |= {name: asked.number(name) for name in NUMBERS} | {name: asked.day(name) for name in DAYS}
    given["duplicates"] = asked.given.get("duplicates") != "false"
    if given["entity"] is None or given["role"] not in ROLES:
        given["role"] = None
    if given["kind"] not in (None, *KINDS):
        asked.faults.append(f"kind: there is none called {given.pop('kind')}")
    try:
        return claim_filter(**given)
    except Problem as problem:
        asked.faults.append(problem.detail)
        return ClaimFilter()


async def charted(site: Site, request: Request, asked: Asked, wanted: ClaimFilter) -> dict[str, Any]:
    """The charts, and the address that draws each of the other units instead."""
    drawn = charts(await site.overview.points(wanted), request.query_params.get("plot"))
    others = drawn.others if drawn else ()
    return {"charts": drawn, "units": [(one, address("/claims", **asked.given, plot=one.code)) for one in others]}


def without(asked: Asked, meant: Meant) -> list[tuple[str, str, str]]:
    """Each filter in force: what it is called, its value with the name of an id, and the address without it."""
    kept = {name: {other: v for other, v in asked.given.items() if other != name} for name in asked.given}
    return [
        (CALLED.get(name, name.replace("_", " ")), _written(name, value, meant), address("/claims", **kept[name]))
        for name, value in asked.given.items()
    ]


def _written(name: str, value: str, meant: Meant) -> str:
    return "left out" if name in REPEATS else meant.written(value)


def namesakes(asked: Asked, meant: Meant) -> list[tuple[EntitySummary, str]]:
    """Others who are called as somebody in a filter is, and the same question about them."""
    return [
        (one, address("/claims", **{**asked.given, name: one.entity_id}))
        for name, others in meant.namesakes.items()
        for one in others
    ]


def curl(request: Request, asked: Asked) -> str:
    """The same question for a terminal. Quoted for a shell: ``urlencode`` leaves nothing that would end the quotes."""
    query = urlencode(asked.given)
    return f"curl '{request.url.scheme}://{request.url.netloc}/v1/claims{'?' if query else ''}{query}'"
