"""Questions about who and what is written of: found by name, and how much there is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from factwire.storage.filters import moment, unhidden, visible
from factwire.storage.tables import Article, ArticleEntity, Entity, Mention

Record: TypeAlias = dict[str, Any]
EntityPlace: TypeAlias = tuple[str, str]
"""Where an entity stands in the list: its name in lower case, as far as it is indexed, and its id."""

MOST_COUNTED: Final = 10_000
"""Claims are counted up to here: an entity has few, or so many that the number says nothing more."""
_MOST_NAMES: Final = 10
_name = func.lower(func.left(Entity.name, literal_column("100")))
_words = func.to_tsvector(literal_column("'simple'::regconfig"), func.left(Entity.name, literal_column("1000")))


async def find_entities(
    engine: AsyncEngine, *, name: str | None, type: str | None, limit: int, after: EntityPlace | None, at: datetime
) -> list[Record]:
    """Entities of visible articles by name, with ``place`` and ``article_count``; every word of ``name`` begins one."""
    query = select(*Entity.__table__.columns, _name.label("place"), _article_count(at).label("article_count"))
    query = query.where(exists().where(*_seen(at)))
    if words := (name or "").split():
        query = query.where(_words.op("@@")(func.to_tsquery(literal_column("'simple'::regconfig"), _prefixes(words))))
    if type is not None:
        query = query.where(Entity.type == type)
    if after is not None:
        query = query.where(tuple_(_name, Entity.entity_id) > tuple_(*after))
    return await _records(engine, query.order_by(_name, Entity.entity_id).limit(limit))


async def entities_called(engine: AsyncEngine, name: str, *, at: datetime, limit: int) -> list[Record]:
    """Those of exactly this name in any capitals, with ``article_count``; of which most is written first."""
    count = _article_count(at).label("article_count")
    query = select(*_plain(), count).where(_name == func.lower(func.left(name, 100)), exists().where(*_seen(at)))
    return await _records(engine, query.order_by(count.desc(), Entity.entity_id).limit(limit))


async def entity_names(engine: AsyncEngine, ids: Collection[str], *, at: datetime) -> dict[str, str]:
    """Names by id, of those that a visible article mentions."""
    query = select(*_plain()).where(Entity.entity_id.in_(ids), exists().where(*_seen(at)))
    return {row["entity_id"]: row["name"] for row in await _records(engine, query)}


async def most_named(engine: AsyncEngine, *, at: datetime, articles: int, limit: int) -> list[Record]:
    """Those in most of the newest ``articles``, with ``article_count`` among them."""
    newest = select(Article.article_id).where(visible(at)).order_by(moment.desc(), Article.article_id.desc())
    among = newest.limit(articles).subquery()
    count = func.count().label("article_count")
    query = (
        select(*_plain(), count)
        .join(ArticleEntity, ArticleEntity.entity_id == Entity.entity_id)
        .join(among, among.c.article_id == ArticleEntity.article_id)
        .group_by(*_plain())
    )
    return await _records(engine, query.order_by(count.desc(), Entity.name).limit(limit))


async def entity(engine: AsyncEngine, entity_id: str, *, at: datetime) -> Record | None:
    """An entity with its names as written, when it was first and last seen, and counts; None if no article has it."""
    seen = select(
        func.count().label("article_count"),
        func.min(ArticleEntity.moment).label("first_seen"),
        func.max(ArticleEntity.moment).label("last_seen"),
        func.least(func.sum(ArticleEntity.claims_about), MOST_COUNTED).label("claims_about"),
        func.least(func.sum(ArticleEntity.claims_by), MOST_COUNTED).label("claims_by"),
    ).where(ArticleEntity.entity_id == entity_id, unhidden(at))
    rows = await _records(engine, select(Entity).where(Entity.entity_id == entity_id).with_only_columns(*_plain()))
    counted = (await _records(engine, select(*seen.subquery().c)))[0]
    if not rows or not counted["article_count"]:
        return None
    return {**rows[0], **counted, "names": await _names(engine, entity_id)}


def _plain() -> tuple[Any, ...]:
    return tuple(Entity.__table__.columns)


async def _names(engine: AsyncEngine, entity_id: str) -> list[str]:
    """How it is written in the newest articles, most frequent first."""
    newest = (
        select(ArticleEntity.article_id)
        .where(ArticleEntity.entity_id == entity_id)
        .order_by(ArticleEntity.moment.desc())
        .limit(200)
    )
    named = and_(Mention.entity_id == entity_id, Mention.form.in_(("name", "alias", "acronym")))
    query = select(Mention.span_text).where(named, Mention.article_id.in_(newest)).group_by(Mention.span_text)
    found = await _records(engine, query.order_by(func.count().desc(), Mention.span_text).limit(_MOST_NAMES))
    return [row["span_text"] for row in found]


def _article_count(at: datetime) -> Any:
    return select(func.count()).select_from(ArticleEntity).where(*_seen(at)).scalar_subquery()


def _seen(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return ArticleEntity.entity_id == Entity.entity_id, unhidden(at)


def _prefixes(words: list[str]) -> str:
    return " & ".join("'{}':*".format(word.replace("\\", "\\\\").replace("'", "''")) for word in words)


async def _records(engine: AsyncEngine, query: Select[Any]) -> list[Record]:
    async with engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(query)).mappings()]
