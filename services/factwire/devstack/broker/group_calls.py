"""The requests of consumers about their group: finding it, being in it, and its offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factwire.devstack.broker.data_calls import by_partition
from factwire.devstack.broker.groups import Group, Joined, Joining
from factwire.devstack.broker.offsets import NOTHING, Committed, is_too_long
from factwire.devstack.broker.protocol import Call, Code, Fields, Refused

if TYPE_CHECKING:
    from factwire.devstack.broker.state import State

_TOP_LEVEL_ERROR_SINCE = 2


async def find_coordinator(broker: State, call: Call) -> Fields:
    return {
        "error_code": 0,
        "error_message": None,
        "coordinator_id": broker.node_id,
        "host": broker.host,
        "port": broker.port,
    }


async def join_group(broker: State, call: Call) -> Fields:
    asked = call.fields
    session = asked["session_timeout"] / 1000
    joining = Joining(
        group_id=asked["group"] or "",
        member_id=asked["member_id"] or "",
        client_id=call.client_id,
        client_host=call.client_host,
        session=session,
        patience=(asked["rebalance_timeout"] if "rebalance_timeout" in asked else asked["session_timeout"]) / 1000,
        protocol_type=asked["protocol_type"] or "",
        protocols=tuple((p["protocol_name"], p["protocol_metadata"]) for p in asked["group_protocols"]),
    )
    broker.check_coordinator()
    return _joined(await broker.groups.join(joining, broker.now()))


def _joined(joined: Joined) -> Fields:
    return {
        "error_code": 0,
        "generation_id": joined.generation,
        "group_protocol": joined.protocol,
        "leader_id": joined.leader,
        "member_id": joined.member_id,
        "members": [{"member_id": member, "member_metadata": data} for member, data in joined.members],
    }


async def sync_group(broker: State, call: Call) -> Fields:
    asked = call.fields
    broker.check_coordinator()
    shares = {one["member_id"]: one["member_metadata"] for one in asked["group_assignment"]}
    share = await broker.groups.sync(asked["group"], asked["member_id"], asked["generation_id"], shares, broker.now())
    return {"error_code": 0, "member_assignment": share}


async def heartbeat(broker: State, call: Call) -> Fields:
    asked = call.fields
    broker.check_coordinator()
    broker.groups.heartbeat(asked["group"], asked["member_id"], asked["generation_id"], broker.now())
    return {"error_code": 0}


async def leave_group(broker: State, call: Call) -> Fields:
    broker.groups.leave(call.fields["group"], call.fields["member_id"], broker.now())
    return {"error_code": 0}


async def offset_commit(broker: State, call: Call) -> Fields:
    asked = call.fields
    group, accepted = asked["consumer_group"], {}

    def take(topic: str, part: Fields) -> Fields:
        broker.check_coordinator()
        broker.groups.check_commit(group, asked["consumer_id"], asked["consumer_group_generation_id"], broker.now())
        accepted[topic, part["partition"]] = read_commit(broker, topic, part)
        return {}

    topics = by_partition(call, take)
    if accepted:
        broker.offsets.commit(group, accepted)
    return {"topics": topics}


def read_commit(broker: State, topic: str, part: Fields) -> Committed:
    """The offset that a client wants committed for a partition that exists."""
    if not broker.topics.has(topic, part["partition"]):
        raise Refused(Code.UNKNOWN_TOPIC_OR_PARTITION)
    if is_too_long(part["metadata"]):
        raise Refused(Code.OFFSET_METADATA_TOO_LARGE)
    return Committed(part["offset"], part["metadata"] or "")


async def offset_fetch(broker: State, call: Call) -> Fields:
    """Open transactions do not show: the last committed offset is told at once, as Kafka does for these versions."""
    if call.version >= _TOP_LEVEL_ERROR_SINCE:
        broker.check_coordinator()
    committed = broker.offsets.of(call.fields["consumer_group"])
    topics = call.fields["topics"]
    if topics is None:
        topics = [{"topic": topic, "partitions": [partition]} for topic, partition in committed]

    def read(topic: str, part: Fields) -> Fields:
        broker.check_coordinator()
        at = committed.get((topic, part["partition"]), NOTHING)
        return {"offset": at.offset, "metadata": at.metadata}

    return {"error_code": 0, "topics": by_partition(call, read, otherwise=NOTHING._asdict(), topics=topics)}


async def list_groups(broker: State, call: Call) -> Fields:
    known = dict.fromkeys(broker.offsets.groups(), "consumer")
    known |= {group.group_id: group.protocol_type for group in broker.groups}
    return {"error_code": 0, "groups": [{"group": g, "protocol_type": kind} for g, kind in known.items()]}


async def describe_groups(broker: State, call: Call) -> Fields:
    return {"groups": [_described(broker, broker.groups.get(group)) for group in call.fields["groups"]]}


def _described(broker: State, group: Group) -> Fields:
    known = bool(group.generation) or bool(broker.offsets.of(group.group_id))
    return {
        "error_code": 0,
        "group": group.group_id,
        "state": group.state.value if known else "Dead",
        "protocol_type": group.protocol_type or ("consumer" if known else ""),
        "protocol": group.protocol,
        "members": [
            {
                "member_id": member.member_id,
                "client_id": member.client_id,
                "client_host": f"/{member.client_host}",
                "member_metadata": member.metadata(group.protocol),
                "member_assignment": member.assignment,
            }
            for member in group.members.values()
        ],
    }


async def delete_groups(broker: State, call: Call) -> Fields:
    return {"results": [_deleted(broker, group) for group in call.fields["groups_names"]]}


def _deleted(broker: State, group: str) -> Fields:
    if not broker.offsets.of(group) and not broker.groups.get(group).generation:
        return {"group_id": group, "error_code": Code.GROUP_ID_NOT_FOUND}
    try:
        broker.groups.delete(group)
    except Refused as refused:
        return {"group_id": group, "error_code": refused.code}
    broker.offsets.delete(group)
    return {"group_id": group, "error_code": 0}
