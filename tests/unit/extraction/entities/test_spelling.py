"""Which differences between two names are taken for a slip of the pen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.extraction.entities.spelling import is_slip


@pytest.mark.parametrize(
    ("written", "meant"),
    [("lousiana", "louisiana"), ("gutierrrez", "gutierrez"), ("philipines", "philippines"), ("zelesnky", "zelensky")],
)
def test_one_letter_is_a_slip(written: str, meant: str) -> None:
    assert is_slip(written, meant)
    assert is_slip(meant, written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("iran", "iraq"),
        ("austria", "australia"),
        ("georgieva", "georgiev"),
        ("hansen", "hanson"),
        ("world war i", "world war ii"),
        ("charles ii of spain", "charles iv of spain"),
        ("louisiana", "louisiana"),
        ("xxaaaaaaa", "xxaaaaaaaaa"),
    ],
)
def test_other_names_are_none(written: str, meant: str) -> None:
    assert not is_slip(written, meant)


@given(st.text(), st.text())
def test_any_two_texts_compare_both_ways(one: str, other: str) -> None:
    assert is_slip(one, other) == is_slip(other, one)
