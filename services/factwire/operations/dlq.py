"""Dead letters for a person: what died and why, sent again to where it came from, or dropped for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from factwire.errors import InvalidInput
from factwire.events.topics import DEAD_ENRICHED, DEAD_RAW, Topic
from factwire.streaming.browse import browsing, delete_before
from factwire.streaming.dead_letters import ATTEMPTS, PREFIX, attempts, original_headers
from factwire.streaming.producer import TopicProducer
from factwire.streaming.records import Outgoing, Partition, Record
from factwire.streaming.settings import KafkaSettings

TOPICS: Final = {"raw": DEAD_RAW, "enriched": DEAD_ENRICHED}
GROUP: Final = "factwire-dlq"
"""Remembers up to where dead letters have been replayed."""
CHUNK: Final = 200
SHOWN_CHARACTERS: Final = 50_000
"""Of a record's value, where a person looks at it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter, with its reason read back from the headers."""

    record: Record

    @property
    def place(self) -> str:
        """How commands name it: topic, partition and offset."""
        topic = next((name for name, t in TOPICS.items() if t.name == self.record.partition.topic), "?")
        return f"{topic}:{self.record.partition.number}:{self.record.offset}"

    @property
    def topic(self) -> str:
        """The topic it came from."""
        return self.said("topic")

    @property
    def origin(self) -> str:
        """Topic, partition and offset it came from."""
        return f"{self.topic}-{self.said('partition')}@{self.said('offset')}"

    @property
    def key(self) -> str:
        return _text(self.record.key)

    @property
    def stage(self) -> str:
        return self.said("stage")

    @property
    def reason(self) -> str:
        return self.said("exception.message")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, _text(value)) for name, value in self.record.headers]

    @property
    def value(self) -> str | None:
        return None if self.record.value is None else _text(self.record.value[:SHOWN_CHARACTERS])

    @property
    def size(self) -> int:
        return len(self.record.value or b"")

    @property
    def attempts(self) -> int:
        return attempts(self.record)

    @property
    def at(self) -> datetime:
        return self.record.moment

    def said(self, what: str) -> str:
        return (self.record.header(f"{PREFIX}{what}") or b"").decode("utf-8", "replace")

    def summary(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "at": self.at.isoformat().replace("+00:00", "Z"),
            "key": self.key,
            "stage": self.stage,
            "reason": self.reason,
            "attempts": self.attempts,
            "origin": self.origin,
        }


async def letters(
    settings: KafkaSettings, topics: Iterable[Topic], *, replayed: bool = False, match: str | None = None
) -> AsyncIterator[Letter]:
    """Dead letters in order of partition and offset; those replayed before only if asked for. ``match``: part of the
    reason, stage or key.
    """
    for topic in topics:
        async with browsing(settings, topic.name, GROUP) as browser:
            start = {} if replayed else await browser.progress()
            async for record in browser.records(start):
                letter = Letter(record)
                if match is None or _matches(letter, match):
                    yield letter


async def find(settings: KafkaSettings, place: str) -> Letter:
    """The dead letter at ``raw:PARTITION:OFFSET``. Raises :class:`InvalidInput` if there is none."""
    topic, partition = _parse(place)
    offset = int(place.split(":")[2])
    async with browsing(settings, topic.name, GROUP) as browser:
        record = await browser.record(partition, offset)
    if record is not None:
        return Letter(record)
    raise InvalidInput(f"there is no dead letter {place}; `factwire dlq list --all` shows what there is")


@dataclass(frozen=True, slots=True)
class Newest:
    """The letters at the end of a topic, and how many offsets before them were not looked at."""

    letters: list[Letter]
    unread: int


async def newest_letters(
    settings: KafkaSettings, topic: Topic, *, replayed: bool = False, match: str | None = None, window: int
) -> Newest:
    """As :func:`letters`, of the last ``window`` offsets of each partition: however long the topic is."""
    async with browsing(settings, topic.name, GROUP) as browser:
        waiting = {} if replayed else await browser.progress()
        start = await browser.tail(window, waiting)
        before = sum(start[p] - max(begin, waiting.get(p, 0)) for p, (begin, _) in (await browser.bounds()).items())
        found = [Letter(record) async for record in browser.records(start)]
    return Newest([letter for letter in found if match is None or _matches(letter, match)], max(0, before))


