import json
from datetime import UTC, datetime

import pytest
from tests.unit.gateway.fakes import MemoryLog, down_log

from factwire.errors import Unavailable
from factwire.events.raw_article import RawArticle
from factwire.gateway.handler import Gateway
from factwire.gateway.intake import Item, read_item

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def gateway(log=None, limit=10_000):
    return Gateway(log if log is not None else MemoryLog(), lambda: NOW, limit, limit)


async def test_record_has_the_id_as_key_and_the_envelope_as_headers():
    log = MemoryLog()
    await gateway(log).accept(
        [read_item(0, {"article_id": "é/1", "body": "Text."})], "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    )
    (record,) = log.records
    headers = dict(record.headers)
    assert (record.topic, record.key) == ("news.articles.raw.v1", "é/1".encode())
    assert headers["ce_type"] == b"news.article.raw.v1"
    assert headers["ce_subject"] == "é/1".encode()
    assert headers["ce_time"] == b"2026-03-10T09:30:00Z"
    assert headers["traceparent"].startswith(b"00-aaaa")


async def test_received_at_is_ours_and_published_at_is_theirs():
    log = MemoryLog()
    sent = {
        "article_id": "a",
        "body": "t",
        "received_at": "2001-01-01T00:00:00Z",
        "published_at": "2026-03-09T08:00:00+01:00",
    }
    await gateway(log).accept([read_item(0, sent)])
    value = json.loads(log.records[0].value)
    assert (value["received_at"], value["published_at"]) == ("2026-03-10T09:30:00Z", "2026-03-09T07:00:00Z")


async def test_record_is_read_back_as_the_same_article():
    log = MemoryLog()
    sent = {"article_id": "a", "title": "T", "extra": {"x": [1, None]}, "authors": ["B"], "source": {"id": "e.org"}}
    await gateway(log).accept([read_item(0, sent)])
    back = RawArticle.model_validate_json(log.records[0].value)
    assert back.model_copy(update={"received_at": None}) == RawArticle.model_validate(sent)


async def test_the_same_content_is_the_same_event_and_other_content_another():
    log = MemoryLog()
    for body in ("one", "one", "two"):
        await gateway(log).accept([read_item(0, {"article_id": "a", "body": body})])
    ids = [dict(record.headers)["ce_id"] for record in log.records]
    assert ids[0] == ids[1] != ids[2]


async def test_good_items_go_in_and_bad_ones_say_why():
    log = MemoryLog()
    receipt = await gateway(log).accept([read_item(0, {"body": ""}), read_item(1, {"article_id": "b", "body": "t"})])
    assert (receipt.accepted, receipt.rejected) == (1, 1)
    assert [result.status for result in receipt.results] == ["rejected", "accepted"]
    assert [record.key for record in log.records] == [b"b"]


async def test_article_above_the_limit_is_refused_by_itself():
    log = MemoryLog()
    receipt = await gateway(log, limit=1000).accept([read_item(0, {"article_id": "a", "body": "x" * 2000})])
    assert receipt.results[0].errors[0].code == "too-large"
    assert log.records == []


async def test_nothing_is_accepted_when_the_log_does_not_acknowledge():
    with pytest.raises(Unavailable):
        await gateway(down_log()).accept([read_item(0, {"body": "t"})])


async def test_all_rejected_needs_no_log():
    receipt = await gateway(down_log()).accept([Item(0)])
    assert receipt.accepted == 0


async def test_withdrawal_without_revision_is_a_tombstone():
    log = MemoryLog()
    result = await gateway(log).withdraw("a", None)
    assert (log.records[0].key, log.records[0].value) == (b"a", None)
    assert dict(log.records[0].headers)["ce_type"] == b"news.article.withdrawn.v1"
    assert result.status == "accepted"


async def test_withdrawal_with_revision_is_that_revision():
    log = MemoryLog()
    await gateway(log).withdraw("a", 3)
    value = json.loads(log.records[0].value)
    assert (value["status"], value["revision"]) == ("withdrawn", 3)


@pytest.mark.parametrize(
    ("length", "body_format", "accepted"), [(299_999, "text", 1), (300_001, "text", 0), (300_001, "html", 1)]
)
async def test_text_that_would_not_be_enriched_is_refused_at_the_door(length, body_format, accepted):
    receipt = await gateway(limit=1_000_000).accept([read_item(0, {"body": "x" * length, "body_format": body_format})])
    assert receipt.accepted == accepted
