"""No parameter is ignored: a misspelt filter would be one that is left out, and the answer to another question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from factwire.console.api.parameters import refused


async def refuse_unknown(request: Request) -> None:
    """Ends the request with a problem if a parameter is none of the route's, or is given twice."""
    route: APIRoute = request.scope["route"]
    known = sorted(set(_parameters(route.dependant)))
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        if name not in known:
            raise refused(name, f"no such parameter; {_instead(name, known)}")
        if times > 1:
            raise refused(name, f"given {times} times; it takes one value")


def _parameters(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def _instead(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"is it {near[0]}?" if near else f"there are {', '.join(known) or 'none'}"
