"""Connections: a pool for readers, and single connections with bounds for writers.

The bounds matter: without them a cut network holds a batch for minutes, until the kernel gives the connection up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeAlias, TypeVar

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from factwire.storage.faults import away
from factwire.storage.settings import DatabaseSettings

Connection: TypeAlias = psycopg.AsyncConnection[Any]
"""For writing: psycopg's own, rows as tuples."""
Answer = TypeVar("Answer")
_SHORT_QUESTIONS: Final = "-c jit=off -c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_custom_plan"
"""A page takes some milliseconds: compiling its plan or starting workers takes longer, and a plan that is kept for the
next question does not know whether that asks for the common or the rare.
"""
_UNDER_WAY: Final[set[asyncio.Task[Any]]] = set()


def open_engine(settings: DatabaseSettings) -> AsyncEngine:
    """A pool for reading. Opens nothing yet."""
    bounds = connection_bounds(settings)
    return create_async_engine(
        settings.sqlalchemy_url,
        pool_size=settings.database_pool,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={**bounds, "options": f"{bounds['options']} {_SHORT_QUESTIONS}"},
    )


async def finished(question: Coroutine[Any, Any, Answer]) -> Answer:
    """The answer to a question that is asked to its end, even if whoever waits for it is cancelled meanwhile.

    A reader that leaves cancels everything it waits for, again and again, closing a connection included: one that was
    dropped in mid-question would never be closed. The statement timeout bounds how long a question outlives its reader.
    """
    task = asyncio.create_task(question)
    _UNDER_WAY.add(task)  # the loop itself holds tasks weakly
    task.add_done_callback(_UNDER_WAY.discard)
    return await asyncio.shield(task)


async def close_engine(engine: AsyncEngine) -> None:
    """Closes the pool once no question is under way: a connection that comes back later would never be closed."""
    while asked := [task for task in _UNDER_WAY if task.get_loop() is asyncio.get_running_loop()]:
        await asyncio.wait(asked)
    await engine.dispose()


async def connect(settings: DatabaseSettings) -> Connection:
    """One connection for writing, in manual commit. Raises :class:`TransientError` if there is none to be had."""
    try:
        return await psycopg.AsyncConnection.connect(settings.conninfo, **connection_bounds(settings))
    except psycopg.OperationalError as fault:
        raise away(settings, fault) from fault


def connection_bounds(settings: DatabaseSettings) -> dict[str, Any]:
    """libpq's options: how long to wait for a connection, a statement, a silent network, an idle transaction."""
    statement = int(settings.database_statement_timeout * 1000)
    return {
        "connect_timeout": max(2, round(settings.database_connect_timeout)),
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        "options": f"-c statement_timeout={statement} -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        "application_name": "factwire",
    }
