"""The read API under ``/v1``: one module a resource, all over :class:`factwire.console.reading.Reading`."""

from __future__ import annotations

from fastapi import APIRouter

from factwire.console.api import articles, claims, entities, stats
from factwire.console.reading import Reading


def api_router(reading: Reading) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["Reading"])
    for resource in (articles, claims, entities, stats):
        resource.add_routes(router, reading)
    return router
