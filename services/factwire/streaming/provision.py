"""The topics as they must be: created, checked, and every group with a first offset.

A service checks before it starts and refuses a broker on which it could lose or block records; the message names the
setting. Missing topics are waited for: whoever creates them may be a minute behind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from factwire.errors import ConfigurationError, TransientError
from factwire.events.topics import MAX_MESSAGE_BYTES, RAW, TOPICS, Topic
from factwire.runtime.health import Health
from factwire.runtime.retry import wait_for
from factwire.streaming.dead_letters import SUFFIX
from factwire.streaming.group_offsets import guard_offset_fetch
from factwire.streaming.settings import ConsumerSettings, KafkaSettings

_SET_ON_TOPIC: Final = 1
"""``config_source`` of a value set on the topic itself."""
_WEEK_MS: Final = 7 * 24 * 3600 * 1000
_SHOWN_WITHIN: Final = 30.0
"""Seconds; a broker answers that a topic is made before its own metadata shows it."""


async def apply_topics(settings: ConsumerSettings) -> list[str]:
    """Creates what is missing, corrects settings that differ, gives groups a first offset; says what it did.

    Raises :class:`ConfigurationError` for a partition count that differs: changing it would break order per article.
    """
    async with _admin(settings) as admin:
        done = [f"created {name}" for name in await _create_missing(admin, settings)]
        done += await wait_for(
            "topics", lambda: _make_right(admin, settings), health=Health("topics"), within=_SHOWN_WITHIN
        )
    done += [f"first offset for {tp}" for tp in await begin_group(settings, settings.enricher_group, RAW)]
    return done


async def check_topics(settings: KafkaSettings, topics: Iterable[Topic]) -> None:
    """Raises :class:`TransientError` if the broker is away or a topic missing, :class:`ConfigurationError` if it is
    there and wrong.
    """
    async with _admin(settings) as admin:
        wanted = tuple(topics)
        _require_partitions(await _partitions(admin), settings, wanted)
        for name, values in (await _configs(admin, wanted)).items():
            if int(values.get("max.message.bytes", (0, 0))[0]) < MAX_MESSAGE_BYTES:
                raise ConfigurationError(
                    f"max.message.bytes of {name} is below {MAX_MESSAGE_BYTES}: what arrives could not be sent on. "
                    "Run: factwire topics apply"
                )


async def count_partitions(settings: KafkaSettings, topic: str) -> int:
    """Raises :class:`TransientError` if the broker is away or the topic missing."""
    async with _admin(settings) as admin:
        count = (await _partitions(admin)).get(topic)
    if count is None:
        raise TransientError(f"topic {topic} is missing; run: factwire topics apply")
    return count


async def begin_group(settings: KafkaSettings, group: str, topic: Topic) -> list[str]:
    """Commits the beginning offset of every partition for which the group has none; names those partitions."""
    guard_offset_fetch()
    consumer = AIOKafkaConsumer(**settings.client(), group_id=group, enable_auto_commit=False)
    try:
        await consumer.start()
        partitions = [TopicPartition(topic.name, n) for n in range(settings.topic_partitions)]
        consumer.assign(partitions)
        new = [tp for tp in partitions if await consumer.committed(tp) is None]
        if new:
            await consumer.commit(await consumer.beginning_offsets(new))
        return [f"{group} at {tp.topic}-{tp.partition}" for tp in new]
    except (KafkaError, OSError) as fault:
        raise TransientError(f"offsets of {group}: {fault}") from fault
    finally:
        await consumer.stop()


def topic_config(topic: Topic) -> dict[str, str]:
    """What must be set on a topic."""
    kept = (
        {"cleanup.policy": "compact", "delete.retention.ms": str(_WEEK_MS)}
        if topic.kept is None
        else {"cleanup.policy": "delete", "retention.ms": str(int(topic.kept.total_seconds() * 1000))}
    )
    return {"max.message.bytes": str(_limit(topic)), **kept}


def _limit(topic: Topic) -> int:
    """A dead letter is its record and the reason, perhaps less well compressed: it needs room."""
    return MAX_MESSAGE_BYTES * (4 if topic.name.endswith(SUFFIX) else 1)


@asynccontextmanager
async def _admin(settings: KafkaSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**settings.client(), request_timeout_ms=10_000)
    try:
        await admin.start()
        yield admin
    except (KafkaError, OSError, TimeoutError) as fault:
        raise TransientError(f"Kafka at {settings.kafka_bootstrap_servers}: {fault}") from fault
    finally:
        await admin.close()


async def _create_missing(admin: AIOKafkaAdminClient, settings: KafkaSettings) -> list[str]:
    there = await _partitions(admin)
    missing = [topic for topic in TOPICS if topic.name not in there]
    new = [
        NewTopic(t.name, settings.topic_partitions, settings.topic_replication, topic_configs=topic_config(t))
        for t in missing
    ]
    if new:
        answer = await admin.create_topics(new)
        for name, code, *message in answer.topic_errors:
            if code and code != TopicAlreadyExistsError.errno:
                raise ConfigurationError(f"creating {name}: {for_code(code).__name__} {message[0] if message else ''}")
    return [topic.name for topic in missing]


async def _make_right(admin: AIOKafkaAdminClient, settings: KafkaSettings) -> list[str]:
    _require_partitions(await _partitions(admin), settings, TOPICS)
    return [f"set {change}" for change in await _correct(admin)]


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Partitions of every topic there is."""
    found = await admin.describe_topics()
    return {t["topic"]: len(t["partitions"]) for t in found if not t["error_code"]}


def _require_partitions(there: Mapping[str, int], settings: KafkaSettings, topics: Iterable[Topic]) -> None:
    for topic in topics:
        count = there.get(topic.name)
        if count is None:
            raise TransientError(f"topic {topic.name} is missing; run: factwire topics apply")
        if count != settings.topic_partitions:
            raise ConfigurationError(
                f"{topic.name} has {count} partitions, FACTWIRE_TOPIC_PARTITIONS says {settings.topic_partitions}; "
                "set it to what is there: keys would move to other partitions"
            )


async def _correct(admin: AIOKafkaAdminClient) -> list[str]:
    changes = []
    for name, values in (await _configs(admin, TOPICS)).items():
        wanted = topic_config(next(t for t in TOPICS if t.name == name))
        differing = {key: value for key, value in wanted.items() if values.get(key, ("", 0))[0] != value}
        if differing:
            own = {key: value for key, (value, source) in values.items() if source == _SET_ON_TOPIC}
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {**own, **differing})])
            changes += [f"{name} {key}={value}" for key, value in differing.items()]
    return changes


async def _configs(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> dict[str, dict[str, tuple[str, int]]]:
    """Value and source of every setting of every topic."""
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, t.name) for t in topics])
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for resource in (r for answer in answers for r in answer.to_object()["resources"]):
        if resource["error_code"]:
            raise TransientError(
                f"settings of {resource['resource_name']}: {for_code(resource['error_code']).__name__}"
            )
        found[resource["resource_name"]] = {e["config_names"]: _valued(e) for e in resource["config_entries"]}
    return found


def _valued(entry: Mapping[str, Any]) -> tuple[str, int]:
    return str(entry["config_value"]), int(entry.get("config_source", 0))
