"""Title, summary and body become one text, and nothing in them is altered."""

from hypothesis import given
from hypothesis import strategies as st

from factwire.extraction.model import Article
from factwire.extraction.text.layout import fold, lay_out

anything = st.text(st.characters(), max_size=200)


def test_a_body_alone_is_the_text_itself() -> None:
    assert lay_out(Article(body="One.\r\n\tTwo. ")).text == "One.\r\n\tTwo. "


def test_parts_are_joined_by_a_blank_line_in_order() -> None:
    document = lay_out(Article(title="T", summary="S", body="B"))
    assert document.text == "T\n\nS\n\nB"
    assert [(part.kind, part.span.of(document.text)) for part in document.parts] == [
        ("title", "T"),
        ("summary", "S"),
        ("body", "B"),
    ]


def test_an_empty_part_leaves_no_gap() -> None:
    assert lay_out(Article(title="T", summary="", body="B")).text == "T\n\nB"


def test_look_alikes_become_plain_one_to_one() -> None:
    assert fold("“5–6\u00a0m” ‑ it’s 5％") == '"5–6 m" - it\'s 5%'


def test_quotes_lost_to_question_marks_are_folded_back() -> None:
    text = "He said, ?We found the thief?s car.?It had no wheels, a ?total loss?, they say."
    assert fold(text) == 'He said, "We found the thief\'s car."It had no wheels, a "total loss", they say.'


def test_questions_stay_questions_where_no_quote_was_lost() -> None:
    text = "Who knew?s? See a.org/?q=1, or ask (why?). What ? Nobody knows?!"
    assert fold(text) == text


@given(anything)
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(anything, anything, anything)
def test_every_part_stands_where_it_says(title: str, summary: str, body: str) -> None:
    document = lay_out(Article(title=title, summary=summary, body=body))
    given = {"title": title, "summary": summary, "body": body}
    assert all(part.span.of(document.text) == given[part.kind] for part in document.parts)
