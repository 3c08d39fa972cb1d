"""The wire: frames, the versions we answer, error codes, and requests and answers as plain dicts.

The structs are aiokafka's own. Only versions without tagged fields are advertised, so that one header form suffices.
Handlers see a request as nested dicts and answer with nested dicts; `encode` drops what the asked version lacks.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO
from types import ModuleType
from typing import Any, Final

from aiokafka.protocol import admin, commit, coordination, fetch, group, metadata, offset, produce, transaction
from aiokafka.protocol.api import RequestHeader_v1, RequestStruct
from aiokafka.protocol.types import Array, Schema

from factwire.errors import FactwireError

MAX_FRAME_BYTES: Final = 100 * 1024 * 1024
"""Kafka's `socket.request.max.bytes`."""

API_VERSIONS_KEY: Final = 18


class Code(IntEnum):
    """The error codes in use, https://kafka.apache.org/protocol#protocol_error_codes."""

    NONE = 0
    OFFSET_OUT_OF_RANGE = 1
    CORRUPT_MESSAGE = 2
    UNKNOWN_TOPIC_OR_PARTITION = 3
    LEADER_NOT_AVAILABLE = 5
    MESSAGE_TOO_LARGE = 10
    OFFSET_METADATA_TOO_LARGE = 12
    COORDINATOR_LOAD_IN_PROGRESS = 14
    NOT_COORDINATOR = 16
    INVALID_TOPIC = 17
    INVALID_REQUIRED_ACKS = 21
    ILLEGAL_GENERATION = 22
    INCONSISTENT_GROUP_PROTOCOL = 23
    INVALID_GROUP_ID = 24
    UNKNOWN_MEMBER_ID = 25
    INVALID_SESSION_TIMEOUT = 26
    REBALANCE_IN_PROGRESS = 27
    UNSUPPORTED_VERSION = 35
    TOPIC_ALREADY_EXISTS = 36
    INVALID_PARTITIONS = 37
    INVALID_REPLICATION_FACTOR = 38
    INVALID_CONFIG = 40
    INVALID_REQUEST = 42
    UNSUPPORTED_FOR_MESSAGE_FORMAT = 43
    OUT_OF_ORDER_SEQUENCE_NUMBER = 45
    INVALID_PRODUCER_EPOCH = 47
    INVALID_TXN_STATE = 48
    INVALID_PRODUCER_ID_MAPPING = 49
    INVALID_TRANSACTION_TIMEOUT = 50
    CONCURRENT_TRANSACTIONS = 51
    OPERATION_NOT_ATTEMPTED = 55
    NON_EMPTY_GROUP = 68
    GROUP_ID_NOT_FOUND = 69
    INVALID_RECORD = 87


