import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import InvalidInput
from factwire.runtime.access import (
    ApiKey,
    bearer_of,
    digest_of,
    mint,
    parse_token,
    read_rate_limit,
    read_scopes,
)


def test_a_minted_token_reads_back_and_opens_its_key_alone():
    token, other = mint(secrets.token_bytes), mint(secrets.token_bytes)
    key = ApiKey(token.key_id, digest_of(token.secret), "newsroom", frozenset({"ingest"}))
    assert parse_token(str(token)) == token
    assert key.opens_with(token.secret)
    assert not key.opens_with(other.secret)


def test_a_revoked_key_opens_with_nothing():
    token = mint(secrets.token_bytes)
    revoked = ApiKey(token.key_id, digest_of(token.secret), "x", frozenset({"ingest"}), revoked=True)
    assert not revoked.opens_with(token.secret)


def test_a_token_does_not_show_its_secret_in_a_traceback():
    token = mint(secrets.token_bytes)
    assert token.secret not in repr(token)


@given(st.text())
def test_any_text_is_a_token_or_none(text):
    assert (token := parse_token(text)) is None or str(token) == text.strip()


@pytest.mark.parametrize(
    ("header", "credentials"),
    [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Basic abc", None), ("", None), (None, None), ("Bearer", "")],
)
def test_credentials_are_those_of_the_bearer_scheme(header, credentials):
    assert bearer_of(header) == credentials


def test_scopes_are_read_with_commas_and_unknown_ones_refused():
    assert read_scopes("ingest, read") == {"ingest", "read"}
    for wrong in ("", "everything", "read,write"):
        with pytest.raises(InvalidInput, match="ingest, read, operate"):
            read_scopes(wrong)


def test_rate_limits_are_a_number_per_time():
    assert read_rate_limit("600/minute").amount == 600
    with pytest.raises(InvalidInput, match="600/minute"):
        read_rate_limit("a lot")
