"""*Entities*: found by name; one with its days, its company, the numbers said about it and by it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from factwire.console.addresses import address, entity_address
from factwire.console.api.parameters import Cursor, Type
from factwire.console.article_page import register_address
from factwire.console.claims_page import row
from factwire.console.plots import Bars, bars
from factwire.console.site.articles import entry
from factwire.console.site.asking import Asked
from factwire.console.site.frame import PageFault, Site
from factwire.console.views import EntitySummary
from factwire.storage import facets
from factwire.storage.filters import ArticleFilter, ClaimFilter

PAGE_LENGTH: Final = 50
TYPES: Final = get_args(Type)
FIELDS: Final = ("name", "type")
SHOWN_CLAIMS: Final = 8
SHOWN_ARTICLES: Final = 6
MOST_BARS: Final = 60
NEWEST_ARTICLES: Final = 500
MOST_NAMED: Final = 24


def add_routes(router: APIRouter, site: Site) -> None:
    @router.get("/entities")
    async def entities(request: Request, cursor: Cursor = None) -> HTMLResponse:
        visitor = await site.reader(request)
        asked = Asked.of(request.query_params, FIELDS)
        name, type = asked.words("name"), asked.words("type")
        found, following = await site.reading.entities(name=name, type=type, limit=PAGE_LENGTH, cursor=cursor)
        rows = [row_of(one) for one in found]
        values: dict[str, Any] = {
            "asked": asked,
            "rows": rows,
            "types": TYPES,
            "more": address("/entities", **asked.given, cursor=following) if following else None,
            "newest": NEWEST_ARTICLES,
            "most_named": [] if asked.given or cursor else await most_named(site),
        }
        return site.show(request, visitor, "entities.html", here="entities", **values)

    @router.get("/entities/{entity_id:path}")
    async def entity(request: Request, entity_id: str) -> HTMLResponse:
        visitor = await site.reader(request)
        found = await site.reading.entity(entity_id)
        if found is None:
            raise PageFault(404, "Nobody of this id", "No article that may be seen names an entity of this id.")
        beside = await surroundings(site, entity_id)
        return site.show(request, visitor, "entity.html", here="entities", entity=found, **beside)


async def most_named(site: Site) -> list[dict[str, Any]]:
    """Who is in most of the newest articles, for whoever comes without a name in mind."""
    found = await site.overview.most_named(articles=NEWEST_ARTICLES, limit=MOST_NAMED)
    return [row_of(one) for one in found]


def row_of(one: EntitySummary) -> dict[str, Any]:
    return {"entity": one, "address": entity_address(one.entity_id), "known": not one.entity_id.startswith("nil:")}


async def surroundings(site: Site, entity_id: str) -> dict[str, Any]:
    """What stands beside who it is: its days, its company, the newest of each list, and the address of all of it."""
    about, said = ClaimFilter(entity_id=entity_id, role=facets.ABOUT), ClaimFilter(speaker=entity_id)
    about_it, _ = await site.reading.claims(about, limit=SHOWN_CLAIMS, cursor=None)
    by_it, _ = await site.reading.claims(said, limit=SHOWN_CLAIMS, cursor=None)
    newest, _ = await site.reading.articles(ArticleFilter(entity_id=entity_id), limit=SHOWN_ARTICLES, cursor=None)
    company = await site.overview.company(entity_id)
    return {
        "register": register_address(entity_id),
        "chart": over_time(await site.overview.entity_days(entity_id)),
        "company": [(one, entity_address(one.entity_id)) for one in company],
        "about": [row(claim) for claim in about_it],
        "by": [row(claim) for claim in by_it],
        "articles": [entry(one) for one in newest],
        "all_about": address("/claims", entity=entity_id),
        "all_by": address("/claims", speaker=entity_id),
        "all_articles": address("/", entity=entity_id),
    }


def over_time(days: list[tuple[date, int]]) -> Bars:
    """Articles by day, by week or by month: the finest that gives no more than ``MOST_BARS`` bars."""
    if not days:
        return bars([])
    counts = dict(days)
    first, last = days[0][0], days[-1][0]
    length = next((n for n in (1, 7, 30, 91, 365) if (last - first).days // n < MOST_BARS), 3650)
    steps = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, length)]
    return bars([(_label(step, length), _within(counts, step, length)) for step in steps])


def _within(counts: dict[date, int], first: date, length: int) -> int:
    return sum(counts.get(first + timedelta(days=n), 0) for n in range(length))


def _label(first: date, length: int) -> str:
    last = first + timedelta(days=length - 1)
    return f"{first:%-d %b %Y}" if length == 1 else f"{first:%-d %b %Y} to {last:%-d %b %Y}"
