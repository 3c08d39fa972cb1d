"""The read API under ``/v1``: one module a resource, all over :class:`factwire.console.reading.Reading`."""

from __future__ import annotations

from fastapi import APIRouter

from factwire.console.api import articles, claims, entities, stats
from factwire.console.api.etags import Etagged
from factwire.console.api.stream import Streams, add_stream
from factwire.console.reading import Reading


def api_router(reading: Reading, streams: Streams | None = None) -> APIRouter:
    """``streams``: who may follow; without one, there is no stream."""
    router = APIRouter(prefix="/v1", tags=["Reading"], route_class=Etagged)
    for resource in (articles, claims, entities, stats):
        resource.add_routes(router, reading)
    if streams is not None:
        add_stream(router, reading, streams)
    return router
