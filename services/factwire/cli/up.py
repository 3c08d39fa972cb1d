"""``factwire up``: broker, database and every service on this machine, without Docker, in one data folder."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import typer

from factwire.devstack import folder as data_folder
from factwire.devstack import ports, postgres
from factwire.devstack.children import Plan, Stack
from factwire.devstack.ports import LOOPBACK
from factwire.devstack.postgres import Server
from factwire.devstack.readiness import answers, is_ready, listens

USUAL_PORTS: Final = {
    "console": 8000,
    "gateway": 8080,
    "enricher": 9101,
    "sink": 9102,
    "poller": 9103,
    "courier": 9104,
    "broker": 9092,
    "postgres": 5433,
}
SERVICES: Final = ("enricher", "sink", "gateway", "poller", "console", "courier")
START_SECONDS: Final = 60.0
FIRST_PAGE: Final = "/articles/demo-machine-tools"
"""Where the demo's link leads: an article that shows most of what is found, at a glance."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything of one stack is: its folder, a port for each part, and the database's address."""

    folder: Path
    ports: Mapping[str, int]

    @property
    def database(self) -> Server:
        return Server(self.folder / "postgres", self.ports["postgres"])

    @property
    def broker(self) -> str:
        return f"{LOOPBACK}:{self.ports['broker']}"

    def http(self, service: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[service]}"

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of every child."""
        return {**os.environ, **compiled_into(self.folder / "bytecode")}

    def environment(self, port: int = 0) -> dict[str, str]:
        """For one service: what is set outside, with our addresses over it."""
        return {
            **self.surroundings,
            "FACTWIRE_KAFKA_BOOTSTRAP_SERVERS": self.broker,
            "FACTWIRE_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
            "FACTWIRE_DATABASE_URL": self.database.url,
            "FACTWIRE_CONSOLE_SERVICES": " ".join(f"{name}={self.http(name)}" for name in SERVICES),
            "FACTWIRE_GATEWAY_SPOOL_DIR": str(self.folder / "gateway"),
            "FACTWIRE_HTTP_HOST": LOOPBACK,
            "FACTWIRE_HTTP_PORT": str(port),
        }


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Feed the sample articles and print what came out.")] = False,
    exit_: Annotated[bool, typer.Option("--exit", help="Stop when everything runs and the demo is done.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Drop what earlier runs have left.")] = False,
    data_dir: Annotated[Path, typer.Option(help="Where broker, database and logs keep their files.")] = Path(
        ".factwire"
    ),
) -> None:
    """Everything on this machine without Docker: a development broker, PostgreSQL, all services. Ctrl-C stops it.

    Example:  factwire up --demo
    """
    postgres.programs()  # says what to install before anything is started
    with data_folder.claimed(data_dir.resolve()) as folder:
        if fresh:
            data_folder.empty(folder)
        layout = Layout(folder, ports.choose(USUAL_PORTS))
        if settings := compiled_into(folder / "bytecode"):
            sys.dont_write_bytecode, sys.pycache_prefix = False, settings["PYTHONPYCACHEPREFIX"]
        code = asyncio.run(_until_signal(_run(layout, demo=demo, leave=exit_)))
    raise typer.Exit(code)


def compiled_into(cache: Path) -> dict[str, str]:
    """Settings for Python where it may not keep compiled modules beside their sources: then they go to ``cache``.

    Compiling everything again is two thirds of a start (measured: 4.3 s of CPU for the sink alone, 1.4 s without).
    """
    if not os.environ.get("PYTHONDONTWRITEBYTECODE") or os.environ.get("PYTHONPYCACHEPREFIX"):
        return {}
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(cache)}


