"""The pages' addresses. They show what the read API answers, over the same :class:`Reading`."""

from __future__ import annotations

from importlib.resources import files
from typing import Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from factwire.console.api.parameters import Cursor, Word
from factwire.console.article_page import article_page, headline
from factwire.console.reading import ListedArticle, Reading
from factwire.console.views import summary_facts
from factwire.runtime.web.reference import CACHED

PAGE_LENGTH: Final = 30


def page_router(reading: Reading, pages: Environment) -> APIRouter:
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    script = files("factwire.console").joinpath("pages/console.js").read_bytes()

    @router.get("/")
    async def articles(q: Word = None, cursor: Cursor = None) -> str:
        words = (q or "").strip()
        listed, following = await reading.articles(words=words or None, limit=PAGE_LENGTH, cursor=cursor)
        older = "/?" + urlencode({**({"q": words} if words else {}), "cursor": following}) if following else None
        entries = [_entry(one) for one in listed]
        return pages.get_template("articles.html").render(here="articles", query=words, articles=entries, older=older)

    @router.get("/articles/{article_id:path}")
    async def article(article_id: str) -> HTMLResponse:
        found = await reading.article(article_id)
        if found is None:
            return missing(pages, "No such article, or it has been withdrawn, or it is under embargo.")
        page = pages.get_template("article.html").render(
            here="", query="", page=article_page(found), api=f"/v1/articles/{quote(article_id, safe='')}"
        )
        return HTMLResponse(page)

    @router.get("/assets/console.js")
    async def console_script() -> Response:
        return Response(script, media_type="text/javascript", headers=CACHED)

    return router


def missing(pages: Environment, reason: str) -> HTMLResponse:
    return HTMLResponse(pages.get_template("missing.html").render(here="", query="", reason=reason), 404)


def _entry(listed: ListedArticle) -> dict[str, object]:
    summary = listed.summary
    return {
        "title": headline(summary.title, listed.opening),
        "address": f"/articles/{quote(summary.article_id, safe='')}",
        "facts": summary_facts(summary, listed.moment),
        "claims": summary.claim_count,
        "entities": summary.entity_count,
    }
