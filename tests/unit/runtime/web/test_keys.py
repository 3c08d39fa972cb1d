import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI

from factwire.errors import ConfigurationError, TransientError
from factwire.runtime.access import INGEST, ApiKey, Token, digest_of, mint
from factwire.runtime.web.keys import Caller, Keyring, require
from factwire.runtime.web.problems import answer_with_problems


@dataclass
class MemoryKeys:
    """A key table that can be away, and counts how often it is read."""

    keys: list[ApiKey] = field(default_factory=list)
    away: bool = False
    looks: int = 0
    used: dict[str, date] = field(default_factory=dict)

    def create(self, *scopes: str, rate_limit: str | None = None, revoked: bool = False) -> Token:
        token = mint(secrets.token_bytes)
        digest = digest_of(token.secret)
        self.keys.append(ApiKey(token.key_id, digest, "newsroom", frozenset(scopes), rate_limit, revoked))
        return token

    async def load(self) -> Sequence[ApiKey]:
        self.looks += 1
        if self.away:
            raise TransientError("postgres:5432 is away")
        return tuple(self.keys)

    async def touch(self, key_ids: Collection[str], day: date) -> None:
        self.used.update(dict.fromkeys(key_ids, day))


@dataclass
class Door:
    """An application behind one keyring, and a clock that stands until it is moved."""

    store: MemoryKeys | None
    policy: str = "auto"
    now: float = 100.0

    def __post_init__(self) -> None:
        self.keyring = Keyring(self.store, self.policy, lambda: self.now, lambda: date(2026, 3, 10))
        self.app = FastAPI()
        answer_with_problems(self.app)

        @self.app.get("/")
        async def home(caller: Annotated[Caller, require(self.keyring, INGEST)]) -> str | None:
            return caller.name

    async def call(self, token: object | None = None) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get("/", headers=headers)


async def test_nobody_is_asked_before_a_first_key_was_created():
    assert (await Door(MemoryKeys()).call()).status_code == 200


async def test_a_revoked_first_key_does_not_open_the_door_again():
    store = MemoryKeys()
    store.create(INGEST, revoked=True)
    assert (await Door(store).call()).status_code == 401


async def test_a_key_opens_what_its_scopes_say():
    store = MemoryKeys()
    pusher, reader = store.create(INGEST), store.create("read")
    door = Door(store)
    assert (await door.call(pusher)).json() == "newsroom"
    refused = await door.call(reader)
    assert refused.status_code == 403
    assert 'error="insufficient_scope", scope="ingest"' in refused.headers["www-authenticate"]


@pytest.mark.parametrize("token", [None, "nonsense", "fw_" + "0" * 12 + "_" + "0" * 48])
async def test_no_key_and_a_wrong_key_are_401_with_a_challenge(token):
    store = MemoryKeys()
    store.create(INGEST)
    answer = await Door(store).call(token)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.headers["www-authenticate"].startswith('Bearer realm="factwire"')


async def test_the_right_id_with_another_secret_is_401():
    store = MemoryKeys()
    token = store.create(INGEST)
    assert (await Door(store).call(Token(token.key_id, "0" * 48))).status_code == 401


async def test_required_asks_before_there_is_any_key_and_off_never():
    assert (await Door(MemoryKeys(), "required").call()).status_code == 401
    store = MemoryKeys()
    store.create(INGEST)
    assert (await Door(store, "off").call()).status_code == 200
    assert (await Door(None).call()).status_code == 200


def test_required_without_a_database_stops_the_start():
    with pytest.raises(ConfigurationError, match="FACTWIRE_DATABASE_URL"):
        Door(None, "required")


async def test_a_revoked_key_is_out_within_seconds():
    store = MemoryKeys()
    token = store.create(INGEST)
    door = Door(store)
    assert (await door.call(token)).status_code == 200
    store.keys = [ApiKey(token.key_id, b"", "newsroom", frozenset({INGEST}), revoked=True)]
    door.now += 6
    assert (await door.call(token)).status_code == 401


async def test_a_new_key_works_within_a_second_and_guessing_reads_the_table_no_oftener():
    store = MemoryKeys()
    store.create(INGEST)
    door = Door(store)
    await door.call(mint(secrets.token_bytes))
    for _ in range(50):
        await door.call(mint(secrets.token_bytes))
    assert store.looks == 1
    fresh = store.create(INGEST)
    door.now += 1.5
    assert (await door.call(fresh)).status_code == 200


async def test_while_the_database_is_away_known_keys_go_on_and_unknown_ones_are_told_to_come_back():
    store = MemoryKeys()
    token = store.create(INGEST)
    door = Door(store)
    await door.call(token)
    store.away = True
    door.now += 3600
    assert (await door.call(token)).status_code == 200
    unknown = await door.call(mint(secrets.token_bytes))
    assert (unknown.status_code, "retry-after" in unknown.headers) == (503, True)


async def test_before_the_table_was_ever_seen_nobody_is_let_in():
    assert (await Door(MemoryKeys(away=True)).call()).status_code == 503


async def test_a_rate_limit_is_told_ahead_and_then_kept():
    store = MemoryKeys()
    token, free = store.create(INGEST, rate_limit="3/hour"), store.create(INGEST)
    door = Door(store)
    answers = [await door.call(token) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"key";q=3;w=3600'
    assert answers[0].headers["ratelimit"].startswith('"key";r=2;t=')
    assert 0 < int(answers[3].headers["retry-after"]) <= 3600
    assert (await door.call(free)).status_code == 200


async def test_the_day_of_last_use_is_noted():
    store = MemoryKeys()
    token = store.create(INGEST)
    door = Door(store)
    await door.call(token)
    door.now += 6
    await door.call(token)
    assert store.used == {token.key_id: date(2026, 3, 10)}


async def test_the_pages_ask_whose_key_it_is_and_whether_it_still_holds():
    store = MemoryKeys()
    token = store.create("read")
    keyring = Door(store).keyring
    caller = await keyring.identify(str(token))
    assert (caller.key_id, caller.roles) == (token.key_id, {"read"})
    assert await keyring.identify("nonsense") is None
    assert await keyring.still_holds(token.key_id)
    assert not await keyring.still_holds("0" * 12)
