"""What is found, where it lies, and that nothing else is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.growth import grows_with_its_input

from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document, Sentence, Span, Time
from factwire.extraction.text.layout import fold
from factwire.extraction.times.expressions import TimeGrammar, find_times
from factwire.extraction.times.rules import RULES

CORPORA = Path(__file__).parents[3] / "corpora" / "times"
PUBLISHED = datetime(2024, 4, 12, 23, tzinfo=UTC)
GRAMMAR = TimeGrammar.compile(load_lexicons())


def cases(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((CORPORA / f"{name}.toml").read_text("utf-8"))["case"]
    return rows


def times_in(text: str, *, published: datetime | None = PUBLISHED, country: str | None = "GB") -> tuple[Time, ...]:
    """The times of a text whose sentences end where a full stop, a space and a capital meet."""
    edges = [0, *(m.start() + 1 for m in re.finditer(r"\. [A-Z]", text)), len(text)]
    sentences = tuple(Sentence(Span(a, b), "body") for a, b in pairwise(edges) if a < b)
    return find_times(document(text, sentences, published, country), grammar=GRAMMAR).times


def document(
    text: str, sentences: tuple[Sentence, ...], published: datetime | None = PUBLISHED, country: str | None = "GB"
) -> Document:
    article = Article(body=text, published_at=published, country=country)
    return Document(article=article, text=text, folded=fold(text), parts=(), sentences=sentences)


@pytest.mark.parametrize("case", cases("expressions"), ids=lambda c: f"{c['rule']}: {c['span']}")
def test_expression_is_found_and_placed(case: dict[str, Any]) -> None:
    found = {t.span.of(case["text"]): t for t in times_in(case["text"], country=case.get("country", "GB"))}
    assert case["span"] in found
    time = found[case["span"]]
    assert list(time.window or ()) == case.get("window", [])
    assert (time.begin, time.end, time.rule) == (case.get("begin"), case.get("end"), case["rule"])


SILENT = tomllib.loads((CORPORA / "silent.toml").read_text("utf-8"))


@pytest.mark.parametrize(("rule", "text"), SILENT.items())
def test_rule_stays_silent(rule: str, text: str) -> None:
    assert rule not in {name.strip() for time in times_in(text) for name in time.rule.split(",")}


def test_every_rule_has_its_reason_and_a_sentence_that_must_not_fire_it() -> None:
    assert set(SILENT) == {rule.name for rule in RULES}
    assert all((rule.read.__doc__ or "").strip() for rule in RULES)


@pytest.mark.parametrize("case", cases("nothing"), ids=lambda c: f"{c['rule']}: {c['text'][:40]}")
def test_nothing_is_found(case: dict[str, Any]) -> None:
    assert times_in(case["text"]) == ()


def test_every_rule_has_a_case_in_which_it_fires() -> None:
    fired = " ".join(case["rule"] for case in cases("expressions"))
    quiet_by_nature = {"age"}
    assert [rule.name for rule in RULES if rule.name not in fired and rule.name not in quiet_by_nature] == []


def test_names_of_rules_are_told_apart() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))


def test_relative_expression_without_publication_date_stays_unplaced() -> None:
    found = times_in("He said on Friday that sales rose last year.", published=None)
    assert [(t.timex, t.begin, t.end) for t in found] == [("XXXX-WXX-5", None, None), ("P1Y", None, None)]


def test_absolute_expression_needs_no_publication_date() -> None:
    (found,) = times_in("It opened in March 2019.", published=None)
    assert (found.begin, found.end, found.anchor) == (date(2019, 3, 1), date(2019, 3, 31), "absolute")


def test_context_is_the_expression_before_even_without_publication_date() -> None:
    _, earlier = times_in("It opened in 2019. A year earlier it was a field.", published=None)
    assert (earlier.begin, earlier.anchor) == (date(2018, 1, 1), "context")


@pytest.mark.parametrize("text", ["He was born on 31 June 2019.", "It fell 9000 centuries ago.", "It ran to Feb. 30."])
def test_day_that_no_calendar_has_stays_unplaced(text: str) -> None:
    (found,) = times_in(text)
    assert (found.begin, found.end) == (None, None)


def test_types_and_granularity_follow_timex3() -> None:
    found = times_in("Every Monday for two weeks, at 8:10 am on 5 May 2023 and in 2021, it rang.")
    assert [(t.type, t.timex) for t in found] == [
        ("set", "XXXX-WXX-1"), ("duration", "P2W"), ("time", "2023-05-05T08:10"), ("date", "2021"),
    ]  # fmt: skip


def test_boilerplate_says_nothing() -> None:
    text = "Updated on 5 May 2023."
    silent = document(text, (Sentence(Span(0, len(text)), "boilerplate"),))
    assert find_times(silent, grammar=GRAMMAR).times == ()


def test_curly_quotes_and_long_dashes_read_like_plain_ones() -> None:
    (found,) = times_in("The ’80s war, 1980–1988.")[-1:]
    assert (found.begin, found.end) == (date(1980, 1, 1), date(1988, 12, 31))


def sound(text: str, times: tuple[Time, ...]) -> bool:
    spans = [t.span for t in times]
    in_order = all(a.end <= b.start for a, b in pairwise(spans))
    inside = all(0 <= s.start < s.end <= len(text) for s in spans)
    return in_order and inside and all((t.begin is None) == (t.end is None) for t in times)


WORDS = ["the", "last", "three", "months", "to", "June", "30", "2019", "a", "year", "earlier", "Friday", "at", "8:10",
         "am", "GMT", "first", "quarter", "of", "end", "late", "from", "and", "between", "-", "'80s", "1/2/2003", "ago",
         "summer", "next", "Feb.", "29", "0000", "9999", "weeks", "before", "(", ")", ",", "Easter", "0830", "H1",
         "half", "same", "period", "fiscal", "century", "30th", "ten", "thousand", "in", "will"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=25))
@settings(max_examples=400, deadline=None)
def test_any_order_of_time_words_is_read_without_fault(words: list[str]) -> None:
    text = " ".join(words)
    times = times_in(text)
    assert sound(text, times)
    assert all(t.begin <= t.end for t in times if t.begin and t.end)


@given(st.text(st.characters(), max_size=300), st.sampled_from([None, PUBLISHED, datetime(1, 1, 1, tzinfo=UTC)]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_fault(text: str, published: datetime | None) -> None:
    assert sound(text, times_in(text, published=published))


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from([1, 9999]))
@settings(max_examples=100, deadline=None)
def test_edges_of_the_calendar_are_read_without_fault(words: list[str], year: int) -> None:
    text = " ".join(words)
    assert sound(text, times_in(text, published=datetime(year, 12 if year > 1 else 1, 28, tzinfo=UTC)))


@pytest.mark.parametrize(
    "unit", ["7", ",", "1.", "12/", "May ", "2019-", "the end of ", "two ", "a year earlier ", "noon ("]
)
def test_monotonous_text_takes_linear_time(unit: str) -> None:
    def work(count: int) -> Callable[[], object]:
        text = unit * count
        return partial(find_times, document(text, (Sentence(Span(0, len(text)), "body"),)), grammar=GRAMMAR)

    assert grows_with_its_input(work, 1500)
