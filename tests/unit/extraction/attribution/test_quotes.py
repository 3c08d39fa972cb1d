"""Where quotation marks open and close."""

from __future__ import annotations

import pytest

from factwire.extraction.attribution.quotes import find_quotations
from factwire.extraction.text.layout import fold


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "yes" and "no".', ['"yes"', '"no"']),
        ("He said “yes, “maybe”.", ["“maybe”"]),
        ('He said "yes.\n\nHe left.', []),
        ('She wrote: "One.\n"Two."', ['"One.', '"Two."']),
        ('A 6" pipe and an 8" pipe.', []),
        ("«Oui», a-t-il dit.", ["«Oui»"]),
    ],
)
def test_quotations_are_found_with_their_marks(text: str, quoted: list[str]) -> None:
    assert [q.span.of(text) for q in find_quotations(text, fold(text))] == quoted


def test_a_paragraph_without_closing_mark_goes_on() -> None:
    text = '"One.\n"Two."'
    assert [q.goes_on for q in find_quotations(text, fold(text))] == [True, False]
