"""What is read as a quantity is nobody's name, however it is written."""

from __future__ import annotations

from factwire.extraction.model import Article, Document
from factwire.extraction.pipeline import open_pipeline


def read(body: str) -> Document:
    return open_pipeline()(Article(body=body, language="en"))


def test_a_sum_is_no_name() -> None:
    document = read("The state agreed to spend Rs 100 crore, down from the Rs 150 crore that doctors had asked for.")
    assert document.entities == ()
    assert len(document.quantities) == 2


def test_a_name_with_a_number_in_it_stays_a_name() -> None:
    document = read("Two Boeing 737 jets of Norrland Air 24 were sold on Friday.")
    assert "Boeing 737" in {mention.span.of(document.text) for e in document.entities for mention in e.mentions}
