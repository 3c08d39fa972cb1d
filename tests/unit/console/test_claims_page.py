from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from tests.support.stories import story

from factwire.console.claims_page import LONGEST_TITLE, NEARBY, charts, row
from factwire.console.views import ArticleReference, FoundClaim
from factwire.storage.facts_summary import ClaimPoint

SIGN = ">\N{NO-BREAK SPACE}"
"""A number keeps its sign beside it."""


def found(words, evidence=None):
    claim = next(one for one in story().claims if one.span.text == words)
    reference = ArticleReference(article_id="a/b", revision=1)
    return FoundClaim(**claim.model_dump(), evidence=evidence or f"So {words} it was.", article=reference)


def point(unit, low, high=None):
    low, high = (None if n is None else Decimal(n) for n in (low, high if high is not None else low))
    return ClaimPoint(uuid4(), "a", unit, low, high, date(2024, 1, 1), "words")


def test_row_says_who_what_how_much_when_and_by_whom():
    shown = row(found("more than $1.2 billion"))
    assert [(one.words, one.address) for one in shown.who] == [("Norland", "/entities/Q9001")]
    assert (shown.what, shown.value, shown.unit) == ("its harbours", f"{SIGN}1,200,000,000", "USD")
    assert (shown.speaker, shown.speaker_address) == ("Finance Minister Ada Lindqvist", "/entities/nil%3A5f0c2a")
    assert (shown.before, shown.written, shown.after) == ("So ", "more than $1.2 billion", " it was.")
    assert shown.address.startswith("/articles/a%2Fb#claim-")
    assert (shown.title, shown.source, shown.day) == ("", "", "no date")


def test_row_names_each_entity_once_in_the_order_of_the_claim():
    claim = found("more than $1.2 billion")
    norland = claim.arguments[0]
    other = norland.model_copy(update={"entity_id": "Q1"})
    shown = row(claim.model_copy(update={"arguments": (norland, other, norland)}))
    assert [one.address for one in shown.who] == ["/entities/Q9001", "/entities/Q1"]


def test_row_says_in_which_article_and_where_that_stands():
    article = ArticleReference(article_id="a/b", revision=1, title="word " * 40, url="https://www.example.org/x")
    shown = row(found("more than $1.2 billion").model_copy(update={"article": article}))
    assert shown.source == "example.org"
    assert len(shown.title) <= LONGEST_TITLE
    assert shown.title.endswith("word…")


def test_range_may_break_behind_its_dash_only():
    claim = found("more than $1.2 billion").model_copy(update={"value": None, "upper": "2000000000"})
    assert row(claim).value.split(" ")[0].endswith("–")
    assert row(claim).value.count(" ") == 1


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(31_557_600, "time in years"), (172_800, "time in days"), (90, "time in minutes"), (0, "time in seconds")],
)
def test_time_is_drawn_in_the_unit_that_people_would_take(seconds, label):
    drawn = charts([point("s", seconds)] * 3)
    assert drawn is not None
    assert drawn.label == label


def test_number_is_marked_where_it_stands_alone():
    claim = found("up 6.5 percent", "Up 18, then 1, it said.")
    alone = claim.model_copy(update={"span": claim.span.model_copy(update={"text": "1"})})
    assert row(alone).before == "Up 18, then "


def test_long_sentence_is_shortened_round_its_number():
    shown = row(found("up 6.5 percent", "word " * 100 + "up 6.5 percent" + " word" * 100))
    assert shown.before.startswith("…")
    assert shown.after.endswith("…")
    assert len(shown.before) <= NEARBY + 1 >= len(shown.after)


def test_charts_take_the_unit_that_most_have_or_the_one_asked_for():
    points = [point("USD", 1), point("USD", 5), point("USD", 9), point("m", 3), point("m", 4), point(None, 7)]
    drawn = charts(points)
    assert drawn is not None
    assert (drawn.label, drawn.shown, drawn.looked_at) == ("USD", 3, 6)
    assert [(one.code, one.count) for one in drawn.others] == [("m", 2)]
    metres = charts(points, "m")
    assert metres is not None
    assert metres.label == "length in m"
    assert charts(points, "furlong") == drawn


def test_open_sides_are_drawn_at_the_bound_that_is_there():
    drawn = charts([point("USD", 5, None), ClaimPoint(uuid4(), "a", "USD", None, Decimal(9), date(2024, 1, 2), "w")])
    assert drawn is not None
    assert drawn.times is not None
    assert all(dot.y == dot.top for dot in drawn.times.dots)


def test_nothing_to_draw_is_no_chart():
    assert charts([]) is None
    assert charts([point("USD", None)]) is None
    single = charts([point("USD", 3)])
    assert single is not None
    assert (single.distribution, single.times) == (None, None)
