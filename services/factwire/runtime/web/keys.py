"""Who calls: API keys at the door of an HTTP interface, checked against a copy of the key table that is seconds old.

The copy serves while the database is away: known keys go on, one that is not known could be new and is told to come
back. Before the first look at the table nobody is let in, for it may hold a key.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Annotated, Any, Final, Protocol

from fastapi import Depends, Request, Response
from fastapi.security import HTTPBearer
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from factwire.errors import ConfigurationError, TransientError, Unavailable
from factwire.runtime.access import SCOPES, ApiKey, Policy, Token, bearer_of, parse_token, read_rate_limit
from factwire.runtime.logs import get_logger
from factwire.runtime.web.problems import Problem, ProblemType

REFRESH_SECONDS: Final = 5.0
"""How old the copy may grow; a revoked key is out after so long at the latest."""
EAGER_SECONDS: Final = 1.0
"""How old it may be when a key is not in it: a key works at once, and guessing does not hammer the database."""

NO_KEY: Final = ProblemType(
    "no-key", 401, "An API key is needed", "Send `Authorization: Bearer fw_…`; `factwire keys create` makes a key."
)
SCOPE_MISSING: Final = ProblemType(
    "scope-missing", 403, "The key does not allow this", "Use a key that was created with the scope that is named."
)
TOO_MANY: Final = ProblemType(
    "too-many-requests", 429, "The key's rate limit is used up", "Wait for the seconds in Retry-After."
)
SCHEME: Final = HTTPBearer(
    auto_error=False,
    scheme_name="ApiKey",
    bearerFormat="fw_<id>_<secret>",
    description="A key from `factwire keys create`. Until the first is created, none is asked for.",
)
"""Here for the OpenAPI document; what is sent is judged by the keyring."""
KEY_PROBLEMS: Final = (NO_KEY, SCOPE_MISSING, TOO_MANY)
log = get_logger(__name__)


class KeyStore(Protocol):
    """Where keys are kept."""

    async def load(self) -> Sequence[ApiKey]:
        """Every key that was ever created, revoked ones too. Raises :class:`TransientError`."""

    async def touch(self, key_ids: Collection[str], day: date) -> None:
        """Notes that they were used on this day. Raises :class:`TransientError`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: nobody in particular where no key is asked for. ``headers`` tell how much of the limit is left."""

    key_id: str | None = None
    name: str | None = None
    roles: frozenset[str] = frozenset(SCOPES)
    headers: dict[str, str] = field(default_factory=dict)


class Keyring:
    """The keys of a process. ``clock`` tells monotonic seconds, ``today`` the day."""

    def __init__(
        self, store: KeyStore | None, policy: Policy, clock: Callable[[], float], today: Callable[[], date]
    ) -> None:
        if policy == "required" and store is None:
            raise ConfigurationError("FACTWIRE_API_KEYS=required needs FACTWIRE_DATABASE_URL, where the keys are")
        self._store = store if policy != "off" else None
        self._policy = policy
        self._clock, self._today = clock, today
        self._keys: dict[str, ApiKey] | None = None
        self._looked = float("-inf")
        self._fault: TransientError | None = None
        self._lock = asyncio.Lock()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._used: dict[str, date] = {}

    @classmethod
    def open(cls) -> Keyring:
        """For an interface that asks nobody for a key."""
        return cls(None, "off", lambda: 0.0, lambda: date.min)

    async def admit(self, authorization: str | None, scope: str) -> Caller:
        """Raises :class:`Problem` 401, 403 or 429, and :class:`Unavailable` for a key that cannot be looked up."""
        if await self.is_open():
            return Caller()
        presented = bearer_of(authorization)
        key = await self._find(parse_token(presented)) if presented else None
        if key is None:
            raise _unknown(presented)
        if scope not in key.scopes:
            challenge = f'Bearer realm="factwire", error="insufficient_scope", scope="{scope}"'
            raise Problem(SCOPE_MISSING, f"this needs the scope {scope}", headers={"www-authenticate": challenge})
        return Caller(key.key_id, key.name, key.scopes, await self._spend(key))

    async def is_open(self) -> bool:
        """Whether nobody is asked for a key: by setting, for want of a database, or as none was ever created."""
        if self._store is None:
            return True
        if self._policy == "required":
            return False
        return not await self._known(REFRESH_SECONDS)

    async def identify(self, key: str) -> Caller | None:
        """Whose key this is; None if it is nobody's."""
        found = await self._find(parse_token(key))
        return Caller(found.key_id, found.name, found.scopes) if found else None

    async def still_holds(self, key_id: str) -> bool:
        """False once the key has been revoked."""
        key = (await self._known(REFRESH_SECONDS)).get(key_id) if self._store else None
        return key is not None and not key.revoked

    async def check(self) -> None:
        """Looks at the table, for readiness and for the warning. Raises :class:`Unavailable` before the first look."""
        if self._store is not None:
            await self._known(REFRESH_SECONDS)

    async def warn_if_open(self) -> None:
        """Says loudly, once at the start, that anybody may call."""
        try:
            if await self.is_open():
                log.warning("OPEN: anybody who reaches this port may use it", why=self._why_open())
        except TransientError as fault:
            log.warning("keys cannot be read yet: nobody is let in", reason=str(fault))

    def _why_open(self) -> str:
        if self._policy == "off":
            return "FACTWIRE_API_KEYS=off"
        return "no FACTWIRE_DATABASE_URL" if self._store is None else "no key was created: factwire keys create"

    async def _find(self, token: Token | None) -> ApiKey | None:
        if token is None or self._store is None:
            return None
        key = (await self._known(REFRESH_SECONDS)).get(token.key_id)
        if key is None:
            key = (await self._known(EAGER_SECONDS)).get(token.key_id)
        if key is None and self._fault is not None:
            raise Unavailable(f"the key cannot be looked up: {self._fault}")
        return key if key is not None and key.opens_with(token.secret) else None

    async def _known(self, most_seconds: float) -> dict[str, ApiKey]:
        """The copy of the table, looked at again if it is older. Raises :class:`Unavailable` if there is none yet."""
        async with self._lock:
            if self._clock() - self._looked > most_seconds:
                await self._look()
        if self._keys is None:
            raise Unavailable(f"the keys cannot be read: {self._fault}")
        return self._keys

    async def _look(self) -> None:
        assert self._store is not None
        try:
            keys = await self._store.load()
            await self._note_use()
        except TransientError as fault:
            self._fault = fault
        else:
            self._keys, self._fault = {key.key_id: key for key in keys}, None
        self._looked = self._clock()

    async def _note_use(self) -> None:
        """Once a day and key; what fails is tried again with the next look."""
        if self._store is not None and self._used:
            await self._store.touch(tuple(self._used), self._today())
            self._used.clear()

    async def _spend(self, key: ApiKey) -> dict[str, str]:
        """Takes one request from the key's limit; the headers of draft-ietf-httpapi-ratelimit-headers."""
        self._used.setdefault(key.key_id, self._today())
        if key.rate_limit is None:
            return {}
        limit = read_rate_limit(key.rate_limit)
        granted = await self._limiter.hit(limit, key.key_id)
        reset, left = await self._limiter.get_window_stats(limit, key.key_id)
        seconds = max(1, ceil(reset - time.time()))  # limits counts in wall time
        headers = {
            "ratelimit-policy": f'"key";q={limit.amount};w={limit.get_expiry()}',
            "ratelimit": f'"key";r={left};t={seconds}',
        }
        if not granted:
            raise Problem(TOO_MANY, f"more than {limit}", headers={**headers, "retry-after": str(seconds)})
        return headers


def require(keyring: Keyring, scope: str) -> Any:
    """A dependency of a route or router: the :class:`Caller`, who holds ``scope``.

    ``APIRouter(dependencies=[require(keyring, READ)])``, or a parameter ``caller: Annotated[Caller, require(…)]``.
    """

    async def admitted(request: Request, response: Response, _: Annotated[object, Depends(SCHEME)]) -> Caller:
        caller = await keyring.admit(request.headers.get("authorization"), scope)
        response.headers.update(caller.headers)
        return caller

    return Depends(admitted)


def _unknown(presented: str | None) -> Problem:
    challenge = 'Bearer realm="factwire"'
    if presented is None:
        return Problem(NO_KEY, "no API key was sent", headers={"www-authenticate": challenge})
    challenge += ', error="invalid_token"'
    return Problem(NO_KEY, "the API key is unknown or revoked", headers={"www-authenticate": challenge})
