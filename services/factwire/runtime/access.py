"""API keys as data: how a token is written, what of it is kept, and what it allows. Pure: no clock, no store.

A token is ``fw_<id>_<secret>``. The id finds the row, the secret proves the bearer. The secret is 192 random bits, so
nobody can try them all, however fast the digest is: SHA-256 is enough, where a password would need a slow one.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal, TypeAlias

from limits import RateLimitItem
from limits import parse as parse_limit

from factwire.errors import InvalidInput

Policy: TypeAlias = Literal["auto", "required", "off"]
RandomBytes: TypeAlias = Callable[[int], bytes]

INGEST: Final = "ingest"
READ: Final = "read"
OPERATE: Final = "operate"
SCOPES: Final = {
    INGEST: "push and withdraw articles at the gateway",
    READ: "read API, stream and pages",
    OPERATE: "dead letters: replay and purge",
}
_TOKEN: Final = re.compile(r"fw_([0-9a-f]{12})_([0-9a-f]{48})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: never its secret. ``rate_limit`` as `limits` reads it ("600/minute"); None: none."""

    key_id: str
    digest: bytes
    name: str
    scopes: frozenset[str]
    rate_limit: str | None = None
    revoked: bool = False

    def opens_with(self, secret: str) -> bool:
        """Compared in constant time: how long it takes tells nothing of the digest."""
        return not self.revoked and hmac.compare_digest(self.digest, digest_of(secret))


@dataclass(frozen=True, slots=True)
class Token:
    key_id: str
    secret: str

    def __str__(self) -> str:
        return f"fw_{self.key_id}_{self.secret}"

    def __repr__(self) -> str:
        return f"Token({self.key_id!r}, …)"


def mint(random: RandomBytes) -> Token:
    """A new token; its text is shown once and kept nowhere."""
    return Token(random(6).hex(), random(24).hex())


def parse_token(text: str) -> Token | None:
    """None for what no token of ours looks like."""
    found = _TOKEN.fullmatch(text.strip())
    return Token(*found.groups()) if found else None


def bearer_of(authorization: str | None) -> str | None:
    """The credentials of an ``Authorization: Bearer …`` header (RFC 6750); None for another scheme or no header."""
    scheme, _, credentials = (authorization or "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else None


def digest_of(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def read_scopes(text: str) -> frozenset[str]:
    """Scopes as a person writes them, with commas. Raises :class:`InvalidInput` that names them all."""
    found = frozenset(filter(None, (part.strip() for part in text.split(","))))
    if not found or not found <= SCOPES.keys():
        raise InvalidInput(f"{text!r}: scopes are {', '.join(SCOPES)}, several with commas")
    return found


def read_rate_limit(text: str) -> RateLimitItem:
    """``600/minute`` and the like. Raises :class:`InvalidInput`."""
    try:
        return parse_limit(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r}: a rate limit is a number per second, minute, hour or day: 600/minute") from error
