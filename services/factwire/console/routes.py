"""The console's addresses: the read API under ``/v1``, and the pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Annotated, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from factwire.console.article_page import article_page, headline
from factwire.console.reading import ListedArticle, Reading
from factwire.console.views import ArticleList, ClaimList, summary_facts
from factwire.events.enriched_article import EnrichedArticle
from factwire.runtime.web.problems import INVALID, NOT_FOUND, Fault, Problem, described
from factwire.runtime.web.reference import CACHED
from factwire.storage.search import ClaimFilter

WITHOUT_NUL: Final = r"^[^\x00]*$"
PAGE_LENGTH: Final = 30
Word = Annotated[str | None, Query(max_length=200, pattern=WITHOUT_NUL)]
Number = Annotated[Decimal | None, Query(allow_inf_nan=False, max_digits=60)]
Limit = Annotated[int, Query(ge=1, le=500, description="Most items of a page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="Where to go on: from `next` of the page before.")]


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


def api_router(reading: Reading) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["Reading"])
    failures = described(422, 503)

    @router.get(
        "/articles", summary="The latest articles.", response_description="A page of articles", responses=failures
    )
    async def list_articles(
        request: Request, text: Word = None, limit: Limit = 50, cursor: Cursor = None
    ) -> ArticleList:
        """Newest first, without text. `text` searches as a search box does: quoted phrases, `or`, a minus."""
        listed, following = await reading.articles(words=text, limit=limit, cursor=cursor)
        return ArticleList(data=tuple(one.summary for one in listed), next=_next(request, following))

    @router.get(
        "/articles/{article_id:path}",
        summary="One article with its facts.",
        response_description="The article",
        responses={**described(404), **failures},
    )
    async def show_article(article_id: str) -> EnrichedArticle:
        """The event as the enricher published it. Withdrawn articles, and those under embargo, are not there."""
        article = await reading.article(article_id)
        if article is None:
            raise Problem(NOT_FOUND, f"no article {article_id!r}, or it is withdrawn or under embargo")
        return article

    @router.get("/claims", summary="Numeric claims.", response_description="A page of claims", responses=failures)
    async def list_claims(
        request: Request,
        wanted: Annotated[ClaimFilter, Depends(claim_filter)],
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> ClaimList:
        """With their evidence and their article, newest article first; every filter narrows."""
        claims, following = await reading.claims(wanted, limit=limit, cursor=cursor)
        return ClaimList(data=claims, next=_next(request, following))

    return router


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


def _next(request: Request, cursor: str | None) -> str | None:
    """The same question from the cursor on, as a path: no proxy can make it wrong."""
    return f"{request.url.path}?{request.url.include_query_params(cursor=cursor).query}" if cursor else None
