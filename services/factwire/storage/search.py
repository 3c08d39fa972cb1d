"""Questions with filters and pages that do not shift: what the read API and the list of articles ask.

Every page is a keyset: ``before`` is the place of the last row seen, so that rows that arrive meanwhile move nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from factwire.storage.engine import finished
from factwire.storage.filters import (
    ArticleFilter,
    ClaimFilter,
    article_conditions,
    moment,
)
from factwire.storage.newest import ORDER, ClaimKey, ClaimPlace, among, any_keys, in_their_months, newest_claims
from factwire.storage.tables import Article, ArticleEntity, Claim, ClaimArgument, Entity, Source

Record: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[datetime, str]
"""Where an article stands in the list: its moment and its id."""

OPENING: Final = 160
"""Characters of the text that stand in for a title."""
EXPORTED: Final = 500
"""Claims that an export reads at a time."""
_HEAVY: Final = frozenset({"search", "entity_ids", "text", "sections", "sentences"})
_FOR_FINDING: Final = frozenset({"bounds", "period", "speakers", "hidden_until"})
"""Columns of a claim that repeat others for the sake of an index or of SQL."""


async def find_articles(
    engine: AsyncEngine, wanted: ArticleFilter, *, limit: int, before: Place | None, at: datetime
) -> list[Record]:
    """Visible articles without their text, newest first, with ``moment``, ``opening`` and counts."""
    query = select(*_listed()).select_from(Article).join(Source, isouter=True)
    place: Any = moment
    if wanted.entity_id is not None:  # an entity's articles stand in the order of the list in an index of their own
        of_entity = and_(ArticleEntity.article_id == Article.article_id, ArticleEntity.entity_id == wanted.entity_id)
        query, place = query.join(ArticleEntity, of_entity), ArticleEntity.moment
    query = query.where(*article_conditions(replace(wanted, entity_id=None), at))
    if before is not None:
        query = query.where(place <= before[0], or_(place < before[0], Article.article_id > before[1]))
    order = (place.desc(), Article.article_id if place is moment else ArticleEntity.article_id)
    async with engine.connect() as connection:
        return await _records(connection, query.order_by(*order).limit(limit))


async def find_claims(
    engine: AsyncEngine, wanted: ClaimFilter, *, limit: int, before: ClaimPlace | None, at: datetime
) -> list[Record]:
    """Claims of visible articles, newest article first, in reading order, with their ``arguments`` and ``evidence``."""
    async with engine.connect() as connection:
        keys = await newest_claims(connection, wanted, limit=limit, before=before, at=at)
        return await _with_arguments(connection, keys) if keys else []


async def stream_claims(engine: AsyncEngine, wanted: ClaimFilter, *, at: datetime) -> AsyncIterator[Record]:
    """All of them in the same order, page by page: memory stays that of a page, and no transaction stays open."""
    before: ClaimPlace | None = None
    while True:
        page = await finished(find_claims(engine, wanted, limit=EXPORTED, before=before, at=at))
        for claim in page:
            yield claim
        if len(page) < EXPORTED:
            return
        last = page[-1]
        before = (last["moment"], last["article_id"], last["span_start"], last["claim_id"])


async def ping(engine: AsyncEngine) -> None:
    """Raises the driver's error if the database does not answer, or answers without our tables."""
    async with engine.connect() as connection:
        await connection.execute(select(Article.article_id).limit(1))


def _listed() -> list[Any]:
    claims = select(func.count()).where(Claim.article_id == Article.article_id).scalar_subquery()
    of_article = select(func.count()).where(ArticleEntity.article_id == Article.article_id)
    entities = of_article.correlate(Article).scalar_subquery()
    return [
        *(column for column in Article.__table__.columns if column.key not in _HEAVY),
        *_source(),
        moment.label("moment"),
        func.left(Article.text, OPENING).label("opening"),
        claims.label("claim_count"),
        entities.label("entity_count"),
    ]


def _claim_columns() -> list[Any]:
    sentence = Article.sentences[Claim.sentence]
    start, end = sentence[0].as_integer(), sentence[1].as_integer()
    about = (Article.revision, Article.title, Article.url, Article.source_id, Article.published_at, Article.language)
    speaker = select(Entity.name).where(Entity.entity_id == Claim.speaker_entity_id).scalar_subquery()
    return [
        *(column for column in Claim.__table__.columns if column.key not in _FOR_FINDING),
        *about,
        *_source(),
        speaker.label("speaker_entity_name"),
        func.substr(Article.text, start + 1, end - start).label("evidence"),
    ]


def _source() -> tuple[Any, Any]:
    return Source.name.label("source_name"), Source.country.label("source_country")


async def _with_arguments(connection: AsyncConnection, keys: Sequence[ClaimKey]) -> list[Record]:
    which = among(keys)
    of_claim: dict[UUID, list[Record]] = {claim_id: [] for claim_id, _ in keys}
    for argument in await _records(connection, _ARGUMENTS, **which):
        of_claim[argument["claim_id"]].append(argument)
    shown = await _records(connection, _SHOWN, **which)
    return [{**claim, "arguments": of_claim[claim["claim_id"]]} for claim in shown]


async def _records(connection: AsyncConnection, query: Select[Any], **named: Any) -> list[Record]:
    return [dict(row) for row in (await connection.execute(query, named)).mappings()]


_SHOWN: Final = (
    select(*_claim_columns())
    .select_from(Claim)
    .join(Article, Article.article_id == Claim.article_id)
    .join(Source, isouter=True)
    .where(Claim.claim_id == any_keys, in_their_months(Claim.moment))
    .order_by(*ORDER)
)
"""Only the claims that are shown are joined with anything. Built once: putting it together takes longer than asking."""
_ARGUMENTS: Final = (
    select(*ClaimArgument.__table__.columns, Entity.name.label("entity_name"))
    .join(Entity, Entity.entity_id == ClaimArgument.entity_id, isouter=True)
    .where(ClaimArgument.claim_id == any_keys, in_their_months(ClaimArgument.moment))
    .order_by(ClaimArgument.claim_id, ClaimArgument.ordinal)
)
