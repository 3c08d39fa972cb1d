"""Questions that the console, the demo and jobs ask. Embargoed and withdrawn articles are left out unless asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Select, func, or_, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.expression import column

from factwire.storage.tables import Article, ArticleEntity, Claim, ClaimArgument, Entity, Mention, Source, Time

Record: TypeAlias = dict[str, Any]
claim_facts: Final = table(
    "claim_facts", *map(column, ("article_id", "kind", "published_at", "embargoed_until", "span_start"))
)

PAGE: Final = 200


async def article(engine: AsyncEngine, article_id: str, *, at: datetime | None = None) -> Record | None:
    """One article with its children, each a list in document order; None if it is withdrawn, embargoed or unknown."""
    async with engine.connect() as connection:
        wanted: Select[Any] = select(
            *_kept(Article), Source.name.label("source_name"), Source.country.label("source_country")
        )
        wanted = _visible(wanted.join(Source, isouter=True).where(Article.article_id == article_id), at)
        found = (await connection.execute(wanted)).mappings().one_or_none()
        if found is None:
            return None
        children = {name: [dict(r) for r in await _all(connection, q)] for name, q in _children(article_id).items()}
        return {**found, **children}


async def claims_of(engine: AsyncEngine, article_ids: Sequence[str] | None = None, limit: int = 1000) -> list[Record]:
    """Rows of the view ``claim_facts``, by article and place; of all articles if none are named."""
    wanted = select(text("*")).select_from(claim_facts).order_by(claim_facts.c.article_id, claim_facts.c.span_start)
    if article_ids is not None:
        wanted = wanted.where(claim_facts.c.article_id.in_(article_ids))
    async with engine.connect() as connection:
        return [dict(row) for row in await _all(connection, wanted.limit(limit))]


async def stored_articles(engine: AsyncEngine, *, kb_version: str | None = None) -> AsyncIterator[Record]:
    """Every stored article for enriching again, by id; ``kb_version``: only those made with another one.

    Read page by page, so that a slow reader holds no transaction open.
    """
    wanted: Select[Any] = select(
        *_kept(Article), Source.name.label("source_name"), Source.country.label("source_country")
    ).join(Source, isouter=True)
    wanted = wanted.where(Article.withdrawn_at.is_(None)).order_by(Article.article_id).limit(PAGE)
    if kb_version is not None:
        wanted = wanted.where(Article.kb_version != kb_version)
    last = ""
    while True:
        async with engine.connect() as connection:
            page = await _all(connection, wanted.where(Article.article_id > last))
        for row in page:
            yield dict(row)
        if len(page) < PAGE:
            return
        last = page[-1]["article_id"]


def _kept(model: type[Article]) -> list[Any]:
    return [c for c in model.__table__.columns if c.key not in {"search", "entity_ids"}]


def _visible(wanted: Select[Any], at: datetime | None) -> Select[Any]:
    now = func.now() if at is None else at
    hidden_until = Article.embargoed_until
    return wanted.where(Article.withdrawn_at.is_(None), or_(hidden_until.is_(None), hidden_until <= now))


def _children(article_id: str) -> dict[str, Select[Any]]:
    entities = (
        select(ArticleEntity.__table__, Entity.type, Entity.subtype, Entity.name)
        .join(Entity, Entity.entity_id == ArticleEntity.entity_id)
        .order_by(ArticleEntity.ordinal)
    )
    return {
        "entities": entities.where(ArticleEntity.article_id == article_id),
        "mentions": select(Mention.__table__).where(Mention.article_id == article_id).order_by(Mention.ordinal),
        "times": select(Time.__table__).where(Time.article_id == article_id).order_by(Time.ordinal),
        "claims": select(Claim.__table__).where(Claim.article_id == article_id).order_by(Claim.ordinal),
        "arguments": select(ClaimArgument.__table__)
        .where(ClaimArgument.article_id == article_id)
        .order_by(ClaimArgument.claim_id, ClaimArgument.ordinal),
    }


async def _all(connection: AsyncConnection, wanted: Select[Any]) -> Sequence[Any]:
    found: Sequence[Any] = (await connection.execute(wanted)).mappings().all()
    return found
