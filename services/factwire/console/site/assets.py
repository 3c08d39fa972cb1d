"""The script that makes the pages more comfortable."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Response

from factwire.console.site.frame import Site
from factwire.runtime.web.reference import CACHED


def add_routes(router: APIRouter, site: Site) -> None:
    script = files("factwire.console").joinpath("pages/console.js").read_bytes()

    @router.get("/assets/console.js")
    async def console_script() -> Response:
        return Response(script, media_type="text/javascript", headers=CACHED)
