"""Publishers on this machine: an HTTP server whose answers a test writes, and which keeps what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Publisher:
    """``replies``: by path; of several, one after the other is given, and the last for good. ``hold``: seconds."""

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    hold: float = 0.0
    base: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answers(self, path: str, *replies: Reply) -> str:
        self.replies[path] = list(replies)
        return self.base + path

    def count(self, path: str) -> int:
        return sum(one.path == path for one in self.asked)

    def reply_to(self, asked: Asked) -> Reply:
        with self.lock:
            self.asked.append(asked)
            left = self.replies.get(asked.path, [Reply(404)])
            reply = left.pop(0) if len(left) > 1 else left[0]
        tag = reply.headers.get("ETag")
        return Reply(304, headers=reply.headers) if tag and asked.headers.get("if-none-match") == tag else reply


class _Handler(BaseHTTPRequestHandler):
    publisher: Publisher
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes) -> None:
        publisher = self.publisher
        with publisher.lock:
            publisher.at_once += 1
            publisher.most_at_once = max(publisher.most_at_once, publisher.at_once)
        if publisher.hold:
            threading.Event().wait(publisher.hold)
        reply = publisher.reply_to(
            Asked(self.command, urlsplit(self.path).path, {k.lower(): v for k, v in self.headers.items()}, body)
        )
        with publisher.lock:
            publisher.at_once -= 1
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Said nowhere: a test asks ``asked``."""


@contextmanager
def publisher() -> Iterator[Publisher]:
    """Runs on a free port of the loopback interface."""
    running = Publisher()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"publisher": running}))
    running.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield running
    server.shutdown()
    server.server_close()
    thread.join(10)


def rss(*items: tuple[str, str], head: str = "") -> bytes:
    """A feed of (id, title) with a link and a sentence each."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{key}</guid><title>{title}</title>"
        f"<link>https://news.example/{key}</link><description>{title}: 40 tonnes.</description></item>"
        for key, title in items
    )
    return f"<rss version='2.0'><channel><title>The Example</title>{head}{entries}</channel></rss>".encode()
