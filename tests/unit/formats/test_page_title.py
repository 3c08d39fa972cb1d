"""Which of a page's headlines is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.formats.page_title import Voice, choose_title

RAIN, STORM = "Rain floods the harbour", "Storm: what we know"


def choose(*voices: tuple[str, str], sites: tuple[str, ...] = ()) -> str | None:
    return choose_title([Voice(place, words) for place, words in voices], sites)


def test_two_who_agree_count_more_than_one_who_comes_first() -> None:
    assert choose(("headline", STORM), ("h1", RAIN), ("meta", RAIN)) == RAIN


def test_a_headline_beside_the_name_of_the_site_is_agreement() -> None:
    assert (
        choose(("h1", "Example News"), ("meta", RAIN), ("title", f"{RAIN} | Example News"), sites=("Example News",))
        == RAIN
    )
    assert choose(("meta", f"EXAMPLE｜{RAIN}"), ("h1", RAIN)) == RAIN


def test_of_two_pairs_the_one_that_readers_see_is_taken() -> None:
    assert choose(("headline", STORM), ("title", STORM), ("h1", RAIN), ("meta", RAIN)) == RAIN


def test_a_heading_that_nobody_repeats_may_be_a_menu() -> None:
    assert choose(("h1", "Sections"), ("title", RAIN)) == RAIN


@pytest.mark.parametrize(
    "title",
    [
        f"{RAIN} - Example News",
        f"{RAIN} | Weather | Example News"[:35],
        f"News site of the town - {RAIN} in town - Press - News",
    ],
)
def test_a_title_that_stands_alone_loses_its_site(title: str) -> None:
    assert (choose(("title", title)) or "").startswith(RAIN)


def test_soft_hyphens_and_line_breaks_are_not_part_of_it() -> None:
    assert choose(("h1", "Rain floods\n the har\u00adbour"), ("meta", RAIN)) == RAIN


def test_a_page_without_headline_has_none() -> None:
    assert choose() is None
    assert choose(("h1", "  "), ("title", "Example"), sites=("example",)) is None


@given(st.lists(st.tuples(st.sampled_from(["h1", "meta", "title", "headline"]), st.text()), max_size=6))
def test_what_is_chosen_was_said(voices: list[tuple[str, str]]) -> None:
    chosen = choose(*voices)
    assert chosen is None or any(chosen.strip() in " ".join(words.split()) or words for _, words in voices)
