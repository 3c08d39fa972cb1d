"""Offsets in Postgres: a claim fences whoever held the partition before."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.databases import settings_for

from factwire.errors import FencedError
from factwire.storage.engine import connect
from factwire.storage.offsets import Hold, Partition, advance, claim, read

pytestmark = pytest.mark.docker
P0, P1 = Partition("t", 0), Partition("t", 1)


async def test_a_first_claim_starts_at_the_beginning_and_a_second_goes_on(database: str) -> None:
    connection = await connect(settings_for(database))
    first = await claim(connection, "g", {P0: 5, P1: 0})
    assert first == {P0: Hold(5, 1), P1: Hold(0, 1)}
    async with connection.transaction():
        await advance(connection, "g", first, {P0: 9})
    assert await claim(connection, "g", {P0: 5}) == {P0: Hold(9, 2)}
    await connection.close()


async def test_a_zombie_is_refused_and_its_work_rolled_back(database: str) -> None:
    zombie, owner = await connect(settings_for(database)), await connect(settings_for(database))
    old = await claim(zombie, "g", {P0: 0})
    await claim(owner, "g", {P0: 0})
    with pytest.raises(FencedError):
        async with zombie.transaction():
            await advance(zombie, "g", old, {P0: 3})
    assert await read(owner, "g", [P0]) == {P0: Hold(0, 2)}
    await asyncio.gather(zombie.close(), owner.close())


async def test_a_claim_waits_for_a_commit_under_way_and_reads_what_it_left(database: str) -> None:
    before, after = await connect(settings_for(database)), await connect(settings_for(database))
    held = await claim(before, "g", {P0: 0})
    async with before.transaction():
        await advance(before, "g", held, {P0: 7})
        waiting = asyncio.create_task(claim(after, "g", {P0: 0}))
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
    assert await waiting == {P0: Hold(7, 2)}
    await asyncio.gather(before.close(), after.close())


async def test_an_offset_that_moved_without_us_is_refused(database: str) -> None:
    connection = await connect(settings_for(database))
    await claim(connection, "g", {P0: 0})
    with pytest.raises(FencedError):
        async with connection.transaction():
            await advance(connection, "g", {P0: Hold(4, 1)}, {P0: 6})
    await connection.close()
