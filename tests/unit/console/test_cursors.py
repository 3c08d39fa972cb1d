from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.console.cursors import read_article_cursor, read_claim_cursor, write_cursor
from factwire.runtime.web.problems import Problem

NOON = datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=UTC)


def test_cursor_names_the_place_again():
    assert read_article_cursor(write_cursor(NOON, "wire/1 é")) == (NOON, "wire/1 é")
    claim = UUID("8a3e1a40-67ed-58f5-9043-787af2418b4c")
    assert read_claim_cursor(write_cursor(NOON, "a", 12, claim)) == (NOON, "a", 12, claim)


def test_no_cursor_is_the_beginning():
    assert read_article_cursor(None) is None
    assert read_claim_cursor(None) is None


@pytest.mark.parametrize("read", [read_article_cursor, read_claim_cursor])
@given(
    cursor=st.text()
    | st.binary().map(lambda b: b.hex())
    | st.lists(st.integers() | st.text()).map(lambda p: write_cursor(*p))
)
def test_any_other_text_is_refused_or_a_place(read, cursor):
    try:
        place = read(cursor)
    except Problem as problem:
        assert problem.type.status == 422  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(place[0], datetime)
