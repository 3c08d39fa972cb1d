"""Questions with filters and pages that do not shift: what the read API and the list of articles ask.

Every page is a keyset: ``before`` is the place of the last row seen, so that rows that arrive meanwhile move nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from factwire.storage.filters import ArticleFilter, ClaimFilter, article_conditions, claim_conditions, moment
from factwire.storage.tables import Article, ArticleEntity, Claim, ClaimArgument, Entity, Source

Record: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[datetime, str]
"""Where an article stands in the list: its moment and its id."""
ClaimPlace: TypeAlias = tuple[datetime, str, int, UUID]

OPENING: Final = 160
"""Characters of the text that stand in for a title."""
EXPORTED: Final = 500
"""Claims that an export reads at a time."""
_HEAVY: Final = frozenset({"search", "text", "sections", "sentences"})
_ORDER: Final = (Claim.moment.desc(), Claim.article_id, Claim.span_start, Claim.claim_id)


async def find_articles(
    engine: AsyncEngine, wanted: ArticleFilter, *, limit: int, before: Place | None, at: datetime
) -> list[Record]:
    """Visible articles without their text, newest first, with ``moment``, ``opening`` and counts."""
    query = select(*_listed()).select_from(Article).join(Source, isouter=True)
    query = query.where(*article_conditions(wanted, at))
    if before is not None:
        query = query.where(moment <= before[0], or_(moment < before[0], Article.article_id > before[1]))
    async with engine.connect() as connection:
        return await _records(connection, query.order_by(moment.desc(), Article.article_id).limit(limit))


async def find_claims(
    engine: AsyncEngine, wanted: ClaimFilter, *, limit: int, before: ClaimPlace | None, at: datetime
) -> list[Record]:
    """Claims of visible articles, newest article first, in reading order, with their ``arguments`` and ``evidence``."""
    async with engine.connect() as connection:
        claims = await _records(connection, claims_query(wanted, limit=limit, before=before, at=at))
        return await _with_arguments(connection, claims)


async def stream_claims(engine: AsyncEngine, wanted: ClaimFilter, *, at: datetime) -> AsyncIterator[Record]:
    """All of them in the same order, page by page: memory stays that of a page, and no transaction stays open."""
    before: ClaimPlace | None = None
    while True:
        page = await find_claims(engine, wanted, limit=EXPORTED, before=before, at=at)
        for claim in page:
            yield claim
        if len(page) < EXPORTED:
            return
        last = page[-1]
        before = (last["moment"], last["article_id"], last["span_start"], last["claim_id"])


def claims_query(wanted: ClaimFilter, *, limit: int, before: ClaimPlace | None, at: datetime) -> Select[Any]:
    """The claims are found in their own table first; only the ones shown are joined with anything."""
    keys = select(Claim.claim_id).where(*claim_conditions(wanted, at))
    if before is not None:
        keys = keys.where(Claim.moment <= before[0], _after(before))
    found = keys.order_by(*_ORDER).limit(limit).subquery()
    query = select(*_claim_columns()).select_from(Claim).join(found, found.c.claim_id == Claim.claim_id)
    return query.join(Article, Article.article_id == Claim.article_id).join(Source, isouter=True).order_by(*_ORDER)


async def ping(engine: AsyncEngine) -> None:
    """Raises the driver's error if the database does not answer, or answers without our tables."""
    async with engine.connect() as connection:
        await connection.execute(select(Article.article_id).limit(1))


def _listed() -> list[Any]:
    claims = select(func.count()).where(Claim.article_id == Article.article_id).scalar_subquery()
    entities = select(func.count()).where(ArticleEntity.article_id == Article.article_id).scalar_subquery()
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
        *Claim.__table__.columns,
        *about,
        *_source(),
        speaker.label("speaker_entity_name"),
        func.substr(Article.text, start + 1, end - start).label("evidence"),
    ]


def _source() -> tuple[Any, Any]:
    return Source.name.label("source_name"), Source.country.label("source_country")


def _after(place: ClaimPlace) -> ColumnElement[bool]:
    last, *rest = place
    within = tuple_(Claim.article_id, Claim.span_start, Claim.claim_id) > tuple_(*rest)
    return or_(Claim.moment < last, and_(Claim.moment == last, within))


async def _with_arguments(connection: AsyncConnection, claims: list[Record]) -> list[Record]:
    of_claim: dict[UUID, list[Record]] = {claim["claim_id"]: [] for claim in claims}
    for argument in await _arguments(connection, list(of_claim)):
        of_claim[argument["claim_id"]].append(argument)
    return [{**claim, "arguments": of_claim[claim["claim_id"]]} for claim in claims]


async def _arguments(connection: AsyncConnection, claims: Sequence[UUID]) -> list[Record]:
    if not claims:
        return []
    wanted = select(*ClaimArgument.__table__.columns, Entity.name.label("entity_name"))
    wanted = wanted.join(Entity, Entity.entity_id == ClaimArgument.entity_id, isouter=True)
    wanted = wanted.where(ClaimArgument.claim_id.in_(claims))
    return await _records(connection, wanted.order_by(ClaimArgument.claim_id, ClaimArgument.ordinal))


async def _records(connection: AsyncConnection, query: Select[Any]) -> list[Record]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]
