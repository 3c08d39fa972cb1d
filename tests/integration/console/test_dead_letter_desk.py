"""The desk that the console's page works at, over a real Kafka: a thousand letters in one act."""

from __future__ import annotations

import pytest
from tests.support.kafka import PARTITIONS, Sent, produce
from tests.support.stack import DEAD_RAW, RAW

from factwire.errors import InvalidInput
from factwire.operations.dead_letter_desk import Desk
from factwire.streaming.dead_letters import to_dead_letter
from factwire.streaming.records import DeadLetter, Partition, Reason, Record
from factwire.streaming.settings import KafkaSettings

pytestmark = [pytest.mark.docker, pytest.mark.timeout(240)]
MANY = 1000
HEADERS = (("ce_type", b"news.article.raw.v1"), ("odd", b"\xff\x00"))


@pytest.fixture(scope="module")
def desk(broker: str) -> Desk:
    return Desk(KafkaSettings(kafka_bootstrap_servers=broker))


def bury(broker: str, prefix: str, count: int, reason: str = "/body: no text") -> None:
    """Dead letters as the enricher writes them."""
    sent = []
    for n in range(count):
        record = Record(Partition(RAW, n % 3), n, f"{prefix}-{n}".encode(), b'{"body": %d}' % n, HEADERS)
        letter = to_dead_letter(DeadLetter(record, Reason("schema", "InvalidRecord", reason)))
        sent.append(Sent(n, "dead", letter.key, letter.value, letter.headers))
    produce(broker, DEAD_RAW, sent)


async def test_thousand_letters_are_counted_and_sent_again_in_one_act(desk, broker, raw):
    bury(broker, "thousand", MANY)
    survey = await desk.survey("raw", replayed=False, match="thousand", limit=10)
    assert (survey.total, len(survey.newest), survey.unread) == (MANY, 10, 0)
    assert survey.reasons == [("schema", "/body: no text", MANY)]
    assert await desk.replay("raw", match="thousand", again=False) == MANY
    back = raw.read()
    assert sorted(record.key for record in back) == sorted(f"thousand-{n}".encode() for n in range(MANY))
    assert {record.value for record in back} == {b'{"body": %d}' % n for n in range(MANY)}
    assert tuple(back[0].headers[:2]) == HEADERS


async def test_page_reads_the_end_of_each_partition_however_long_the_topic_is(desk, broker):
    bury(broker, "old", MANY)
    bury(broker, "new", 30, reason="/title: too long")
    every = await desk.survey("raw", replayed=True, match=None, limit=MANY * 10)
    assert every.unread == 0
    survey = await desk.survey("raw", replayed=True, match=None, limit=5)
    assert survey.total == 5 * PARTITIONS
    assert survey.total + survey.unread == every.total
    assert survey.reasons == [("schema", "/title: too long", survey.total)]
    assert [letter.place for letter in survey.newest] == [letter.place for letter in every.newest[:5]]
    assert (await desk.survey("raw", replayed=True, match="new-7", limit=5)).total == 1


async def test_one_letter_is_opened_and_sent_again_by_itself(desk, broker, raw):
    bury(broker, "single", 2, reason="a <b> reason")
    [letter] = (await desk.survey("raw", replayed=False, match="single-1", limit=5)).newest
    opened = await desk.show(letter.place)
    assert (opened.key, opened.stage, opened.reason, opened.attempts) == ("single-1", "schema", "a <b> reason", 1)
    assert (opened.value, opened.size, opened.origin) == ('{"body": 1}', 11, f"{RAW}-1@1")
    assert ("odd", "\\xff\x00") in opened.headers
    await desk.replay_one(letter.place)
    assert [record.key for record in raw.read()] == [b"single-1"]


async def test_place_that_is_none_is_told(desk):
    for place in ("raw:0:999999", "raw:77:0", "nonsense", "cooked:0:1", "raw:0:-1"):
        with pytest.raises(InvalidInput):
            await desk.show(place)


async def test_purge_deletes_what_was_sent_again_and_then_all(desk, broker):
    bury(broker, "purged", 3)
    await desk.replay("raw", match=None, again=False)
    bury(broker, "kept", 2)
    await desk.purge("raw", everything=False)
    assert (await desk.survey("raw", replayed=True, match=None, limit=5)).total == 2
    await desk.purge("raw", everything=True)
    assert (await desk.survey("raw", replayed=True, match=None, limit=5)).total == 0
