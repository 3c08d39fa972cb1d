"""A command's look at the database: connect, work, commit; in plain words if it is away or has no tables yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg

from factwire.cli.configuration import configure
from factwire.errors import ConfigurationError
from factwire.storage.engine import Connection, connect
from factwire.storage.faults import away
from factwire.storage.settings import DatabaseSettings

T = TypeVar("T")


def with_database(work: Callable[[Connection], Awaitable[T]]) -> T:
    """What ``work`` returns, in one transaction. Raises :class:`ConfigurationError` before the first migration, and
    :class:`factwire.errors.TransientError` where nothing answers.
    """
    return asyncio.run(_connected(configure(DatabaseSettings), work))


async def _connected(settings: DatabaseSettings, work: Callable[[Connection], Awaitable[T]]) -> T:
    connection = await connect(settings)
    try:
        async with connection:
            return await work(connection)
    except psycopg.errors.UndefinedTable as fault:
        raise ConfigurationError("the database does not have our tables yet; run: factwire db upgrade") from fault
    except psycopg.OperationalError as fault:
        raise away(settings, fault) from fault
