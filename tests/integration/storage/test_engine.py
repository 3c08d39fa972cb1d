"""Readers' connections over a real PostgreSQL: whoever leaves in the middle of a question drops none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import psycopg
import pytest
from psycopg.rows import TupleRow
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.support.databases import settings_for

from factwire.storage.engine import close_engine, finished, open_engine

pytestmark = pytest.mark.docker
LOCK = 4711
_WAITING = "select count(*) from pg_locks where locktype = 'advisory' and not granted"


async def ask(engine: AsyncEngine, question: str) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(text(question))).scalar_one())


async def until_waiting(holder: psycopg.AsyncConnection[TupleRow]) -> None:
    while (await (await holder.execute(_WAITING)).fetchone()) != (1,):
        await holder.execute("select pg_sleep(0.01)")


@asynccontextmanager
async def left_in_mid_question(database: str, engine: AsyncEngine) -> AsyncIterator[psycopg.AsyncConnection[TupleRow]]:
    """A reader has left a question that cannot end: whoever holds it up is given, and lets it go."""
    held_up = f"select pg_backend_pid() from (select pg_advisory_lock_shared({LOCK})) l"
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as holder:
        await holder.execute("select pg_advisory_lock(%s)", [LOCK])
        async with anyio.create_task_group() as readers:
            readers.start_soon(finished, ask(engine, held_up))
            await until_waiting(holder)
            readers.cancel_scope.cancel()
        yield holder


async def test_connection_of_a_reader_that_left_in_mid_question_goes_back_to_the_pool(database):
    engine = open_engine(settings_for(database, database_pool=1))
    backend = await ask(engine, "select pg_backend_pid()")
    async with left_in_mid_question(database, engine) as holder:
        await holder.execute("select pg_advisory_unlock(%s)", [LOCK])
    assert await ask(engine, "select pg_backend_pid()") == backend
    await close_engine(engine)


async def test_pool_is_closed_after_the_question_that_outlives_its_reader(database):
    engine = open_engine(settings_for(database, database_pool=1))
    async with left_in_mid_question(database, engine) as holder:
        closing = asyncio.create_task(close_engine(engine))
        await holder.execute("select pg_sleep(0.01)")
        assert not closing.done()
        await holder.execute("select pg_advisory_unlock(%s)", [LOCK])
        await closing
        others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        while (await (await holder.execute(others)).fetchone()) != (0,):  # a server's process ends a little later
            await holder.execute("select pg_sleep(0.01)")
