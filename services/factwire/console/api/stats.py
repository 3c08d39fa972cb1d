"""``/v1/stats``: counts over time, and how numbers spread."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from factwire.console.api.parameters import Step, article_filter, claim_filter
from factwire.console.reading import Reading
from factwire.console.views import Distribution, Timeline
from factwire.runtime.web.problems import described
from factwire.storage.filters import ArticleFilter, ClaimFilter

FAILURES = described(422, 503)
Counted = Annotated[Literal["articles", "claims"], Query(description="What is counted.")]


def add_routes(router: APIRouter, reading: Reading) -> None:
    @router.get(
        "/stats/timeline",
        summary="Counts per day, week or month.",
        response_description="The counts",
        responses=FAILURES,
    )
    async def timeline(
        claims: Annotated[ClaimFilter, Depends(claim_filter)],
        articles: Annotated[ArticleFilter, Depends(article_filter)],
        of: Counted = "articles",
        step: Step = "day",
    ) -> Timeline:
        """Of articles or claims, by when the article was published. `of=claims` takes every filter of `/v1/claims`,
        `of=articles` those of `/v1/articles`. Steps with none are left out.
        """
        if of == "claims":
            return await reading.claim_timeline(claims, step=step)
        return await reading.article_timeline(articles, step=step)

    @router.get(
        "/stats/distribution",
        summary="How the numbers of claims spread.",
        response_description="Bars, and what units there are",
        responses=FAILURES,
    )
    async def distribution(wanted: Annotated[ClaimFilter, Depends(claim_filter)]) -> Distribution:
        """Over the newest 1,000 claims that match, in the base unit that most of them share; filter by `unit` or
        `kind` to choose another.
        """
        return await reading.distribution(wanted)
