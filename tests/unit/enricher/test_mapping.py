"""The core's document becomes the wire's event, with every offset and every id in place."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from factwire.enricher.mapping import enrich_article, enrich_encoded, event_id, to_payload
from factwire.errors import InvalidInput, InvalidRecord
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.raw_article import RawArticle
from factwire.extraction import model
from factwire.extraction.model import Span, decimal_string
from factwire.extraction.pipeline import Pipeline, open_pipeline
from factwire.extraction.text.layout import lay_out

NOTHING = Pipeline(stages=(), rules_version="rules", kb_version="kb")
TEXT = "Acme earned 5 crowns ($1) in May, it said."
RAW = RawArticle.model_validate({"article_id": "a", "revision": 2, "body": TEXT})
CROWNS = model.Unit("ISO4217", "NOK", "crowns")
DOLLARS = model.Unit("ISO4217", "USD", "$", assumed=True)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def claim(words: str, unit: model.Unit, value: str, **fields: object) -> model.Claim:
    number = Decimal(value)
    bounds = {"lower_inclusive": True, "upper_inclusive": True, "comparator": "eq", "approximate": False, "hedge": None}
    given = {"vague": False, "precision": 1, "rules": ("money",), **bounds, **fields}
    return model.Claim(span(words), 0, "money", number, number, number, unit=unit, **given)  # type: ignore[arg-type]


def document() -> model.Document:
    speech = model.Attribution(
        model.Speaker(span("Acme"), "Q1", "Acme"), span("said"), "indirect", (Span(0, 31),), "said"
    )
    may = model.Period(0, date(2024, 5, 1), date(2024, 5, 31), "2024-05", "month", "measured")
    crowns = claim("5 crowns", CROWNS, "5", attribution=speech, period=may, group=0)
    dollars = claim("$1", DOLLARS, "1.50", equivalent_of=0, of=model.Whole(span("5 crowns"), 0))
    mention = model.Mention(span("Acme"), "name", 0.9, "known-name")
    return model.Document(
        article=model.Article(body=TEXT),
        text=TEXT,
        folded=TEXT,
        parts=(),
        sections=(model.Section("body", Span(0, len(TEXT))),),
        sentences=(model.Sentence(Span(0, len(TEXT)), "body"),),
        times=(
            model.Time(
                span("May"), "date", "2024-05", date(2024, 5, 1), date(2024, 5, 31), "month", "context", "month"
            ),
        ),
        entities=(model.Entity("Q1", "organization", "company", "Acme", 0.9, 1.0, (mention,)),),
        claims=(crowns, dollars),
    )


def to_event(*given: Any) -> EnrichedArticle:
    return EnrichedArticle.model_validate(to_payload(*given))


def test_the_bytes_are_the_models_whatever_is_in_them() -> None:
    full = {"title": "T", "source": {"id": "s", "country": "NO"}, "subjects": [{"uri": "medtop:1"}], "rights": {}}
    moments = {"published_at": "2024-05-02T01:00:00.5+02:00", "received_at": "2024-05-02T01:00:00Z"}
    raw = RawArticle.model_validate({**RAW.model_dump(), **full, **moments, "extra": {"n": [1, 2.5, None, "\u2028ø"]}})
    canned = Pipeline((("canned", lambda _: document()),), "r", "k")
    event, encoded = enrich_encoded(raw, canned)
    model_made = enrich_article(raw, canned)
    assert encoded == model_made.model_dump_json().encode()
    assert event_id(event) == event_id(model_made)


def test_what_the_model_alone_takes_is_encoded_as_the_model_would() -> None:
    lax = replace(document(), entities=(replace(document().entities[0], confidence="0.9"),))  # type: ignore[arg-type]
    canned = Pipeline((("canned", lambda _: lax),), "r", "k")
    assert enrich_encoded(RAW, canned)[1] == enrich_article(RAW, canned).model_dump_json().encode()


def test_every_span_carries_its_words() -> None:
    event = to_event(RAW, document(), NOTHING, 1.5)
    spans = (
        [c.span for c in event.claims]
        + [t.span for t in event.times]
        + [m.span for e in event.entities for m in e.mentions]
    )
    assert spans
    assert all(event.text[s.start : s.end] == s.text for s in spans)


def test_indices_become_ids() -> None:
    crowns, dollars = to_event(RAW, document(), NOTHING, None).claims
    assert dollars.equivalent_of == crowns.claim_id
    assert dollars.of is not None
    assert dollars.of.claim_id == crowns.claim_id
    assert crowns.group_id is not None
    assert crowns.period is not None
    assert crowns.period.time == 0


def test_the_event_says_what_made_it() -> None:
    made = to_event(RAW, document(), NOTHING, 1.5).enrichment
    assert (made.rules_version, made.kb_version, made.duration_ms) == ("rules", "kb", 1.5)


def test_the_same_article_gives_the_same_event() -> None:
    first, second = (enrich_article(RAW, NOTHING) for _ in range(2))
    assert first.model_dump_json() == second.model_dump_json()
    assert event_id(first) == event_id(second)


def test_a_clock_only_times_the_work() -> None:
    ticks = count(10)
    assert enrich_article(RAW, NOTHING, clock=lambda: float(next(ticks))).enrichment.duration_ms == 1000.0


def test_metadata_is_carried_and_the_body_is_not() -> None:
    raw = RawArticle.model_validate(
        {"article_id": "a", "title": "T", "body": "B", "provider": "AFP", "extra": {"x": [1]}}
    )
    event = json.loads(enrich_article(raw, NOTHING).model_dump_json())
    assert (event["provider"], event["extra"], event["text"]) == ("AFP", {"x": [1]}, "T\n\nB")
    assert "body" not in event


def test_a_withdrawn_article_has_no_facts() -> None:
    raw = RawArticle.model_validate({"article_id": "a", "status": "withdrawn", "title": "T", "body": "B"})
    event = enrich_article(raw, Pipeline((("never", lambda _: pytest.fail("enriched")),), "r", "k"))
    assert (event.status, event.text, event.claims) == ("withdrawn", "T\n\nB", ())


def test_a_fault_of_the_core_costs_the_one_article_and_says_where() -> None:
    broken = Pipeline((("broken", lambda _: 1 / 0),), "r", "k")  # type: ignore
    with pytest.raises(InvalidRecord, match=r"ZeroDivisionError: division by zero \(<lambda>, line \d+\)"):
        enrich_article(RAW, broken)


@pytest.mark.parametrize("field", ["title", "summary", "body"])
def test_text_that_postgres_cannot_store_is_refused_by_field(field: str) -> None:
    raw = RawArticle.model_validate({"article_id": "a", "body": "b", field: "x\x00"})
    with pytest.raises(InvalidRecord, match=f"/{field}: holds U\\+0000"):
        enrich_article(raw, NOTHING)


PAGE = """<html lang="en"><head><title>Harbour road to be widened</title>
<meta property="article:published_time" content="2024-05-10T08:00:00Z"></head><body><nav>Home | News</nav><article>
<h1>Harbour road to be widened</h1><p>The council voted on Monday to widen the harbour road, which carries more than
9,000 lorries a day, officials said.</p><p>Work is to begin in the autumn and to cost 40 million crowns.</p></article>
<footer>All rights reserved</footer></body></html>"""


def test_a_page_becomes_text_and_offsets_point_into_it() -> None:
    raw = RawArticle.model_validate({"article_id": "a", "body": PAGE, "body_format": "html"})
    event = enrich_article(raw, Pipeline((), "r", "k"))
    assert event.title == "Harbour road to be widened"
    assert "9,000 lorries a day" in event.text
    assert "<p>" not in event.text
    assert event.published_at == datetime(2024, 5, 10, 8, tzinfo=UTC)
    assert (event.published_precision, event.published_from) == ("second", "meta")


def test_what_the_feed_says_wins_over_the_page() -> None:
    raw = RawArticle.model_validate(
        {
            "article_id": "a",
            "body": PAGE,
            "body_format": "html",
            "title": "Mine",
            "published_at": "2024-05-11T10:00:00Z",
        }
    )
    event = enrich_article(raw, NOTHING)
    assert (event.title, event.published_at) == ("Mine", datetime(2024, 5, 11, 10, tzinfo=UTC))


def test_a_page_without_text_is_refused() -> None:
    raw = RawArticle.model_validate({"article_id": "a", "body": "<html></html>", "body_format": "html"})
    with pytest.raises(InvalidInput, match="/body: no main text"):
        enrich_article(raw, NOTHING)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("900000000", "900000000"),
        ("9E+8", "900000000"),
        ("0.250", "0.25"),
        ("-0", "0"),
        ("-1.50", "-1.5"),
        ("1E-7", "0.0000001"),
    ],
)
def test_numbers_are_plain_decimal_strings(number: str, written: str) -> None:
    assert decimal_string(Decimal(number)) == written


def test_an_open_side_is_null() -> None:
    assert decimal_string(None) is None


def test_layout_and_event_agree_on_the_text() -> None:
    raw = RawArticle.model_validate({"article_id": "a", "title": "T", "summary": "S", "body": "B\n"})
    assert enrich_article(raw, NOTHING).text == lay_out(model.Article("T", "S", "B\n")).text


def test_today_is_the_day_at_the_outlet() -> None:
    sent = {"article_id": "a", "body": "Prices rose 3 percent today.", "published_at": "2017-07-28T00:00:00+05:30"}
    (today,) = enrich_article(RawArticle.model_validate(sent), open_pipeline()).times
    assert (today.begin, today.end) == (date(2017, 7, 28), date(2017, 7, 28))
