"""Paragraphs, however the text was set."""

from factwire.extraction.model import Span
from factwire.extraction.text.paragraphs import split_paragraphs


def paragraphs(text: str) -> list[str]:
    return [span.of(text) for span in split_paragraphs(text, Span(0, len(text)))]


def test_blank_lines_part_them() -> None:
    assert paragraphs("One.\n\n  \nTwo.") == ["One.", "Two."]


def test_lines_are_paragraphs_where_each_ends_its_sentence() -> None:
    assert paragraphs("The vote is over.\nThe count goes on.") == ["The vote is over.", "The count goes on."]


def test_a_wrapped_wire_is_joined_and_its_indents_part() -> None:
    wire = (
        "Grain shipments through the northern port fell again in\n"
        "April as dock workers stayed at home for a second week, the\n"
        "harbour board said.\n    Coal was not touched."
    )
    first, second = paragraphs(wire)
    assert first.endswith("harbour board said.")
    assert second == "Coal was not touched."


def test_a_line_that_goes_on_in_lower_case_is_no_new_paragraph() -> None:
    assert len(paragraphs("Prices rose in\nall districts.")) == 1


def test_a_long_line_is_never_a_wrap() -> None:
    text = "word " * 40 + "\nNext one"
    assert len(paragraphs(text)) == 2
