"""Whether a child can be used yet: its port is open, its database answers, its service says that it is ready."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request

from factwire.devstack.children import Ready
from factwire.devstack.ports import LOOPBACK
from factwire.devstack.postgres import Server


def listens(port: int) -> Ready:
    """Something takes connections there."""

    async def asked() -> bool:
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, port)
        except OSError:
            return False
        writer.close()
        return True

    return asked


def answers(server: Server) -> Ready:
    """The database is made, and lets us in."""
    from psycopg import AsyncConnection, OperationalError

    async def asked() -> bool:
        if not server.is_prepared:
            return False
        try:
            connection = await AsyncConnection.connect(server.url, connect_timeout=5)
        except OperationalError:
            return False
        await connection.close()
        return True

    return asked


def is_ready(url: str) -> Ready:
    """The address answers 200, as ``/readyz`` does."""

    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return lambda: asyncio.to_thread(ask)
