"""FastStream with an SQLAlchemy ORM sink, as their documentation shows both: one message, one session, one commit."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from facts import finder
from faststream import FastStream
from faststream.kafka import KafkaBroker
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "orm_articles"
    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    body: Mapped[str]
    mentions: Mapped[list[Mention]] = relationship(cascade="all, delete-orphan")
    claims: Mapped[list[Claim]] = relationship(cascade="all, delete-orphan")


class Mention(Base):
    __tablename__ = "orm_mentions"
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("orm_articles.id"), index=True)
    entity: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str]


class Claim(Base):
    __tablename__ = "orm_claims"
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("orm_articles.id"), index=True)
    value: Mapped[str]
    unit: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str]


broker = KafkaBroker(os.environ["PEER_KAFKA"])
engine = create_async_engine(os.environ["PEER_DATABASE"].replace("postgresql://", "postgresql+asyncpg://"))
sessions = async_sessionmaker(engine, expire_on_commit=False)
find = finder()
topic = os.environ["PEER_TOPIC"]


@broker.subscriber(f"{topic}.raw", group_id=f"{topic}-enricher", auto_offset_reset="earliest")
@broker.publisher(f"{topic}.enriched")
async def enrich(article: dict[str, Any]) -> dict[str, Any]:
    return {**article, **find(article["body"])}


@broker.subscriber(f"{topic}.enriched", group_id=f"{topic}-sink", auto_offset_reset="earliest")
async def store(article: dict[str, Any]) -> None:
    async with sessions() as session, session.begin():
        await session.merge(
            Article(
                id=article["article_id"],
                title=article.get("title"),
                body=article["body"],
                mentions=[Mention(**mention) for mention in article["mentions"]],
                claims=[Claim(**claim) for claim in article["claims"]],
            )
        )


async def main() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await FastStream(broker).run()


if __name__ == "__main__":
    asyncio.run(main())