async def _until_signal(work: Awaitable[int]) -> int:
    """Ctrl-C and SIGTERM cancel ``work``, which then stops its children; more of them change nothing."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return 0


async def _run(layout: Layout, *, demo: bool, leave: bool) -> int:
    stack = Stack(layout.folder / "logs")
    begun = time.monotonic()
    try:
        await _start(stack, layout)
        tell(f"everything runs after {time.monotonic() - begun:.1f} s; logs are in {layout.folder / 'logs'}")
        complete = await _show_demo(layout) if demo else True
        _print_addresses(layout)
        if demo:
            print(f"  look      {layout.http('console')}{FIRST_PAGE}", flush=True)
        if not leave:
            tell("Ctrl-C stops everything")
            await stack.keep(tell)
        return 0 if complete else 1
    finally:
        await _stop(stack)


async def _start(stack: Stack, layout: Layout) -> None:
    importing = asyncio.ensure_future(asyncio.to_thread(_import_provisioning))
    await stack.start(_foundations(layout), START_SECONDS, _tick_off)
    await importing
    begun = time.monotonic()
    await _provision(layout)
    _tick_off("topics and tables", time.monotonic() - begun)
    await stack.start(_services(layout), START_SECONDS, _tick_off)


async def _stop(stack: Stack) -> None:
    """Runs to its end even if Ctrl-C comes again: children that outlive us would hold the data folder."""
    begun = time.monotonic()
    stopping = asyncio.ensure_future(stack.stop())
    while not stopping.done():
        try:
            await asyncio.shield(stopping)
        except asyncio.CancelledError:
            tell("stopping ...")
    tell(f"stopped in {time.monotonic() - begun:.1f} s")


def _foundations(layout: Layout) -> list[Plan]:
    broker = ["--data-dir", str(layout.folder / "broker"), "--port", str(layout.ports["broker"])]
    database = ["--data-dir", str(layout.database.folder), "--port", str(layout.ports["postgres"])]
    return [
        Plan("broker", "factwire.devstack.broker", broker, listens(layout.ports["broker"]), layout.surroundings),
        Plan("postgres", "factwire.devstack.postgres", database, answers(layout.database), layout.surroundings),
    ]


def _services(layout: Layout) -> list[Plan]:
    return [
        Plan(
            name,
            "factwire.cli.main",
            [name],
            is_ready(f"{layout.http(name)}/readyz"),
            layout.environment(layout.ports[name]),
            stop_seconds=30.0,
        )
        for name in SERVICES
    ]


def _import_provisioning() -> None:
    """The slow imports of `_provision` and the demo, while the children start."""
    for module in ("factwire.streaming.provision", "factwire.storage.migrate", "factwire.storage.engine"):
        import_module(module)


async def _provision(layout: Layout) -> None:
    """Topics and tables, side by side."""
    from pydantic import SecretStr

    from factwire.operations.affiliations import load_affiliations
    from factwire.storage import migrate
    from factwire.storage.settings import DatabaseSettings
    from factwire.streaming.provision import apply_topics
    from factwire.streaming.settings import ConsumerSettings

    database = DatabaseSettings(database_url=SecretStr(layout.database.url))
    kafka = ConsumerSettings(kafka_bootstrap_servers=layout.broker, kafka_security_protocol="PLAINTEXT")

    def tables() -> None:
        migrate.upgrade(database)
        load_affiliations(database)

    await asyncio.gather(asyncio.to_thread(tables), apply_topics(kafka))


async def _show_demo(layout: Layout) -> bool:
    from factwire.cli.demo import Demo

    return await Demo(layout.http("gateway"), layout.database.url, layout.broker, tell).show()


# -- what a person sees


def tell(line: str) -> None:
    print(f"factwire: {line}", file=sys.stderr, flush=True)


def _tick_off(name: str, seconds: float) -> None:
    print(f"  ✓ {name:<18} {seconds:5.1f} s", file=sys.stderr, flush=True)


def _print_addresses(layout: Layout) -> None:
    print(f"  console   {layout.http('console')}")
    print(f"  gateway   {layout.http('gateway')}/v1/articles  (POST an article; {layout.http('gateway')}/docs)")
    print(f"  broker    {layout.broker}  (development broker: any Kafka client)")
    print(f"  database  {layout.database.url}", flush=True)
