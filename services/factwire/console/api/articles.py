"""``/v1/articles``: the list, and one article with its facts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from factwire.console.api.parameters import Cursor, Limit, article_filter, next_page
from factwire.console.reading import Reading
from factwire.console.views import ArticleList
from factwire.events.enriched_article import EnrichedArticle
from factwire.runtime.web.problems import NOT_FOUND, Problem, described
from factwire.storage.filters import ArticleFilter

FAILURES = described(422, 503)


def add_routes(router: APIRouter, reading: Reading) -> None:
    @router.get(
        "/articles", summary="The latest articles.", response_description="A page of articles", responses=FAILURES
    )
    async def list_articles(
        request: Request,
        wanted: Annotated[ArticleFilter, Depends(article_filter)],
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> ArticleList:
        """Newest first, without text; every filter narrows."""
        listed, following = await reading.articles(wanted, limit=limit, cursor=cursor)
        return ArticleList(data=tuple(one.summary for one in listed), next=next_page(request, following))

    @router.get(
        "/articles/{article_id:path}",
        summary="One article with its facts.",
        response_description="The article",
        responses={**described(404), **FAILURES},
    )
    async def show_article(article_id: str) -> EnrichedArticle:
        """The event as the enricher published it. Withdrawn articles, and those under embargo, are not there."""
        article = await reading.article(article_id)
        if article is None:
            raise Problem(NOT_FOUND, f"no article {article_id!r}, or it is withdrawn or under embargo")
        return article
