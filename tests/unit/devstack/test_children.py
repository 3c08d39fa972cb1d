"""Children: ready, restarted, stopped in order. The stand-in is the standard library's web server."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from factwire.devstack import children
from factwire.devstack.children import Child, Plan, Stack
from factwire.devstack.ports import LOOPBACK, free_port
from factwire.devstack.readiness import listens
from factwire.errors import Unavailable


async def never() -> bool:
    return False


def web_server(name: str = "web", port: int = 0) -> Plan:
    port = port or free_port()
    return Plan(name, "http.server", [str(port), "--bind", LOOPBACK], listens(port), os.environ)


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    running = Stack(tmp_path / "logs")
    yield running
    await running.stop()


def processes(stack: Stack) -> list[asyncio.subprocess.Process]:
    return [child.process for child in stack._children() if child.process]


async def test_layer_is_started_and_told(stack: Stack) -> None:
    told: list[str] = []
    await stack.start([web_server("a"), web_server("b")], 20, lambda name, _: told.append(name))
    assert sorted(told) == ["a", "b"]


async def test_child_that_dies_is_started_again(stack: Stack) -> None:
    plan, told = web_server(), []
    await stack.start([plan], 20, lambda *_: None)
    keeping = asyncio.create_task(stack.keep(told.append))
    [first] = processes(stack)
    first.send_signal(signal.SIGKILL)
    async with asyncio.timeout(20):
        while processes(stack) == [first] or not await plan.ready():  # noqa: ASYNC110 - a child tells nobody
            await asyncio.sleep(0.02)
    assert told == ["web ended (SIGKILL); starting it again"]
    await stack.stop()
    await keeping


async def test_child_that_died_just_before_the_stop_is_not_started_again(stack: Stack) -> None:
    told = asyncio.Event()
    await stack.start([web_server()], 20, lambda *_: None)
    keeping = asyncio.create_task(stack.keep(lambda _: told.set()))
    [first] = processes(stack)
    first.send_signal(signal.SIGKILL)
    async with asyncio.timeout(20):
        await told.wait()
        await stack.stop()
        await keeping
    assert processes(stack) == [first]


async def test_child_that_keeps_dying_ends_the_stack(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once() -> bool:
        return True

    monkeypatch.setattr(children, "RESTARTS", 2)
    await stack.start([web_server(), Plan("zen", "this", [], at_once, os.environ)], 20, lambda *_: None)
    async with asyncio.timeout(30):
        with pytest.raises(Unavailable, match="zen keeps ending"):
            await stack.keep(lambda _: None)


async def test_child_that_ends_at_the_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = Child(Plan("zen", "this", [], never, os.environ), tmp_path / "zen.log")
    await child.start()
    with pytest.raises(Unavailable, match=r"zen ended at the start\.\n(.*\n)*.*Namespaces are one honking great idea"):
        await child.until_ready(20)


async def test_child_that_is_never_ready_is_told(tmp_path: Path) -> None:
    port = free_port()
    child = Child(Plan("web", "http.server", [str(port)], never, os.environ), tmp_path / "web.log")
    await child.start()
    with pytest.raises(Unavailable, match="web was not ready after 0 s"):
        await child.until_ready(0.1)
    await child.stop()


async def test_stop_leaves_nothing_running(stack: Stack) -> None:
    await stack.start([web_server("a")], 20, lambda *_: None)
    await stack.start([web_server("b")], 20, lambda *_: None)
    await stack.stop()
    assert all(process.returncode is not None for process in processes(stack))


async def test_child_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    port = free_port()
    arguments = ["--data-dir", str(tmp_path), "--port", str(port)]
    plan = Plan("broker", "factwire.devstack.broker", arguments, listens(port), os.environ, stop_seconds=0.2)
    child = Child(plan, tmp_path / "broker.log")
    await child.start()
    await child.until_ready(20)
    assert child.process is not None
    child.process.send_signal(signal.SIGSTOP)
    async with asyncio.timeout(10):
        await child.stop()
    assert child.process.returncode == -signal.SIGKILL
