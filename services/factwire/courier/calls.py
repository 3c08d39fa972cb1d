"""One call over HTTP: no redirects, a bound on time, and on the public internet unless allowed otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import httpx

from factwire.courier.message import Message, signed_headers
from factwire.errors import InvalidInput
from factwire.runtime.web.addresses import PublicOnly


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` None: there was no answer, and ``fault`` says why."""

    status: int | None
    fault: str | None = None


def open_client(timeout: float, *, private: bool) -> httpx.AsyncClient:
    """``private``: addresses inside our own network may be called."""
    inner = httpx.AsyncHTTPTransport()
    return httpx.AsyncClient(
        transport=inner if private else PublicOnly(inner), timeout=timeout, follow_redirects=False, trust_env=False
    )


async def call(client: httpx.AsyncClient, url: str, secret: str, message: Message, at: datetime) -> Answer:
    """Sends it; the answer's body is not read, so that nobody can hold us with one."""
    try:
        headers = signed_headers(message, secret, at)
        async with client.stream("POST", url, content=message.body, headers=headers) as answer:
            return Answer(answer.status_code)
    except httpx.TimeoutException:
        return Answer(None, "no answer in time")
    except (httpx.HTTPError, httpx.InvalidURL, InvalidInput, OSError) as fault:
        return Answer(None, str(fault) or type(fault).__name__)
