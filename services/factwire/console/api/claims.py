"""``/v1/claims``: numeric claims by who, what, how much, when and by whom said; as pages, or all of them as a file."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from factwire.console.api.exports import FORMATS, export, format_named
from factwire.console.api.parameters import Cursor, Limit, claim_filter, next_page, wanted_unit
from factwire.console.reading import Reading
from factwire.console.views import ClaimList
from factwire.runtime.web.problems import described
from factwire.storage.filters import ClaimFilter

_CONTENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {one.media_type: {"schema": {"type": "string", "format": "binary"}} for one in FORMATS.values()}}
}
Format = Annotated[
    str | None,
    Query(
        pattern="^(json|csv|jsonl|parquet)$",
        description="json is a page; csv, jsonl and parquet are all claims, streamed, and `limit` and `cursor` have no "
        "part in it. `Accept` says the same.",
    ),
]


def add_routes(router: APIRouter, reading: Reading) -> None:
    @router.get(
        "/claims",
        summary="Numeric claims.",
        response_description="A page of claims, or all of them as a file",
        response_model=ClaimList,
        responses={**_CONTENT, **described(406, 422, 503)},
    )
    async def list_claims(
        request: Request,
        wanted: Annotated[ClaimFilter, Depends(claim_filter)],
        unit: Annotated[str | None, Depends(wanted_unit)],
        limit: Limit = 100,
        cursor: Cursor = None,
        format: Format = None,
    ) -> ClaimList | Response:
        """With their evidence and their article, newest article first; every filter narrows.

        "All money claims about China by US officials in 2023" is
        `?kind=money&entity=Q148&role=about&speaker_for=US&published_from=2023-01-01&published_to=2023-12-31`.
        """
        file = format_named(format, request.headers.get("accept", ""))
        if file is not None:
            headers = {"content-disposition": f'attachment; filename="claims.{file.name}"', "cache-control": "no-store"}
            return StreamingResponse(
                await export(file, reading, wanted, unit), media_type=file.media_type, headers=headers
            )
        claims, following = await reading.claims(wanted, limit=limit, cursor=cursor, unit=unit)
        return ClaimList(data=claims, next=next_page(request, following))
