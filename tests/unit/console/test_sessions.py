from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.console.sessions import Sessions, Visitor

SECRET = b"s" * 32


def sessions(now=1000.0, secret=SECRET):
    return Sessions(secret, lambda: now, 60)


@given(st.text(), st.text(), st.frozensets(st.text(), max_size=3))
def test_visitor_comes_back_from_the_cookie(key_id, name, roles):
    visitor = Visitor("id", 1060, key_id, name, roles)
    assert sessions().open(sessions().seal(visitor)) == visitor


def test_session_ends_when_its_time_has_come():
    cookie = sessions().seal(sessions().stranger())
    assert sessions(now=1059).open(cookie) is not None
    assert sessions(now=1060).open(cookie) is None


@given(st.text())
def test_no_text_opens_a_session_without_the_secret(cookie):
    assert sessions().open(cookie) is None


@pytest.mark.parametrize("nothing", [None, "", ".", "a.b", "é.é"])
def test_no_cookie_is_no_visitor(nothing):
    assert sessions().open(nothing) is None


def test_cookie_of_another_secret_is_not_ours():
    assert sessions().open(sessions(secret=b"t" * 32).seal(sessions().stranger())) is None


def test_changed_cookie_is_not_ours():
    body, _, mac = sessions().seal(sessions().signed_in("k", "n", frozenset({"read"}))).partition(".")
    richer = sessions().seal(sessions().signed_in("k", "n", frozenset({"read", "operate"}))).partition(".")[0]
    assert sessions().open(f"{richer}.{mac}") is None
    assert sessions().open(f"{body}.{mac[:-1]}0{mac[-1]}") is None


def test_token_belongs_to_one_session_and_is_no_cookie():
    one, other = sessions().stranger(), sessions().stranger()
    token = sessions().token(one)
    assert sessions().holds(token, one)
    assert not sessions().holds(token, other)
    assert not sessions().holds("", one)
    assert not sessions().holds("é", one)
    assert sessions().open(f"{one.id}.{token}") is None


def test_token_stays_when_roles_change():
    one = sessions().stranger()
    assert sessions().holds(sessions().token(one), replace(one, roles=frozenset({"read"})))


def test_every_sign_in_has_an_id_of_its_own():
    ids = {sessions().signed_in("k", "n", frozenset()).id for _ in range(50)}
    assert len(ids) == 50
