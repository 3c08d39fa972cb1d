"""Versions, metadata, topics and their settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from factwire.devstack.broker.protocol import APIS, Call, Code, Fields, Refused
from factwire.devstack.broker.topics import DEFAULTS, Topic

if TYPE_CHECKING:
    from factwire.devstack.broker.state import State

_TOPIC: Final = 2
_BROKER: Final = 4
_SET_ON_TOPIC: Final = 1
_SET_BY_BROKER: Final = 4
_DEFAULT: Final = 5
_NO_LEADER: Final = -1


async def api_versions(broker: State, call: Call) -> Fields:
    """A client that speaks a newer version of this request learns ours and asks again."""
    too_new = call.version > call.api.highest
    return {
        "error_code": Code.UNSUPPORTED_VERSION if too_new else 0,
        "api_versions": [{"api_key": api.key, "min_version": api.lowest, "max_version": api.highest} for api in APIS],
    }


async def metadata(broker: State, call: Call) -> Fields:
    wanted = call.fields["topics"]
    everything = wanted is None or (call.version == 0 and not wanted)
    names = [topic.name for topic in broker.topics] if everything else wanted
    return {
        "brokers": [{"node_id": broker.node_id, "host": broker.host, "port": broker.port, "rack": None}],
        "cluster_id": broker.cluster_id,
        "controller_id": broker.node_id,
        "topics": [_described(broker, name) for name in names],
    }


def _described(broker: State, name: str) -> Fields:
    try:
        topic = broker.topics.get(name)
    except Refused as refused:
        return {"error_code": refused.code, "topic": name, "is_internal": False, "partitions": []}
    error = Code.LEADER_NOT_AVAILABLE if broker.is_warming_up else Code.NONE
    partitions = [_partition(broker, number, error) for number in range(topic.partitions)]
    return {"error_code": error, "topic": name, "is_internal": False, "partitions": partitions}


def _partition(broker: State, number: int, error: Code) -> Fields:
    return {
        "error_code": error,
        "partition": number,
        "leader": _NO_LEADER if error else broker.node_id,
        "replicas": [broker.node_id],
        "isr": [broker.node_id],
        "offline_replicas": [],
    }


def _for_topic(name: str, do: Callable[..., None], *args: object) -> Fields:
    try:
        do(*args)
    except Refused as refused:
        return {"topic": name, "error_code": refused.code, "error_message": refused.detail}
    return {"topic": name, "error_code": 0, "error_message": None}


async def create_topics(broker: State, call: Call) -> Fields:
    asked = call.fields["create_topic_requests"]
    return {"topic_errors": [_for_topic(one["topic"], _create, broker, call, one) for one in asked]}


def _create(broker: State, call: Call, asked: Fields) -> None:
    settings = {entry["config_key"]: entry["config_value"] for entry in asked["configs"]}
    partitions = len(asked["replica_assignment"]) or asked["num_partitions"]
    replicas = 1 if asked["replica_assignment"] else asked["replication_factor"]
    broker.topics.check_new(asked["topic"], partitions, replicas, settings)
    if not call.fields.get("validate_only"):
        broker.topics.create(asked["topic"], partitions, settings)


async def delete_topics(broker: State, call: Call) -> Fields:
    return {"topic_error_codes": [_for_topic(n, _delete, broker, n) for n in call.fields["topics"]]}


def _delete(broker: State, name: str) -> None:
    broker.topics.delete(name)
    broker.offsets.forget_topic(name)


async def create_partitions(broker: State, call: Call) -> Fields:
    asked, check_only = call.fields["topic_partitions"], call.fields["validate_only"]

    def grow(one: Fields) -> None:
        broker.topics.grow(one["topic"], one["new_partitions"]["count"], check_only=check_only)

    return {"topic_errors": [_for_topic(one["topic"], grow, one) for one in asked]}


async def describe_configs(broker: State, call: Call) -> Fields:
    return {"resources": [_resource(broker, asked) for asked in call.fields["resources"]]}


def _resource(broker: State, asked: Fields) -> Fields:
    kind, name = asked["resource_type"], asked["resource_name"]
    about = {"resource_type": kind, "resource_name": name}
    try:
        entries = _entries(broker, kind, name)
    except Refused as refused:
        return {**about, "error_code": refused.code, "error_message": refused.detail, "config_entries": []}
    wanted = asked["config_names"]
    chosen = [entry for entry in entries if wanted is None or entry["config_names"] in wanted]
    return {**about, "error_code": 0, "error_message": None, "config_entries": chosen}


def _entries(broker: State, kind: int, name: str) -> list[Fields]:
    if kind == _TOPIC:
        topic = broker.topics.get(name)
        return [_entry(key, topic.setting(key), _source(topic, key)) for key in DEFAULTS]
    if kind == _BROKER:
        return [_entry(key, value, _SET_BY_BROKER) for key, value in broker.settings().items()]
    raise Refused(Code.INVALID_REQUEST, f"resource type {kind}")


def _source(topic: Topic, key: str) -> int:
    return _SET_ON_TOPIC if key in topic.settings else _DEFAULT


def _entry(key: str, value: str, source: int) -> Fields:
    return {
        "config_names": key,
        "config_value": value,
        "read_only": source == _SET_BY_BROKER,
        "is_default": source == _DEFAULT,
        "config_source": source,
        "is_sensitive": False,
        "config_synonyms": [],
    }


async def alter_configs(broker: State, call: Call) -> Fields:
    return {"resources": [_altered(broker, call, asked) for asked in call.fields["resources"]]}


def _altered(broker: State, call: Call, asked: Fields) -> Fields:
    settings: Mapping[str, str | None] = {e["config_name"]: e["config_value"] for e in asked["config_entries"]}
    name, check_only = asked["resource_name"], call.fields["validate_only"]

    def alter() -> None:
        if asked["resource_type"] != _TOPIC:
            raise Refused(Code.INVALID_REQUEST, "only the settings of topics can be changed")
        broker.topics.alter(name, settings, check_only=check_only)

    return {"resource_type": asked["resource_type"], "resource_name": name, **_for_topic(name, alter)}
