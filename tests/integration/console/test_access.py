"""Who may read: nobody is asked until a key exists; then a key with the scope, within its limit, or a session."""

from __future__ import annotations

import time
from datetime import date

import httpx
import pytest
from tests.support.databases import settings_for
from tests.support.processes import run_factwire
from tests.support.reading import now, reading_over

from factwire.console.app import create_app, open_site
from factwire.console.reading import Reading
from factwire.runtime.health import Health
from factwire.runtime.web.keys import Keyring
from factwire.storage.engine import close_engine, open_engine
from factwire.storage.keys import DatabaseKeys

pytestmark = pytest.mark.docker
PATHS = ("/v1/articles", "/v1/claims", "/v1/entities", "/v1/stats/timeline", "/v1/stream?wait=false", "/v1/entities/Q1")


def ring(database: str) -> Keyring:
    return Keyring(DatabaseKeys(settings_for(database)), "auto", time.monotonic, date.today)


def new_key(database: str, *options: str) -> str:
    made = run_factwire("keys", "create", *options, database_url=database)
    assert made.returncode == 0, made.stderr
    return next(word for word in made.stdout.split() if word.startswith("fw_"))


async def test_nobody_is_asked_before_the_first_key(database):
    async with reading_over(database, keyring=ring(database)) as client:
        assert (await client.get("/v1/articles")).status_code == 200


async def test_every_path_asks_for_a_key_with_the_scope(database):
    reads, pushes = new_key(database, "--scopes", "read", "r"), new_key(database, "--scopes", "ingest", "i")
    async with reading_over(database, keyring=ring(database)) as client:
        for path in PATHS:
            statuses = [
                (await client.get(path, headers={"authorization": f"Bearer {key}"} if key else {})).status_code
                for key in (None, "fw_0123456789ab_" + "0" * 48, pushes, reads)
            ]
            assert statuses[:3] == [401, 401, 403], path
            assert statuses[3] in {200, 404}, path


async def test_a_key_has_its_limit(database):
    key = new_key(database, "--scopes", "read", "--rate-limit", "2/minute", "r")
    async with reading_over(database, keyring=ring(database)) as client:
        answers = [await client.get("/v1/articles", headers={"authorization": f"Bearer {key}"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "retry-after" in answers[2].headers


async def test_a_session_of_the_pages_reads_too_and_a_stranger_does_not(database):
    new_key(database, "--scopes", "read", "r")
    engine, keyring = open_engine(settings_for(database)), ring(database)
    reading = Reading(engine, now, "postgres")
    app = create_app(reading, Health("console"), open_site(reading, door=keyring), keyring=keyring)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as client:
        assert (await client.get("/v1/claims?format=csv")).status_code == 401
        client.cookies.set("factwire_session", "made up")
        assert (await client.get("/v1/claims?format=csv")).status_code == 401
    await close_engine(engine)
