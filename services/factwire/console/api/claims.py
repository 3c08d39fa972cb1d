"""``/v1/claims``: numeric claims by who, what, how much, when and by whom said."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from factwire.console.api.parameters import Cursor, Limit, Number, Word, next_page
from factwire.console.reading import Reading
from factwire.console.views import ClaimList
from factwire.runtime.web.problems import INVALID, Fault, Problem, described
from factwire.storage.search import ClaimFilter


def claim_filter(
    article: Annotated[Word, Query(description="Of this article.")] = None,
    entity: Annotated[Word, Query(description="Id of an entity that takes part or says it, such as Q148.")] = None,
    kind: Annotated[Word, Query(description="money, percent, count, measure …")] = None,
    unit: Annotated[Word, Query(description="Code of the unit: USD, %, km, drone.")] = None,
    min: Annotated[Number, Query(description="The claim may be this or more.")] = None,
    max: Annotated[Number, Query(description="The claim may be this or less.")] = None,
    begin: Annotated[date | None, Query(description="The period touches this day or a later one.")] = None,
    end: Annotated[date | None, Query(description="The period touches this day or an earlier one.")] = None,
    speaker: Annotated[Word, Query(description="Who says it: id or name as written.")] = None,
    source: Annotated[Word, Query(description="Id of the outlet.")] = None,
    text: Annotated[Word, Query(description="Words of the article, as in a search box.")] = None,
) -> ClaimFilter:
    for name, low, high in (("min", min, max), ("begin", begin, end)):
        if low is not None and high is not None and low > high:  # type: ignore[operator]
            fault = Fault(pointer=f"#{name}", detail="the lower limit is above the upper one")
            raise Problem(INVALID, fault.detail, errors=[fault])
    return ClaimFilter(
        article_id=article,
        entity_id=entity,
        kind=kind,
        unit=unit,
        lowest=min,
        highest=max,
        begin=begin,
        end=end,
        speaker=speaker,
        source_id=source,
        text=text,
    )


def add_routes(router: APIRouter, reading: Reading) -> None:
    @router.get(
        "/claims",
        summary="Numeric claims.",
        response_description="A page of claims",
        responses=described(422, 503),
    )
    async def list_claims(
        request: Request,
        wanted: Annotated[ClaimFilter, Depends(claim_filter)],
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> ClaimList:
        """With their evidence and their article, newest article first; every filter narrows."""
        claims, following = await reading.claims(wanted, limit=limit, cursor=cursor)
        return ClaimList(data=claims, next=next_page(request, following))
