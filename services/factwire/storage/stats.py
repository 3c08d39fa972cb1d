"""Counts over time, and the numbers of a question for a distribution."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncEngine

from factwire.storage import facets
from factwire.storage.filters import (
    ArticleFilter,
    ClaimFilter,
    article_conditions,
    between,
    claim_conditions,
    moment,
    unhidden,
)
from factwire.storage.newest import newest_claims
from factwire.storage.tables import Article, ArticleEntity, Claim

Record: TypeAlias = dict[str, Any]
_COUNTS: Final[Mapping[str | None, Any]] = {
    None: ArticleEntity.claims_with,
    facets.ABOUT: ArticleEntity.claims_about,
    facets.SAID: ArticleEntity.claims_by,
}
STEPS: Final = ("day", "week", "month")
SAMPLED: Final = 1_000
"""A distribution is drawn from the newest claims, so many at most."""


async def article_timeline(
    engine: AsyncEngine, wanted: ArticleFilter, *, step: str, at: datetime
) -> list[tuple[datetime, int]]:
    """How many articles there are in each step that has any, oldest first. ``step``: one of ``STEPS``."""
    query = select(_begin(moment, step).label("begin"), func.count().label("count")).select_from(Article)
    return await _series(engine, query.where(*article_conditions(wanted, at)))


async def claim_timeline(
    engine: AsyncEngine, wanted: ClaimFilter, *, step: str, at: datetime
) -> list[tuple[datetime, int]]:
    """How many claims there are in each step that has any, by when their article was published, oldest first.

    Of an entity alone the articles' counts are added up.
    """
    if (counts := claim_counts(wanted)) is not None:
        return await _series(engine, _added_up(wanted, counts, step, at))
    query = select(_begin(Claim.moment, step).label("begin"), func.count().label("count"))
    return await _series(engine, query.where(*claim_conditions(wanted, at)))


def claim_counts(wanted: ClaimFilter) -> Any | None:
    """The column that counts an article's claims with the entity in this role; None if more is asked than that."""
    alone = ClaimFilter(entity_id=wanted.entity_id, role=wanted.role, since=wanted.since, until=wanted.until)
    return _COUNTS.get(wanted.role) if wanted.entity_id is not None and wanted == alone else None


def _added_up(wanted: ClaimFilter, counts: Any, step: str, at: datetime) -> Select[Any]:
    query = select(_begin(ArticleEntity.moment, step).label("begin"), func.sum(counts).label("count"))
    within = between(ArticleEntity.moment, wanted.since, wanted.until)
    return query.where(ArticleEntity.entity_id == wanted.entity_id, counts > 0, unhidden(at), *within)


async def numbers(engine: AsyncEngine, wanted: ClaimFilter, *, at: datetime) -> list[Record]:
    """``base_unit``, ``base_low``, ``base_high`` of the newest claims that match, ``SAMPLED`` at most."""
    bounds = (Claim.base_unit, Claim.base_low, Claim.base_high)
    async with engine.connect() as connection:
        found = await newest_claims(connection, wanted, limit=SAMPLED, at=at, shown=bounds)
    return [dict(row._mapping) for row in found]


def _begin(column: Any, step: str) -> Any:
    """The step's first moment in UTC. Only names of ours come here."""
    if step not in STEPS:
        raise ValueError(step)
    return func.date_trunc(literal_column(f"'{step}'"), column, literal_column("'UTC'"))


async def _series(engine: AsyncEngine, query: Select[Any]) -> list[tuple[datetime, int]]:
    async with engine.connect() as connection:
        found = await connection.execute(query.group_by(literal_column("1")).order_by(literal_column("1")))
        return [(row.begin, row.count) for row in found]
