"""A child is ready when it answers, and a child that does not answer yet is no fault."""

from __future__ import annotations

import asyncio

from factwire.devstack.ports import LOOPBACK, free_port
from factwire.devstack.readiness import is_ready, listens


async def test_a_port_is_open_or_not():
    port = free_port()
    assert not await listens(port)()
    server = await asyncio.start_server(lambda _, writer: writer.close(), LOOPBACK, port)
    async with server:
        assert await listens(port)()


async def test_only_200_is_ready():
    status = b"503 Service Unavailable"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    port = free_port()
    ready = is_ready(f"http://{LOOPBACK}:{port}/readyz")
    assert not await ready(), "nothing listens"
    async with await asyncio.start_server(answer, LOOPBACK, port):
        assert not await ready(), "it says 503"
        status = b"200 OK"
        assert await ready()