def by_reason(found: Iterable[Letter]) -> list[tuple[str, str, int]]:
    """Stage, reason and count, the most frequent first."""
    return most_common(Counter((letter.stage, letter.reason) for letter in found))


def most_common(counts: Counter[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Letters that were counted by stage and reason, as :func:`by_reason` gives them."""
    return [(stage, reason, count) for (stage, reason), count in counts.most_common()]


async def replay(settings: KafkaSettings, topic: Topic, *, match: str | None = None, again: bool = False) -> int:
    """Sends dead letters to the topic they came from: key, value, headers and ``ce_id`` as they were, the attempts
    counted. Progress is remembered after the broker has them, unless ``match`` picks some; gives how many were sent.
    """
    producer = TopicProducer(settings)
    await producer.start()
    try:
        async with browsing(settings, topic.name, GROUP) as browser:
            start = {} if again else await browser.progress()
            chunk: list[Letter] = []
            sent = 0
            async for record in browser.records(start):
                if match is None or _matches(Letter(record), match):
                    chunk.append(Letter(record))
                if len(chunk) >= CHUNK:
                    sent += await _send(producer, chunk)
                    if match is None:
                        await browser.remember(_after(chunk))
                    chunk = []
            sent += await _send(producer, chunk)
            if match is None and chunk:
                await browser.remember(_after(chunk))
            return sent
    finally:
        await producer.stop()


async def replay_one(settings: KafkaSettings, place: str) -> None:
    """Sends the one at ``raw:PARTITION:OFFSET`` again; the progress stays. Raises :class:`InvalidInput` without it."""
    letter = await find(settings, place)
    producer = TopicProducer(settings)
    await producer.start()
    try:
        await _send(producer, [letter])
    finally:
        await producer.stop()


async def purge(settings: KafkaSettings, topic: Topic, *, everything: bool = False) -> int:
    """Deletes the dead letters that were replayed, or all of them; gives how many offsets that are."""
    async with browsing(settings, topic.name, GROUP) as browser:
        bounds, done = await browser.bounds(), await browser.progress()
    upto = {p: end if everything else done.get(p, begin) for p, (begin, end) in bounds.items()}
    doomed = {p: offset for p, offset in upto.items() if offset > bounds[p][0]}
    if doomed:
        await delete_before(settings, doomed)
    return sum(offset - bounds[p][0] for p, offset in doomed.items())


def to_replay(letter: Letter) -> Outgoing:
    """The record as it first came, with the number of times it has died."""
    origin = letter.topic or letter.record.partition.topic.removesuffix(".dlq")
    counted = (ATTEMPTS, str(letter.attempts).encode())
    return Outgoing(origin, letter.record.key, letter.record.value, (*original_headers(letter.record), counted))


async def _send(producer: TopicProducer, chunk: list[Letter]) -> int:
    for fault in await producer.send_all([to_replay(letter) for letter in chunk]):
        if fault is not None:
            raise fault
    return len(chunk)


def _after(chunk: list[Letter]) -> dict[Partition, int]:
    return {letter.record.partition: letter.record.next_offset for letter in chunk}


def _matches(letter: Letter, part: str) -> bool:
    return any(part in text for text in (letter.reason, letter.stage, letter.key))


def _parse(place: str) -> tuple[Topic, Partition]:
    name, _, rest = place.partition(":")
    topic = TOPICS.get(name)
    if topic is None or not all(n.isdecimal() for n in rest.split(":")) or rest.count(":") != 1:
        raise InvalidInput(f"'{place}' names no dead letter; it looks like raw:0:17, as `factwire dlq list` prints it")
    return topic, Partition(topic.name, int(rest.split(":")[0]))


def _text(value: bytes | None) -> str:
    return "(none)" if value is None else value.decode("utf-8", "backslashreplace")
