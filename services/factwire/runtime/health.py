"""Whether a service lives (its loop turns) and is ready (its named checks hold), over HTTP beside its metrics.

``/livez``: 503 once the loop has not turned for the stall time: restart it. ``/readyz``: 503 with reasons while
something it needs is away: do not restart, it goes on by itself. ``/metrics``: for Prometheus.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import uvicorn

from factwire.errors import ConfigurationError
from factwire.runtime import metrics

Receive: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]
AsgiApp: TypeAlias = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
Answer: TypeAlias = tuple[int, bytes, str]
JSON: Final = "application/json"


@dataclass
class Health:
    """What a service knows of itself. ``unready`` maps the name of a check to why it does not hold."""

    service: str
    stall_timeout: float = 60.0
    clock: Callable[[], float] = time.monotonic
    unready: dict[str, str] = field(default_factory=lambda: {"start": "not started yet"})
    remarks: dict[str, str] = field(default_factory=dict)
    """What is worth saying although the service is ready."""
    _ticked: float | None = None

    def tick(self) -> None:
        """The loop turned."""
        self._ticked = self.clock()

    def holds(self, check: str) -> None:
        self.unready.pop(check, None)

    def fails(self, check: str, reason: str) -> None:
        self.unready[check] = reason

    def remark(self, subject: str, said: str | None) -> None:
        """None takes it back."""
        if said is None:
            self.remarks.pop(subject, None)
        else:
            self.remarks[subject] = said

    @property
    def loop_age(self) -> float:
        """Seconds since the loop last turned; 0 before it began."""
        return 0.0 if self._ticked is None else self.clock() - self._ticked

    @property
    def alive(self) -> bool:
        return self.loop_age <= self.stall_timeout

    @property
    def ready(self) -> bool:
        return self.alive and not self.unready

    def answer(self, path: str) -> Answer | None:
        """Status, body and content type for a path of ours; None for any other."""
        match path:
            case "/livez":
                return self._report(self.alive)
            case "/readyz":
                return self._report(self.ready)
            case "/metrics":
                return self._measured()
            case _:
                return None

    def _measured(self) -> Answer:
        metrics.LOOP_AGE.labels(self.service).set(self.loop_age)
        metrics.READY.labels(self.service).set(self.ready)
        return 200, *metrics.exposition()

    def _report(self, good: bool) -> Answer:
        report = {
            "status": "ok" if good else "failing",
            "service": self.service,
            "loop_age_seconds": round(self.loop_age, 3),
            "unready": self.unready,
            **({"remarks": self.remarks} if self.remarks else {}),
        }
        return (200 if good else 503), json.dumps(report).encode(), JSON


def health_app(health: Health) -> AsgiApp:
    """The three paths as an ASGI application, for a service that has no other HTTP interface."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        status, body, kind = health.answer(scope["path"]) or (404, b'{"status":"no such path"}', JSON)
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


class QuietServer(uvicorn.Server):
    """uvicorn without its signal handlers: the service that embeds it decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: AsgiApp, host: str, port: int) -> AsyncIterator[int]:
    """Serves ``app`` while the block runs; yields the port. Raises :class:`ConfigurationError` if it is taken."""
    listener = _listen(host, port)
    server = QuietServer(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await asyncio.wait([task], timeout=5)
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        raise ConfigurationError(
            f"FACTWIRE_HTTP_PORT: cannot listen on {host}:{port} ({fault.strerror}); choose another port"
        ) from fault
    return listener
