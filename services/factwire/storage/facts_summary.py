"""What the pages draw: an entity's days and company, the numbers of a chart.

Everything looks at the newest rows only, a fixed number of them: a page takes as long over a million claims as over a
thousand, and says how many it has looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from factwire.storage.filters import ClaimFilter, visible
from factwire.storage.newest import newest_claims
from factwire.storage.tables import Article, ArticleEntity, Claim, Entity

DAYS_OF: Final = 2_000
"""Newest articles of an entity that its days are counted from."""
COMPANY_OF: Final = 200
"""Newest articles of an entity that are searched for who stands beside it."""
COMPANIONS: Final = 10
POINTS: Final = 1_000
_PLOTTED: Final = (
    Claim.claim_id, Claim.article_id, Claim.base_unit, Claim.base_low, Claim.base_high, Claim.period_begin,
    Claim.period_end, Claim.moment, Claim.span_text,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Companion:
    """Who stands in the same articles."""

    entity_id: str
    name: str
    type: str
    articles: int


@dataclass(frozen=True, slots=True)
class ClaimPoint:
    """A claim as a chart sees it: its bounds in ``unit``, a base unit; None where a side is open."""

    claim_id: UUID
    article_id: str
    unit: str | None
    low: Decimal | None
    high: Decimal | None
    on: date
    """The first day it is about, else the day its article appeared."""
    written: str


async def entity_days(engine: AsyncEngine, entity_id: str, *, at: datetime) -> list[tuple[date, int]]:
    """Articles of each day (UTC) that has any, oldest first."""
    newest = _newest(entity_id, at, DAYS_OF)
    day = cast(func.timezone("UTC", newest.c.moment), Date)
    async with engine.connect() as connection:
        found = await connection.execute(select(day, func.count()).group_by(day).order_by(day))
        return [(row[0], row[1]) for row in found]


async def company(engine: AsyncEngine, entity_id: str, *, at: datetime) -> list[Companion]:
    """Who is named in most of the newest articles that name it."""
    newest = _newest(entity_id, at, COMPANY_OF)
    together = (
        select(Entity.entity_id, Entity.name, Entity.type, func.count())
        .join(ArticleEntity, ArticleEntity.entity_id == Entity.entity_id)
        .join(newest, newest.c.article_id == ArticleEntity.article_id)
        .where(Entity.entity_id != entity_id)
        .group_by(Entity.entity_id, Entity.name, Entity.type)
        .order_by(func.count().desc(), func.sum(ArticleEntity.salience).desc(), Entity.entity_id)
        .limit(COMPANIONS)
    )
    async with engine.connect() as connection:
        return [Companion(*row) for row in await connection.execute(together)]


async def claim_points(engine: AsyncEngine, wanted: ClaimFilter, *, at: datetime) -> list[ClaimPoint]:
    """The newest claims that match, ``POINTS`` at most."""
    async with engine.connect() as connection:
        return [_point(row) for row in await newest_claims(connection, wanted, limit=POINTS, at=at, shown=_PLOTTED)]


def _point(row: Any) -> ClaimPoint:
    on = row.period_begin or row.period_end or row.moment.astimezone(UTC).date()
    low, high = _finite(row.base_low), _finite(row.base_high)
    return ClaimPoint(row.claim_id, row.article_id, row.base_unit, low, high, on, row.span_text)


def _finite(number: Decimal | None) -> Decimal | None:
    return number if number is not None and number.is_finite() else None


def _newest(entity_id: str, at: datetime, limit: int) -> Any:
    """The newest articles that name it and may be seen: id and moment."""
    return (
        select(ArticleEntity.article_id, ArticleEntity.moment)
        .join(Article, Article.article_id == ArticleEntity.article_id)
        .where(ArticleEntity.entity_id == entity_id, visible(at))
        .order_by(ArticleEntity.moment.desc())
        .limit(limit)
        .subquery("newest")
    )
