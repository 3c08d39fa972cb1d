"""CloudEvents in binary mode, and ids that come out the same again."""

from datetime import UTC, datetime

from factwire.events.envelope import Envelope, claim_id, enriched_event_id

WHEN = datetime(2024, 4, 12, 23, 0, tzinfo=UTC)


def test_the_attributes_travel_as_ce_headers() -> None:
    headers = dict(Envelope("id-1", "/factwire/gateway", "news.article.raw.v1", "article-1", WHEN).headers())
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_subject"] == b"article-1"
    assert headers["ce_time"] == b"2024-04-12T23:00:00Z"
    assert headers["content-type"] == b"application/json"
    assert "traceparent" not in headers


def test_a_trace_travels_as_plain_headers() -> None:
    envelope = Envelope("i", "s", "t", "a", WHEN, traceparent="00-aa-bb-01", tracestate="x=1")
    assert dict(envelope.headers())["traceparent"] == b"00-aa-bb-01"
    assert dict(envelope.headers())["tracestate"] == b"x=1"


def test_an_event_id_changes_with_every_version_that_made_it() -> None:
    first = enriched_event_id("a", 1, "0.1", "rules", "kb")
    assert first == enriched_event_id("a", 1, "0.1", "rules", "kb")
    others = [("b", 1, "0.1", "rules", "kb"), ("a", 2, "0.1", "rules", "kb"), ("a", 1, "0.2", "rules", "kb")]
    others += [("a", 1, "0.1", "other", "kb"), ("a", 1, "0.1", "rules", "other")]
    assert len({first, *(enriched_event_id(*other) for other in others)}) == 6


def test_a_claim_id_is_where_it_stands_and_what_it_is() -> None:
    assert claim_id("a", 1, 0, 5, "money") == claim_id("a", 1, 0, 5, "money")
    assert claim_id("a", 1, 0, 5, "money") != claim_id("a", 1, 0, 5, "count")
    assert claim_id("a", 1, 0, 5, "money") != claim_id("a", 1, 0, 6, "money")
