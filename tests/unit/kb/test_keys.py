"""Names compare by their words: case, accents and punctuation aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.kb.keys import alias_key, unknown_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Côte d'Ivoire", "COTE D’IVOIRE"),
        ("Türkiye", "Turkiye"),
        ("The Hague", "Hague"),
        ("AT&T", "AT & T"),
        ("São Tomé", "Sao Tome"),
        ("Łódź", "Lodz"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert alias_key(one) == alias_key(other)


def test_different_names_have_different_keys() -> None:
    assert alias_key("Washington, D.C.") != alias_key("Washington D.C.")
    assert alias_key("The") == "the"


@given(st.text())
def test_key_is_words_with_one_space_between(name: str) -> None:
    words = alias_key(name).split(" ")
    assert words == [""] or all(word.isalnum() or word in ("&", ",", "") for word in words)


def test_unknown_id_depends_on_name_type_and_context_alone() -> None:
    assert unknown_id("Orla  Brannigan", "person") == unknown_id("ORLA BRANNIGAN", "person")
    assert unknown_id("Orla Brannigan", "person") != unknown_id("Orla Brannigan", "organization")
    assert unknown_id("Orla Brannigan", "person") != unknown_id("Orla Brannigan", "person", "GB")
    assert unknown_id("Orla Brannigan", "person").startswith("nil:")
