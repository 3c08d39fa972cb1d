"""*Articles*: the list with its filters, and one article with everything found in it."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from factwire.console.addresses import address, article_address, part
from factwire.console.api.parameters import Cursor
from factwire.console.article_page import article_page, headline
from factwire.console.reading import ListedArticle
from factwire.console.site.asking import Asked
from factwire.console.site.frame import PageFault, Site
from factwire.console.site.naming import settle
from factwire.console.views import summary_facts
from factwire.storage.filters import ArticleFilter

PAGE_LENGTH: Final = 30
FIELDS: Final = ("q", "source", "language", "entity", "published_from", "published_to")


def add_routes(router: APIRouter, site: Site) -> None:
    @router.get("/")
    async def articles(request: Request, cursor: Cursor = None) -> HTMLResponse:
        visitor = await site.reader(request)
        asked = Asked.of(request.query_params, FIELDS)
        meant = await settle(site, asked, required=("entity",))
        listed, following = await site.reading.articles(article_filter(asked), limit=PAGE_LENGTH, cursor=cursor)
        older = address("/", **asked.given, cursor=following) if following else None
        values: dict[str, Any] = {
            "asked": asked,
            "about": meant.written(asked.given["entity"]) if "entity" in asked.given else None,
            "articles": [entry(one) for one in listed],
            "older": older,
            "paged": cursor is not None,
        }
        return site.show(request, visitor, "articles.html", here="articles", query=asked.given.get("q", ""), **values)

    @router.get("/articles/{article_id:path}")
    async def article(request: Request, article_id: str) -> HTMLResponse:
        visitor = await site.reader(request)
        found = await site.reading.article(article_id)
        if found is None:
            raise PageFault(404, "Nothing here", "No such article, or it has been withdrawn, or it is under embargo.")
        api = f"/v1/articles/{part(article_id)}"
        return site.show(request, visitor, "article.html", page=article_page(found), api=api)


def article_filter(asked: Asked) -> ArticleFilter:
    return ArticleFilter(
        text=asked.words("q"),
        entity_id=asked.words("entity"),
        source_id=asked.words("source"),
        language=asked.words("language"),
        since=asked.first_moment("published_from"),
        until=asked.last_moment("published_to"),
    )


def entry(listed: ListedArticle) -> dict[str, object]:
    """An article in a list."""
    summary = listed.summary
    return {
        "title": headline(summary.title, listed.opening),
        "address": article_address(summary.article_id),
        "facts": summary_facts(summary, listed.moment),
        "claims": summary.claim_count,
        "entities": summary.entity_count,
    }
