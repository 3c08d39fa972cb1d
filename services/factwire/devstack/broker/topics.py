"""Topics: how many partitions each has, which settings, and the logs behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from factwire.devstack.broker.batches import Header, timestamps
from factwire.devstack.broker.journal import Entry, Journal
from factwire.devstack.broker.log import PartitionLog
from factwire.devstack.broker.protocol import Code, Refused

DEFAULTS: Final[Mapping[str, str]] = {
    "cleanup.policy": "delete",
    "compression.type": "producer",
    "delete.retention.ms": "86400000",
    "file.delete.delay.ms": "60000",
    "flush.messages": "9223372036854775807",
    "flush.ms": "9223372036854775807",
    "index.interval.bytes": "4096",
    "max.compaction.lag.ms": "9223372036854775807",
    "max.message.bytes": "1048588",
    "message.timestamp.type": "CreateTime",
    "min.cleanable.dirty.ratio": "0.5",
    "min.compaction.lag.ms": "0",
    "min.insync.replicas": "1",
    "retention.bytes": "-1",
    "retention.ms": "604800000",
    "segment.bytes": "1073741824",
    "segment.ms": "604800000",
}
"""Settings a topic may have, with Kafka's defaults. All are kept; `max.message.bytes` and `cleanup.policy` also act."""

_NAME: Final = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_MAX_PARTITIONS: Final = 1000


@dataclass(slots=True)
class Topic:
    name: str
    partitions: int
    settings: dict[str, str] = field(default_factory=dict)

    def setting(self, name: str) -> str:
        return self.settings.get(name, DEFAULTS[name])


class Topics:
    """All topics and their open logs, kept in ``folder`` and, apart from the records, in ``journal``."""

    name = "topics"

    def __init__(self, folder: Path, journal: Journal) -> None:
        self._folder = folder
        self._journal = journal
        self._topics: dict[str, Topic] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._logs: dict[tuple[str, int], PartitionLog] = {}

    def restore(self, entry: Entry) -> None:
        match entry:
            case {"deleted": name}:
                self._forget(name)
            case {"topic": name, "start": start, "partition": partition}:
                self._starts[name, partition] = start
            case {"topic": name, "partitions": partitions, "settings": settings}:
                self._topics[name] = Topic(name, partitions, settings)

    def snapshot(self) -> Iterable[Entry]:
        yield from (_entry(topic) for topic in self._topics.values())
        for (name, partition), start in self._starts.items():
            yield {"of": self.name, "topic": name, "partition": partition, "start": start}

    def open(self) -> None:
        """Opens the logs of all restored topics; reads every batch header once."""
        for topic in self._topics.values():
            self._open_logs(topic)

    def _open_logs(self, topic: Topic) -> None:
        for partition in range(topic.partitions):
            key = (topic.name, partition)
            if key not in self._logs:
                folder = self._folder / f"{topic.name}-{partition}"
                self._logs[key] = PartitionLog(folder, start_offset=self._starts.get(key, 0))

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    def get(self, name: str) -> Topic:
        if name not in self._topics:
            raise Refused(Code.UNKNOWN_TOPIC_OR_PARTITION, f"no topic {name}")
        return self._topics[name]

    def has(self, name: str, partition: int) -> bool:
        return (name, partition) in self._logs

    def log(self, name: str, partition: int) -> PartitionLog:
        if not self.has(name, partition):
            raise Refused(Code.UNKNOWN_TOPIC_OR_PARTITION, f"no partition {name}-{partition}")
        return self._logs[name, partition]

    def check_new(self, name: str, partitions: int, replicas: int, settings: Mapping[str, str | None]) -> None:
        """Refuses what Kafka would refuse on one broker."""
        if not _NAME.fullmatch(name) or name in {".", ".."}:
            raise Refused(Code.INVALID_TOPIC, f"{name!r} is no topic name")
        if name in self._topics:
            raise Refused(Code.TOPIC_ALREADY_EXISTS, f"Topic '{name}' already exists.")
        if not (partitions == -1 or 1 <= partitions <= _MAX_PARTITIONS):
            raise Refused(Code.INVALID_PARTITIONS, "Number of partitions must be larger than 0.")
        if replicas not in (-1, 1):
            raise Refused(Code.INVALID_REPLICATION_FACTOR, "there is one broker")
        check_settings(settings)

    def create(self, name: str, partitions: int, settings: Mapping[str, str | None]) -> None:
        topic = Topic(name, max(1, partitions), _given(settings))
        self._journal.append(_entry(topic))
        self._topics[name] = topic
        self._open_logs(topic)

    def grow(self, name: str, partitions: int, *, check_only: bool) -> None:
        topic = self.get(name)
        if not topic.partitions < partitions <= _MAX_PARTITIONS:
            raise Refused(Code.INVALID_PARTITIONS, f"Topic currently has {topic.partitions} partitions.")
        if not check_only:
            topic.partitions = partitions
            self._journal.append(_entry(topic))
            self._open_logs(topic)

    def alter(self, name: str, settings: Mapping[str, str | None], *, check_only: bool) -> None:
        """Replaces all settings of a topic, as AlterConfigs does."""
        topic = self.get(name)
        check_settings(settings)
        if not check_only:
            topic.settings = _given(settings)
            self._journal.append(_entry(topic))

    def delete(self, name: str) -> None:
        topic = self.get(name)
        self._journal.append({"of": self.name, "deleted": name})
        for partition in range(topic.partitions):
            self._logs.pop((name, partition)).remove()
        self._forget(name)

    def _forget(self, name: str) -> None:
        self._topics.pop(name)
        self._starts = {key: start for key, start in self._starts.items() if key[0] != name}

    def delete_before(self, name: str, partition: int, offset: int) -> int:
        """Drops records below ``offset`` (-1: all) and returns the new start."""
        log = self.log(name, partition)
        wanted = log.end_offset if offset == -1 else offset
        if not 0 <= wanted <= log.end_offset:
            raise Refused(Code.OFFSET_OUT_OF_RANGE, f"{offset} is beyond {log.end_offset}")
        self._starts[name, partition] = max(wanted, log.start_offset)
        entry = {"of": self.name, "topic": name, "partition": partition, "start": self._starts[name, partition]}
        self._journal.append(entry)
        log.delete_before(wanted)
        return log.start_offset

    def admit(self, name: str, data: bytes, header: Header) -> None:
        """Refuses a batch that the topic's settings forbid."""
        topic = self.get(name)
        if header.size > int(topic.setting("max.message.bytes")):
            raise Refused(Code.MESSAGE_TOO_LARGE, f"{header.size} bytes")
        if "compact" in topic.setting("cleanup.policy") and any(key is None for _, _, key in timestamps(data)):
            raise Refused(Code.INVALID_RECORD, "a compacted topic needs keys")

    def close(self) -> None:
        for log in self._logs.values():
            log.close()


def _entry(topic: Topic) -> Entry:
    return {"of": Topics.name, "topic": topic.name, "partitions": topic.partitions, "settings": topic.settings}


def _given(settings: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in settings.items() if value is not None}


def check_settings(settings: Mapping[str, str | None]) -> None:
    for name, value in settings.items():
        if name not in DEFAULTS:
            raise Refused(Code.INVALID_CONFIG, f"Unknown topic config name: {name}")
        if value is not None and _is_number(DEFAULTS[name]) and not _is_number(value):
            raise Refused(Code.INVALID_CONFIG, f"Invalid value {value} for configuration {name}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
