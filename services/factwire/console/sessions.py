"""Who looks at the pages: a signed cookie that says which key signed in, what it may do, and until when.

Nothing is kept on the server, so every console with the same secret knows every session. A token for forms is derived
from the session's own random id (HMAC), so that no other site can know it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Visitor:
    """``name``: the key's, None for whoever has not signed in; ``until``: seconds since 1970."""

    id: str
    until: int
    key_id: str | None = None
    name: str | None = None
    roles: frozenset[str] = frozenset()

    def may(self, role: str) -> bool:
        return role in self.roles


@dataclass(frozen=True, slots=True)
class Sessions:
    """``secret`` signs; ``clock`` tells seconds since 1970; ``seconds`` is how long a session lasts."""

    secret: bytes
    clock: Callable[[], float]
    seconds: int

    def stranger(self) -> Visitor:
        return Visitor(secrets.token_urlsafe(18), self._end())

    def signed_in(self, key_id: str, name: str, roles: frozenset[str]) -> Visitor:
        """A visitor under a new id, whatever cookie the browser came with."""
        return Visitor(secrets.token_urlsafe(18), self._end(), key_id, name, roles)

    def seal(self, visitor: Visitor) -> str:
        """The cookie's value."""
        fields = [visitor.id, visitor.until, visitor.key_id, visitor.name, sorted(visitor.roles)]
        body = urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode().rstrip("=")
        return f"{body}.{self._mac('session', body)}"

    def open(self, cookie: str | None) -> Visitor | None:
        """The visitor whom :meth:`seal` wrote down; None for a cookie that is not ours, or has ended."""
        body, _, mac = (cookie or "").partition(".")
        if not mac.isascii() or not hmac.compare_digest(mac, self._mac("session", body)):
            return None
        id, until, key_id, name, roles = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return Visitor(id, until, key_id, name, frozenset(roles)) if until > self.clock() else None

    def token(self, visitor: Visitor) -> str:
        """What a form of this visitor must send back."""
        return self._mac("form", visitor.id)

    def holds(self, token: str, visitor: Visitor) -> bool:
        return token.isascii() and hmac.compare_digest(token, self.token(visitor))

    def _end(self) -> int:
        return int(self.clock()) + self.seconds

    def _mac(self, purpose: str, text: str) -> str:
        return hmac.new(self.secret, f"{purpose}\x00{text}".encode(), sha256).hexdigest()
