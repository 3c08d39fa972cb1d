from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.events import enriched
from tests.support.records import record

from factwire.errors import InvalidRecord
from factwire.events.topics import ENRICHED, LATEST
from factwire.sink.handler import handle, to_change
from factwire.storage.write import ArticleWrite, Tombstone
from factwire.streaming.records import Partition, RawHeaders, Record

P3 = Partition(ENRICHED.name, 3)
HEADERS: RawHeaders = (("ce_id", b"e-1"), ("ce_time", b"2024-04-12T12:00:00Z"), ("odd", b"\xff"))


def message(value: bytes | None = None, **given: Any) -> Record:
    body = enriched("a-1", **given).model_dump_json().encode() if value is None else value
    return record(body, headers=HEADERS, partition=P3)


def test_an_event_becomes_a_write_with_its_id_and_time() -> None:
    change = to_change(message())
    assert isinstance(change, ArticleWrite)
    assert change.article["event_id"] == "e-1"
    assert change.article["enriched_at"] == datetime(2024, 4, 12, 12, tzinfo=UTC)


def test_winners_go_on_byte_for_byte() -> None:
    source = message()
    box = to_change(source).outbox
    assert box is not None
    assert (box.part, box.topic, box.key, box.value, box.headers) == (3, LATEST.name, b"a-1", source.value, HEADERS)
    assert to_change(source, publish=False).outbox is None


def test_a_null_value_is_a_tombstone() -> None:
    change = to_change(record(None, headers=(("ce_type", b"news.article.withdrawn.v1"),), partition=P3))
    assert isinstance(change, Tombstone)
    assert change.article_id == "a-1"


def test_without_a_time_the_records_own_counts() -> None:
    change = to_change(record(enriched().model_dump_json().encode(), partition=P3))
    assert isinstance(change, ArticleWrite)
    assert change.article["enriched_at"] == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize("value", [b"", b"{}", b"[]", b'{"article_id":"a-1"}'])
def test_what_is_no_event_is_a_dead_letter(value: bytes) -> None:
    storable, dead = handle([message(), message(value), message()])
    assert len(storable) == 2
    assert [letter.record.value for letter in dead] == [value]


@pytest.mark.parametrize("written", [b"noon", b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_or_that_no_reader_could_read_back_is_refused(written: bytes) -> None:
    with pytest.raises(InvalidRecord, match="ce_time"):
        to_change(record(enriched().model_dump_json().encode(), headers=(("ce_time", written),), partition=P3))


def test_a_time_stamp_beyond_the_calendar_costs_no_article() -> None:
    source = Record(P3, 0, b"a-1", enriched("a-1").model_dump_json().encode(), (), 2**63 - 1)
    (storable,), dead = handle([source])
    assert (storable.record, dead) == (source, [])
