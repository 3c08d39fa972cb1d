"""The stage as a whole: what it must not enter, what holds for any text at all, and that it stays linear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.growth import grows_with_its_input

from factwire.extraction.lexicons import Lexicons, load_lexicons
from factwire.extraction.model import Article, Document, Sentence, Span, Time
from factwire.extraction.quantities.identifiers import IdentifierGrammar, find_identifiers
from factwire.extraction.quantities.quantities import QuantityGrammar, find_quantities
from factwire.extraction.text.layout import lay_out

Reader = Callable[..., Document]

WORDS = (
    "a", "one", "two", "twenty", "hundred", "thousand", "million", "dozen", "half", "third", "quarter", "of", "to",
    "from", "and", "or", "between", "per", "percent", "points", "people", "years", "km", "m", "C", "$", "£", "%", "-",
    "–", ",", ".", "(", ")", "/", "5", "1,000", "3.5", "1/2", "40-50", "$2bn", "7pm", "dozens", "tens", "thousands",
    "doubled", "twice", "times", "Boeing", "737", "F-16", "crowns", "pounds", "cents", "the", "in", "at", "more",
    "than",
)  # fmt: skip


@pytest.fixture(scope="module")
def grammars() -> tuple[IdentifierGrammar, QuantityGrammar]:
    lexicons = load_lexicons()
    return IdentifierGrammar.compile(lexicons), QuantityGrammar.compile(lexicons)


def _with_time(lexicons: Lexicons, text: str, quote: str, kind: str) -> Document:
    document = lay_out(Article(body=text))
    start = text.index(quote)
    span = Span(start, start + len(quote))
    found = Time(span, kind, "2019", date(2019, 1, 1), date(2019, 12, 31), "year", "absolute", "year")  # type: ignore[arg-type]
    document = replace(document, sentences=(Sentence(Span(0, len(text)), "body"),), times=(found,))
    return find_quantities(document, grammar=QuantityGrammar.compile(lexicons))


def _assert_whole(document: Document) -> None:
    for quantity in document.quantities:
        sentence = document.sentences[quantity.sentence].span
        assert sentence.holds(quantity.span)
        assert quantity.span.holds(quantity.number)
        assert quantity.lower is None or quantity.upper is None or quantity.lower <= quantity.upper
        assert quantity.value is None or quantity.lower == quantity.upper == quantity.value
    assert all(dropped.reason for dropped in document.dropped)


def test_number_inside_a_date_is_dropped(lexicons: Lexicons) -> None:
    document = _with_time(lexicons, "It opened in 2019 for 40 guests.", "2019", "date")
    assert [q.span.of(document.text) for q in document.quantities] == ["40 guests"]
    assert [dropped.rule for dropped in document.dropped] == ["inside-time"]


def test_duration_found_as_a_time_stays_a_quantity(lexicons: Lexicons) -> None:
    document = _with_time(lexicons, "It lasted 72 hours.", "72 hours", "duration")
    assert [(q.kind, q.unit.code) for q in document.quantities] == [("duration", "h")]


def test_counted_noun_does_not_run_into_a_date(lexicons: Lexicons) -> None:
    document = _with_time(lexicons, "It freed 40 late May prisoners.", "late May", "date")
    assert [q.span.of(document.text) for q in document.quantities] == ["40"]


def test_boilerplate_gives_no_quantities(read: Reader) -> None:
    assert not read("We serve 40 million readers.", section="boilerplate").quantities


def test_range_keeps_both_ends_and_no_value(read: Reader) -> None:
    quantity = read("About 40 to 50 people came.").quantities[0]
    assert (quantity.value, int(quantity.lower or 0), int(quantity.upper or 0)) == (None, 40, 50)


def test_change_from_one_level_to_another_stays_two_quantities(read: Reader) -> None:
    found = read("The range rose from 252 miles to 287 miles.").quantities
    assert [int(quantity.value or 0) for quantity in found] == [252, 287]


def test_bracketed_conversion_is_never_negative(read: Reader) -> None:
    found = read("It paid 10.5 million Australian dollars ($7.5 million).").quantities
    assert [(int(q.value or 0), q.unit.code) for q in found] == [(10_500_000, "AUD"), (7_500_000, "USD")]


def test_noun_span_is_the_counted_phrase(read: Reader) -> None:
    document = read("It sold 900 machine tools.")
    noun = document.quantities[0].noun
    assert noun is not None
    assert noun.of(document.text) == "machine tools"


def test_number_within_a_noun_phrase_is_read_as_well(read: Reader) -> None:
    found = read("They held two 18-year-old men.").quantities
    assert [(q.kind, int(q.value or 0)) for q in found] == [("count", 2), ("age", 18)]


def test_title_puts_the_head_in_small_letters(read: Reader) -> None:
    assert read("Three Children Found", section="title").quantities[0].unit.code == "child"


def test_precision_counts_the_digits_as_written(read: Reader) -> None:
    found = read("It paid $1.2 million and $0.50 for 1,200 pens.").quantities
    assert [quantity.precision for quantity in found] == [2, 2, 4]


def test_empty_document_has_no_quantities(read: Reader) -> None:
    assert read("").quantities == ()


def test_value_is_written_without_exponent_and_without_zeros_that_nobody_wrote(read: Reader) -> None:
    found = read("It cost $900 million, or half a million a head, plus $2.50.").quantities
    assert [str(quantity.value) for quantity in found] == ["900000000", "500000", "2.5"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120))
@example("\ud800 5 \u202e٥ people 1️⃣ ²5%")
def test_any_text_is_read_without_fault(grammars: tuple[IdentifierGrammar, QuantityGrammar], text: str) -> None:
    _assert_whole(_read(grammars, text))


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from((" ", "")))
def test_any_run_of_number_words_is_read_without_fault(
    grammars: tuple[IdentifierGrammar, QuantityGrammar], words: list[str], glue: str
) -> None:
    _assert_whole(_read(grammars, glue.join(words)))


@pytest.mark.parametrize(
    "piece",
    [
        "5 ",
        "1-",
        "a1",
        "$5 ",
        ",",
        "(",
        "one of the ",
        "half a ",
        "10% and ",
        "million ",
        "5 crowns ",
        "7 to 9 men ",
        "\u202e5 ",
    ],
)
def test_time_grows_with_the_text_and_not_faster(
    grammars: tuple[IdentifierGrammar, QuantityGrammar], piece: str
) -> None:
    assert grows_with_its_input(lambda count: partial(_read, grammars, piece * count), 400)


def test_ten_million_digits_are_dropped_at_once(grammars: tuple[IdentifierGrammar, QuantityGrammar]) -> None:
    document = _read(grammars, "1" * 10_000_000)
    assert [dropped.rule for dropped in document.dropped] == ["oversized"]


def _read(grammars: tuple[IdentifierGrammar, QuantityGrammar], text: str) -> Document:
    document = lay_out(Article(body=text))
    sentences = (Sentence(Span(0, len(document.text)), "body"),) if text else ()
    document = find_identifiers(replace(document, sentences=sentences), grammar=grammars[0])
    return find_quantities(document, grammar=grammars[1])
