"""A row of an archive becomes one row, whatever is in it."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.archives.batches import ArchiveEnrichment
from factwire.archives.rows import ENRICHED, read_row
from factwire.enricher.knowledge import Knowledge
from factwire.enricher.mapping import enrich_article
from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle
from factwire.extraction.pipeline import open_pipeline

ARTICLE = {"article_id": "a-1", "title": "Acme cuts 1,200 jobs", "published_at": "2024-04-12T08:00:00Z"}


@pytest.fixture(scope="module")
def enrichment() -> ArchiveEnrichment:
    return ArchiveEnrichment(Knowledge())


def test_columns_are_named_as_the_fields_of_an_article():
    article = read_row({**ARTICLE, "published_at": datetime(2024, 4, 12, 8), "summary": None})
    assert article == RawArticle.model_validate(ARTICLE)


def test_a_time_without_a_zone_is_utc():
    moment = datetime(2024, 4, 12, 8)
    assert read_row({**ARTICLE, "published_at": moment}).published_at == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize("written", [json.dumps(ARTICLE), json.dumps(ARTICLE).encode()])
def test_one_column_may_hold_the_whole_article(written):
    assert read_row({"article": written}) == RawArticle.model_validate(ARTICLE)


def test_a_fault_names_the_column():
    with pytest.raises(InvalidInput) as caught:
        read_row({**ARTICLE, "revision": 0})
    assert caught.value.field == "/revision"


def test_a_row_is_the_event_that_any_other_way_gives(enrichment):
    (row,) = enrichment(pa.Table.from_pylist([ARTICLE])).to_pylist()
    event = enrich_article(RawArticle.model_validate(ARTICLE), open_pipeline())
    assert row["event"] == event.model_dump_json()
    assert (row["article_id"], row["claim_count"], row["fault"]) == ("a-1", 1, None)


def test_a_bad_row_is_kept_with_its_fault_between_good_ones(enrichment):
    rows = enrichment(pa.Table.from_pylist([ARTICLE, {**ARTICLE, "article_id": "a-2", "title": None}, ARTICLE]))
    assert [bool(row["fault"]) for row in rows.to_pylist()] == [False, True, False]
    bad = rows.to_pylist()[1]
    assert bad["article_id"] == "a-2"
    assert json.loads(bad["fault_row"])["published_at"] == ARTICLE["published_at"]


def test_batches_are_read_one_by_one(enrichment):
    read = []

    def batches():
        for number in range(3):
            read.append(number)
            yield pa.RecordBatch.from_pylist([ARTICLE])

    found = enrichment.batches(batches())
    next(found)
    assert read == [0]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_as_many_rows_come_out_as_go_in(texts):
    table = pa.table({"article": [text.encode("utf-8", "replace") for text in texts]})
    found = ArchiveEnrichment(Knowledge())(table)
    assert found.num_rows == len(texts)
    assert found.schema == ENRICHED
