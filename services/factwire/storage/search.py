"""Questions with filters and pages that do not shift: what the read API and the list of articles ask.

Every page is a keyset: ``before`` is the place of the last row seen, so that rows that arrive meanwhile move nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from factwire.storage.tables import Article, ArticleEntity, Claim, ClaimArgument, Entity, Source

Record: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[datetime, str]
"""Where an article stands in the list: its moment and its id."""
ClaimPlace: TypeAlias = tuple[datetime, str, int, UUID]

_moment = func.coalesce(Article.published_at, Article.received_at, Article.stored_at)
OPENING: Final = 160
"""Characters of the text that stand in for a title."""
_HEAVY: Final = frozenset({"search", "text", "sections", "sentences"})


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """What claims are wanted; what is None does not restrict. ``lowest``/``highest`` meet the bounds of a claim."""

    article_id: str | None = None
    entity_id: str | None = None
    kind: str | None = None
    unit: str | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    begin: date | None = None
    end: date | None = None
    speaker: str | None = None
    source_id: str | None = None
    text: str | None = None


async def find_articles(
    engine: AsyncEngine, *, words: str | None, limit: int, before: Place | None, at: datetime
) -> list[Record]:
    """Visible articles without their text, newest first, with ``moment``, ``opening`` and counts."""
    wanted = _visible(select(*_listed()).select_from(Article).join(Source, isouter=True), at)
    if words:
        wanted = wanted.where(_holds_words(words))
    if before is not None:
        wanted = wanted.where(or_(_moment < before[0], and_(_moment == before[0], Article.article_id > before[1])))
    async with engine.connect() as connection:
        return await _records(connection, wanted.order_by(_moment.desc(), Article.article_id).limit(limit))


async def find_claims(
    engine: AsyncEngine, wanted: ClaimFilter, *, limit: int, before: ClaimPlace | None, at: datetime
) -> list[Record]:
    """Claims of visible articles, newest article first, in reading order, with their ``arguments`` and ``evidence``."""
    query = _visible(select(*_claim_columns()).select_from(Claim).join(Article).join(Source, isouter=True), at)
    query = query.where(*_restrictions(wanted))
    if before is not None:
        query = query.where(_after(before))
    order = (_moment.desc(), Claim.article_id, Claim.span_start, Claim.claim_id)
    async with engine.connect() as connection:
        claims = await _records(connection, query.order_by(*order).limit(limit))
        arguments = await _arguments(connection, [claim["claim_id"] for claim in claims])
    return [{**claim, "arguments": [a for a in arguments if a["claim_id"] == claim["claim_id"]]} for claim in claims]


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
        _moment.label("moment"),
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
        _moment.label("moment"),
        speaker.label("speaker_entity_name"),
        func.substr(Article.text, start + 1, end - start).label("evidence"),
    ]


def _source() -> tuple[Any, Any]:
    return Source.name.label("source_name"), Source.country.label("source_country")


def _restrictions(wanted: ClaimFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool] | None] = [
        _equal(Claim.article_id, wanted.article_id),
        _equal(Claim.kind, wanted.kind),
        _equal(Claim.unit_code, wanted.unit),
        _equal(Article.source_id, wanted.source_id),
        _names(wanted.entity_id) if wanted.entity_id else None,
        or_(Claim.speaker_entity_id == wanted.speaker, Claim.speaker_name == wanted.speaker)
        if wanted.speaker
        else None,
        _holds_words(wanted.text) if wanted.text else None,
    ]
    if wanted.lowest is not None or wanted.highest is not None:
        found.append(Claim.bounds.op("&&")(func.numrange(wanted.lowest, wanted.highest, "[]")))
    if wanted.begin is not None or wanted.end is not None:
        found.append(Claim.period.op("&&")(func.daterange(wanted.begin, wanted.end, "[]")))
    return [restriction for restriction in found if restriction is not None]


def _equal(column: Any, value: str | None) -> ColumnElement[bool] | None:
    return None if value is None else column == value


def _names(entity_id: str) -> ColumnElement[bool]:
    """The entity takes part in the claim, or says it."""
    takes_part = exists().where(ClaimArgument.claim_id == Claim.claim_id, ClaimArgument.entity_id == entity_id)
    return or_(Claim.speaker_entity_id == entity_id, takes_part)


def _holds_words(words: str) -> ColumnElement[bool]:
    """Words as people type them into a search box: quoted phrases, ``or``, a minus."""
    return Article.search.op("@@")(func.websearch_to_tsquery("english", words))


def _after(place: ClaimPlace) -> ColumnElement[bool]:
    moment, *rest = place
    within = tuple_(Claim.article_id, Claim.span_start, Claim.claim_id) > tuple_(*rest)
    return or_(_moment < moment, and_(_moment == moment, within))


def _visible(query: Select[Any], at: datetime) -> Select[Any]:
    embargo = Article.embargoed_until
    return query.where(Article.withdrawn_at.is_(None), or_(embargo.is_(None), embargo <= at))


async def _arguments(connection: AsyncConnection, claims: Sequence[UUID]) -> list[Record]:
    if not claims:
        return []
    wanted = select(ClaimArgument.__table__).where(ClaimArgument.claim_id.in_(claims))
    return await _records(connection, wanted.order_by(ClaimArgument.claim_id, ClaimArgument.ordinal))


async def _records(connection: AsyncConnection, query: Select[Any]) -> list[Record]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]
