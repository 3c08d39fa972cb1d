"""The read API under ``/v1``: one module a resource, all over :class:`factwire.console.reading.Reading`."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from factwire.console.api import articles, claims, entities, stats
from factwire.console.api.access import SignedIn, nobody, readers
from factwire.console.api.etags import Etagged
from factwire.console.api.stream import Streams, add_stream
from factwire.console.api.strictness import refuse_unknown
from factwire.console.reading import Reading
from factwire.runtime.web.keys import Keyring
from factwire.runtime.web.problems import described


def api_router(
    reading: Reading, streams: Streams | None = None, keyring: Keyring | None = None, signed_in: SignedIn = nobody
) -> APIRouter:
    """``streams``: who may follow; without one, there is no stream. Without ``keyring`` nobody is asked for a key."""
    admitted = readers(keyring or Keyring.open(), signed_in)
    router = APIRouter(
        prefix="/v1",
        tags=["Reading"],
        route_class=Etagged,
        dependencies=[admitted, Depends(refuse_unknown)],
        responses=described(401, 403, 422, 429),
    )
    for resource in (articles, claims, entities, stats):
        resource.add_routes(router, reading)
    if streams is not None:
        add_stream(router, reading, streams)
    return router