class Refused(FactwireError):
    """The request, or its part for one partition, is answered with ``code``."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(f"{code.name}: {detail}" if detail else code.name)
        self.code: Final = code
        self.detail: Final = detail


class ProtocolFault(FactwireError):
    """The client sent something that is no request we know: its connection is closed."""


@dataclass(frozen=True, slots=True)
class Api:
    """One request: ``name`` as in the protocol guide, its key, the versions we answer, where its structs live."""

    name: str
    key: int
    lowest: int
    highest: int
    home: ModuleType
    struct: str

    def request(self, version: int) -> type[RequestStruct]:
        found: type[RequestStruct] = getattr(self.home, f"{self.struct}Request_v{version}")
        return found


APIS: Final = (
    Api("Produce", 0, 3, 7, produce, "Produce"),
    Api("Fetch", 1, 4, 11, fetch, "Fetch"),
    Api("ListOffsets", 2, 1, 3, offset, "Offset"),
    Api("Metadata", 3, 0, 5, metadata, "Metadata"),
    Api("OffsetCommit", 8, 2, 3, commit, "OffsetCommit"),
    Api("OffsetFetch", 9, 1, 3, commit, "OffsetFetch"),
    Api("FindCoordinator", 10, 0, 1, coordination, "FindCoordinator"),
    Api("JoinGroup", 11, 0, 2, group, "JoinGroup"),
    Api("Heartbeat", 12, 0, 1, group, "Heartbeat"),
    Api("LeaveGroup", 13, 0, 1, group, "LeaveGroup"),
    Api("SyncGroup", 14, 0, 1, group, "SyncGroup"),
    Api("DescribeGroups", 15, 0, 2, admin, "DescribeGroups"),
    Api("ListGroups", 16, 0, 1, admin, "ListGroups"),
    Api("ApiVersions", API_VERSIONS_KEY, 0, 2, admin, "ApiVersion"),
    Api("CreateTopics", 19, 0, 3, admin, "CreateTopics"),
    Api("DeleteTopics", 20, 0, 3, admin, "DeleteTopics"),
    Api("DeleteRecords", 21, 0, 1, admin, "DeleteRecords"),
    Api("InitProducerId", 22, 0, 0, transaction, "InitProducerId"),
    Api("AddPartitionsToTxn", 24, 0, 0, transaction, "AddPartitionsToTxn"),
    Api("AddOffsetsToTxn", 25, 0, 0, transaction, "AddOffsetsToTxn"),
    Api("EndTxn", 26, 0, 0, transaction, "EndTxn"),
    Api("TxnOffsetCommit", 28, 0, 0, transaction, "TxnOffsetCommit"),
    Api("DescribeConfigs", 32, 0, 2, admin, "DescribeConfigs"),
    Api("AlterConfigs", 33, 0, 1, admin, "AlterConfigs"),
    Api("CreatePartitions", 37, 0, 1, admin, "CreatePartitions"),
    Api("DeleteGroups", 42, 0, 1, admin, "DeleteGroups"),
)
API_BY_KEY: Final = {api.key: api for api in APIS}

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request as received: ``fields`` are its nested dicts, ``reply`` the schema of the answer it wants."""

    api: Api
    version: int
    correlation_id: int
    client_id: str
    client_host: str
    fields: Fields
    reply: Schema


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next length-prefixed frame; None when the client has gone."""
    try:
        (size,) = struct.unpack(">i", await reader.readexactly(4))
        if not 8 <= size <= MAX_FRAME_BYTES:
            raise ProtocolFault(f"a frame of {size} bytes is no Kafka request")
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def decode(frame: bytes, client_host: str) -> Call:
    """Reads header and body; an `ApiVersions` too new for us comes back as version 0 of itself with no fields."""
    try:
        return _decode(BytesIO(frame), client_host)
    except (ValueError, TypeError, struct.error) as fault:
        raise ProtocolFault(f"unreadable request: {fault}") from fault


def _decode(body: BytesIO, client_host: str) -> Call:
    key, version, correlation_id, client_id = RequestHeader_v1.SCHEMA.decode(body)
    api = API_BY_KEY.get(key)
    if api is None or (key != API_VERSIONS_KEY and not api.lowest <= version <= api.highest):
        raise ProtocolFault(f"request {key} v{version} is not one the development broker answers")
    known = min(version, api.highest) if version <= api.highest else 0
    request = api.request(known)
    values = request.SCHEMA.decode(body) if known == version else ()
    fields = _named(request.SCHEMA, values) if values else {}
    reply = request.RESPONSE_TYPE.SCHEMA
    return Call(api, version, correlation_id, client_id or "", client_host, fields, reply)


def _named(schema: Schema, values: Sequence[Any]) -> Fields:
    return {
        name: _named_value(kind, value) for name, kind, value in zip(schema.names, schema.fields, values, strict=True)
    }


def _named_value(kind: Any, value: Any) -> Any:
    if isinstance(kind, Schema):
        return _named(kind, value)
    if isinstance(kind, Array) and isinstance(kind.array_of, Schema) and value is not None:
        return [_named(kind.array_of, item) for item in value]
    return value


def encode(call: Call, answer: Mapping[str, Any]) -> bytes:
    """The framed answer; fields that the version does not know are left out, `throttle_time_ms` is 0."""
    body: bytes = call.reply.encode(_tuple(call.reply, answer))
    return struct.pack(">ii", len(body) + 4, call.correlation_id) + body


def _tuple(schema: Schema, answer: Mapping[str, Any]) -> list[Any]:
    return [_value(kind, _field(answer, name)) for name, kind in zip(schema.names, schema.fields, strict=True)]


def _field(answer: Mapping[str, Any], name: str) -> Any:
    return answer.get(name, 0) if name == "throttle_time_ms" else answer[name]


def _value(kind: Any, value: Any) -> Any:
    if isinstance(kind, Array) and isinstance(kind.array_of, Schema) and value is not None:
        return [_tuple(kind.array_of, item) for item in value]
    return value
