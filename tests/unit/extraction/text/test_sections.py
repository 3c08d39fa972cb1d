"""Furniture is marked and never removed; each mark has a case where it must not stand."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import VocabularyFault
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article
from factwire.extraction.text.layout import lay_out
from factwire.extraction.text.sections import SectionGrammar, mark_sections

GRAMMAR = SectionGrammar.compile(load_lexicons())
PROSE = "The council met on Monday and voted to widen the harbour road, officials said."


def sections(body: str, title: str | None = None, summary: str | None = None) -> list[tuple[str, str]]:
    document = mark_sections(lay_out(Article(title=title, summary=summary, body=body)), grammar=GRAMMAR)
    return [(section.kind, section.span.of(document.text).strip()) for section in document.sections]


def test_title_summary_and_body_are_told_apart() -> None:
    assert [kind for kind, _ in sections(PROSE, "Harbour road", "Council votes")] == ["title", "summary", "body"]


@pytest.mark.parametrize(
    "dateline",
    [
        "OSLO (Example Wire) - ",
        "WASHINGTON, Feb 25 (AFP) - ",
        "NEW DELHI: ",
        "BRUSSELS, March 2 - ",
        "London, Aug 1 (PTI) ",
        "SAO PAULO, Brazil (AP) — ",
        "By Ann Lee Washington, Jul 27 (PTI) ",
        "PARIS — ",
    ],
)
def test_a_dateline_is_set_off_from_the_sentence(dateline: str) -> None:
    assert sections(dateline + PROSE) == [("dateline", dateline.strip()), ("body", PROSE)]


def test_a_place_alone_on_its_line_is_a_dateline() -> None:
    assert sections(f"{PROSE}\n\nWashington:\n\nThe rest of it.")[1] == ("dateline", "Washington:")


@pytest.mark.parametrize(
    "opening",
    [
        "Mayor Ann Lee (Labour) - who won in May - ",
        "UPDATE: ",
        "In March 2020 - a year too late - ",
        "Oslo won (again) - and ",
    ],
)
def test_an_opening_that_is_no_dateline_stays_body(opening: str) -> None:
    assert sections(opening + PROSE) == [("body", opening + PROSE)]


def test_a_dateline_stands_at_the_beginning_only() -> None:
    late = "\n\n".join([PROSE, PROSE + " Again.", PROSE + " And again.", "OSLO (AP) - Rain fell on the city."])
    assert "dateline" not in dict(sections(late))


@pytest.mark.parametrize(
    "furniture",
    [
        "(Except for the headline, this story has not been edited by Example staff and is published from a feed.)",
        "(Reporting by Ann Lee; Editing by Bo Ek)",
        "Additional reporting by Ann Lee in Oslo",
        "With inputs from PTI",
        "Ann Lee in Oslo contributed to this report.",
        "Reuter\n\x03",
        "(AFP)",
        ".",
        "* * *",
        "Copyright 2020 Example Media. All rights reserved.",
        "The harbour at dusk. Image: Ann Lee.",
        "The harbour at dusk (Getty Images)",
        "Read more: Harbour road vote put off",
        "Subscribe to our newsletter",
        "Follow us on Twitter",
        "press@example.com",
        "+47 22 33 44 55",
        "By Ann Lee",
    ],
)
def test_furniture_is_boilerplate(furniture: str) -> None:
    assert sections(f"{PROSE}\n\n{furniture}")[-1] == ("boilerplate", furniture)


@pytest.mark.parametrize(
    "article",
    [
        "Reporting by the council shows that costs rose by 5 percent, and that nobody was told of it.",
        "AP shares fell 3 percent in early trading after the company cut its outlook for the year.",
        "By Monday the road was closed, and by Tuesday the harbour too.",
        "Image is everything, the mayor said, and spent 2 million crowns on it.",
        "Subscribers to the service rose to 2.1 million in the quarter, the company said on Friday.",
        "Reuters reported on Monday that the road would stay closed.",
        "More than 30 people were hurt.",
    ],
)
def test_prose_that_begins_like_furniture_stays_body(article: str) -> None:
    assert ("boilerplate", article) not in sections(f"{PROSE}\n\n{article}")


@pytest.mark.parametrize("text", ["26.10.2017", "from 16 to 17 November 2017", "Tel: 5 lines", "+47 22 33 44 55"])
def test_a_text_of_one_line_is_never_furniture(text: str) -> None:
    assert sections(text) == [("body", text)]


def test_a_repeated_title_or_paragraph_is_a_duplicate() -> None:
    body = f"Council votes for harbour road\n\n{PROSE}\n\nMore prose here, said no one.\n\n{PROSE}"
    marked = sections(body, title="Council Votes For Harbour Road")
    assert [kind for kind, _ in marked] == ["title", "duplicate", "body", "duplicate"]


def test_a_word_said_twice_is_no_duplicate() -> None:
    assert sections("Yes.\n\nNo.\n\nYes.") == [("body", "Yes.\n\nNo.\n\nYes.")]


def test_a_short_line_before_prose_is_a_subhead() -> None:
    assert ("subhead", "- Council walks fine line -") in sections(
        f"{PROSE}\n\n- Council walks fine line -\n\n{PROSE} Yes."
    )


@pytest.mark.parametrize("line", ["He said no.", "Net 5 mln vs 4 mln", "the rest of it"])
def test_a_short_line_that_is_prose_or_a_table_is_no_subhead(line: str) -> None:
    assert "subhead" not in dict(sections(f"{PROSE}\n\n{line}\n\n{PROSE} Yes."))


@given(st.text(st.characters(), max_size=200), st.text(st.characters(), max_size=400))
def test_sections_cover_the_text_without_gap_or_overlap(title: str, body: str) -> None:
    document = mark_sections(lay_out(Article(title=title, body=body)), grammar=GRAMMAR)
    at = 0
    for section in document.sections:
        assert section.span.start == at < section.span.end
        at = section.span.end
    assert at == len(document.text)


def test_a_pattern_of_ones_own_is_added_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text/sections.toml").write_text("[boilerplate]\nhouse = { pattern = 'visit the example shop' }\n")
    grammar = SectionGrammar.compile(load_lexicons(tmp_path))
    document = mark_sections(lay_out(Article(body=f"{PROSE}\n\nVisit the Example shop today")), grammar=grammar)
    assert document.sections[-1].kind == "boilerplate"


def test_a_bad_pattern_is_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text/sections.toml").write_text("[boilerplate]\nok = { pattern = 'x' }\nbroken = { pattern = '(' }\n")
    with pytest.raises(VocabularyFault, match=r"sections\.toml:3: 'broken' needs a pattern"):
        SectionGrammar.compile(load_lexicons(tmp_path))
