import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.support.events import enriched
from tests.support.stories import story

from factwire.console.views import summary_facts
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.stored import enriched_article
from factwire.sink.rows import to_write

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
EXACT = ("claims", "times", "text", "sections", "sentences", "source", "title", "published_at", "url", "byline")


def rows_of(event: EnrichedArticle):
    """The rows that the sink writes, as the database gives them back."""

    write = to_write(event, event_id="e", at=NOON)
    as_json = ("subjects", "rights", "extra", "sections", "sentences")
    article = {**write.article, **{name: json.loads(write.article[name] or "null") for name in as_json}}
    source = write.source or {"name": None, "country": None}
    known = {row["entity_id"]: row for row in write.entities}
    return {
        **article,
        "source_name": source["name"],
        "source_country": source["country"],
        "entities": [{**known[row["entity_id"]], **row} for row in write.article_entities],
        "mentions": write.mentions,
        "times": write.times,
        "claims": [_read_back(row) for row in write.claims],
        "arguments": write.claim_arguments,
    }


def _read_back(row):

    numbers = {name: row[name] and Decimal(row[name]) for name in ("value", "lower", "upper")}
    return {**row, **numbers, "unit_per": json.loads(row["unit_per"] or "null")}


@pytest.mark.parametrize("event", [story(), enriched()], ids=["story", "short"])
def test_rows_become_the_event_they_came_from(event):
    back = enriched_article(rows_of(event))
    for field in EXACT:
        assert getattr(back, field) == getattr(event, field), field
    assert {e.entity_id: e.mentions for e in back.entities} == {e.entity_id: e.mentions for e in event.entities}


def test_numbers_have_no_exponent():
    event = story()
    claim = event.claims[0].model_copy(update={"value": "1" + "0" * 30, "lower": None, "upper": None})
    back = enriched_article(rows_of(event.model_copy(update={"claims": (claim,)})))
    assert back.claims[0].value == "1" + "0" * 30


def test_list_never_passes_reception_off_as_publication():
    summary = story(published_at=None)
    assert summary_facts(summary, NOON) == ("Norland Wire", "NW", "received 10 March 2026, 12:00 UTC", "en")
