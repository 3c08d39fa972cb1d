"""API keys in a real database, through the command that makes them."""

import asyncio
from datetime import date

import pytest
from tests.support.databases import rows, settings_for
from tests.support.processes import run_factwire

from factwire.errors import TransientError
from factwire.runtime.access import parse_token
from factwire.storage.keys import DatabaseKeys

pytestmark = pytest.mark.docker


def test_a_token_is_shown_once_and_kept_as_a_digest(database):
    made = run_factwire(
        "keys", "create", "newsroom", "--scopes", "ingest,read", "--rate-limit", "5/minute", database_url=database
    )
    assert made.returncode == 0, made.stderr
    token = parse_token(made.stdout)
    (key,) = asyncio.run(DatabaseKeys(settings_for(database)).load())
    assert key.opens_with(token.secret)
    assert (key.key_id, key.scopes, key.rate_limit) == (token.key_id, {"ingest", "read"}, "5/minute")
    listed = run_factwire("keys", "list", database_url=database).stdout
    assert "newsroom" in listed
    assert token.secret not in listed + str(rows(database, "select * from api_keys"))


def test_a_revoked_key_stays_in_the_list(database):
    token = parse_token(run_factwire("keys", "create", "newsroom", database_url=database).stdout)
    assert run_factwire("keys", "revoke", token.key_id, database_url=database).returncode == 0
    (key,) = asyncio.run(DatabaseKeys(settings_for(database)).load())
    assert key.revoked
    assert not key.opens_with(token.secret)
    assert "revoked" in run_factwire("keys", "list", database_url=database).stdout
    assert run_factwire("keys", "revoke", "0" * 12, database_url=database).returncode == 1


def test_the_day_of_use_is_kept(database):
    token = parse_token(run_factwire("keys", "create", "newsroom", database_url=database).stdout)
    asyncio.run(DatabaseKeys(settings_for(database)).touch([token.key_id], date(2026, 3, 10)))
    assert rows(database, "select last_used_on from api_keys") == [(date(2026, 3, 10),)]


def test_a_database_that_is_away_is_told_as_such():
    away = DatabaseKeys(settings_for("postgresql://u:p@127.0.0.1:9/x"))
    with pytest.raises(TransientError, match=r"127\.0\.0\.1:9"):
        asyncio.run(away.load())
