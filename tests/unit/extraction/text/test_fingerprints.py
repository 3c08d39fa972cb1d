"""A text is recognised whatever its punctuation, and two texts are as alike as they share triples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.extraction.text.fingerprints import BANDS, fingerprint, similarity

WORDS = [f"word{number}" for number in range(300)]


def alike(one: str, other: str) -> float:
    first, second = fingerprint(one), fingerprint(other)
    assert first is not None
    assert second is not None
    return similarity(first, second)


def test_case_punctuation_and_line_breaks_make_no_difference() -> None:
    text = " ".join(WORDS)
    assert fingerprint(text) == fingerprint(text.upper().replace(" word7 ", ",\n 'word7' "))


def test_too_few_words_tell_nothing() -> None:
    assert fingerprint("Markets are closed today.") is None
    assert fingerprint("") is None


@pytest.mark.parametrize(("kept", "least", "most"), [(300, 1, 1), (270, 0.75, 0.99), (150, 0.3, 0.7), (0, 0, 0.05)])
def test_similarity_follows_what_two_texts_share(kept: int, least: float, most: float) -> None:
    other = WORDS[:kept] + [f"other{number}" for number in range(300 - kept)]
    assert least <= alike(" ".join(WORDS), " ".join(other)) <= most


def test_texts_that_are_alike_share_a_band_and_others_hardly_any() -> None:
    one, near, far = (
        fingerprint(" ".join(words)) for words in (WORDS, WORDS[:240], [f"other{number}" for number in range(300)])
    )
    assert one is not None
    assert near is not None
    assert far is not None
    assert len(one.bands()) == BANDS
    assert set(one.bands()) & set(near.bands())
    assert not set(one.bands()) & set(far.bands())


@given(st.text(max_size=400))
def test_any_text_has_the_same_fingerprint_every_time(text: str) -> None:
    first = fingerprint(text)
    assert first == fingerprint(text)
    assert first is None or all(-(2**31) <= band < 2**31 for band in first.bands())
