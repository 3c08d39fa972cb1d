"""Every page, in one table."""

from __future__ import annotations

from fastapi import APIRouter

from factwire.console.site import articles, assets, claims, dead_letters, entities, now, signing_in, trial
from factwire.console.site.frame import Site

PAGES = (articles, claims, entities, now, dead_letters, trial, signing_in)


def page_router(site: Site) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    for page in (*PAGES, assets):
        page.add_routes(router, site)
    return router
