"""Sentences end where a reader would end them, and offsets always hold."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document
from factwire.extraction.text.layout import lay_out
from factwire.extraction.text.sections import SectionGrammar, mark_sections
from factwire.extraction.text.sentences import SentenceGrammar, split_sentences

CORPUS = tomllib.loads((Path(__file__).parents[3] / "corpora/text/sentences.toml").read_text("utf-8"))
LEXICONS = load_lexicons()
SECTIONS, SENTENCES = SectionGrammar.compile(LEXICONS), SentenceGrammar.compile(LEXICONS)


def split(article: Article) -> Document:
    return split_sentences(mark_sections(lay_out(article), grammar=SECTIONS), grammar=SENTENCES)


def sentences(body: str) -> list[str]:
    document = split(Article(body=body))
    return [sentence.span.of(document.text) for sentence in document.sentences]


@pytest.mark.parametrize("marked", CORPUS["split"])
def test_sentences_end_where_a_reader_ends_them(marked: str) -> None:
    expected = marked.split(" | ")
    assert sentences(" ".join(expected)) == expected


def test_a_missing_space_does_not_join_two() -> None:
    assert sentences("The gem was found at the airport.The owner was not.") == [
        "The gem was found at the airport.",
        "The owner was not.",
    ]


def test_a_decimal_or_an_address_is_not_torn() -> None:
    assert len(sentences("It rose 2.5 percent on www.example.com by noon.")) == 1


def test_no_sentence_crosses_a_paragraph_or_a_dateline() -> None:
    assert sentences("OSLO (Example Wire) - Rain fell.\n\nSnow fell") == [
        "OSLO (Example Wire) -",
        "Rain fell.",
        "Snow fell",
    ]


def test_a_sentence_knows_what_it_stands_in() -> None:
    document = split(Article(title="A title", body="Rain fell.\n\n(Reporting by A. Pen; editing by B. Ink)"))
    assert [(s.section, s.speaks) for s in document.sentences] == [
        ("title", True),
        ("body", True),
        ("boilerplate", False),
    ]


pieces = st.sampled_from(
    ["The vote. ", "Mr. ", '"Yes." ', "he said. ", "\n\n", "\n", "1. ", "U.S. ", "(", ")", "…", "\u2028"]
)
texts = st.one_of(st.text(st.characters(), max_size=300), st.lists(pieces, max_size=40).map("".join))


@given(texts, texts)
def test_sentences_are_in_order_trimmed_and_inside_the_text(title: str, body: str) -> None:
    document = split(Article(title=title, body=body))
    at = 0
    for sentence in document.sentences:
        start, end = sentence.span
        assert at <= start < end <= len(document.text)
        assert document.folded[start:end].strip() == document.folded[start:end]
        at = end


@given(texts)
def test_no_letter_is_left_outside_every_sentence(body: str) -> None:
    document = split(Article(body=body))
    inside = {place for sentence in document.sentences for place in range(*sentence.span)}
    assert all(place in inside for place, char in enumerate(document.folded) if char.isalnum())


@pytest.mark.parametrize("piece", [",", ".", "1.", "A. ", "(", '"', "\n", " \n", "a\n", "? "])
def test_a_great_many_of_anything_are_read(piece: str) -> None:
    document = split(Article(body=piece * (300_000 // len(piece))))
    assert len(document.text) == 300_000 // len(piece) * len(piece)
