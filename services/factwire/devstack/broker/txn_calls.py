"""The requests of idempotent and transactional producers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factwire.devstack.broker.data_calls import by_partition
from factwire.devstack.broker.group_calls import read_commit
from factwire.devstack.broker.offsets import Committed, Partition
from factwire.devstack.broker.protocol import Call, Code, Fields, Refused

if TYPE_CHECKING:
    from factwire.devstack.broker.state import State


async def init_producer_id(broker: State, call: Call) -> Fields:
    txn_id = call.fields["transactional_id"]
    if txn_id is None:
        return {"error_code": 0, "producer_id": broker.transactions.new_producer_id(), "producer_epoch": 0}
    broker.check_coordinator()
    producer, epoch = broker.transactions.claim(txn_id, call.fields["transaction_timeout_ms"] / 1000)
    return {"error_code": 0, "producer_id": producer, "producer_epoch": epoch}


def _identity(call: Call) -> tuple[str, int, int]:
    return call.fields["transactional_id"], call.fields["producer_id"], call.fields["producer_epoch"]


async def add_partitions(broker: State, call: Call) -> Fields:
    """All or none: one unknown partition, and the others are not attempted."""
    asked = {(topic["topic"], partition) for topic in call.fields["topics"] for partition in topic["partitions"]}
    unknown = {partition for partition in asked if not broker.topics.has(*partition)}
    code = Code.OPERATION_NOT_ATTEMPTED if unknown else _added(broker, call, asked)

    def tell(topic: str, part: Fields) -> Fields:
        missing = (topic, part["partition"]) in unknown
        return {"error_code": Code.UNKNOWN_TOPIC_OR_PARTITION if missing else code}

    return {"errors": by_partition(call, tell)}


def _added(broker: State, call: Call, partitions: set[Partition]) -> Code:
    try:
        broker.check_coordinator()
        broker.transactions.add_partitions(*_identity(call), partitions, broker.now())
    except Refused as refused:
        return refused.code
    return Code.NONE


async def add_offsets(broker: State, call: Call) -> Fields:
    broker.check_coordinator()
    broker.transactions.add_group(*_identity(call), call.fields["group_id"], broker.now())
    return {"error_code": 0}


async def txn_offset_commit(broker: State, call: Call) -> Fields:
    staged: dict[Partition, Committed] = {}

    def take(topic: str, part: Fields) -> Fields:
        broker.check_coordinator()
        staged[topic, part["partition"]] = read_commit(broker, topic, part)
        broker.transactions.stage_offsets(*_identity(call), call.fields["group_id"], staged)
        return {}

    return {"errors": by_partition(call, take)}


async def end_txn(broker: State, call: Call) -> Fields:
    broker.check_coordinator()
    broker.transactions.end(*_identity(call), commit=call.fields["transaction_result"])
    return {"error_code": 0}
