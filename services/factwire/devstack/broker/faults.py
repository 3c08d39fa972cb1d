"""Protocol errors on demand: what a test wants to go wrong, and the answers that say so.

    broker.faults.add(Fault("AddPartitionsToTxn", error=Code.CONCURRENT_TRANSACTIONS, times=3))
    broker.faults.add(Fault("EndTxn", lose="response"))            # done, but the client never learns it
    broker.faults.add(Fault("Produce", lose="request", skip=10))   # the eleventh vanishes before it is looked at
    broker.faults.add(Fault("OffsetFetch", error=Code.COORDINATOR_LOAD_IN_PROGRESS,
                            where=lambda fields: fields["consumer_group"] == "factwire-enricher"))

A fault is used up after ``times`` requests (None: never); `Faults.spent` tells a test that it really struck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from aiokafka.protocol.types import Array, Boolean, Bytes, Schema, String

from factwire.devstack.broker.protocol import APIS, Call, Fields
from factwire.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Fault:
    """``api``: a name of `protocol.APIS`. The first ``skip`` matching requests pass, the next ``times`` are struck.

    ``error``: answer with this code and do nothing. ``lose``: close the connection, before or after the request took
    effect. ``delay``: seconds before anything happens. ``where``: looks at the request's fields.
    """

    api: str
    error: int | None = None
    lose: Literal["request", "response"] | None = None
    delay: float = 0.0
    times: int | None = 1
    skip: int = 0
    where: Callable[[Fields], bool] = lambda fields: True

    def __post_init__(self) -> None:
        if self.api not in {api.name for api in APIS}:
            raise ConfigurationError(f"no request is called {self.api}; see factwire.devstack.broker.protocol.APIS")


NO_FAULT: Final = Fault("ApiVersions", times=0)


class Faults:
    """The faults still to come, in the order given; ``spent`` those that struck, once for each time."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.spent: list[Fault] = []
        self._seen: list[tuple[Fault, int]] = [(fault, 0) for fault in faults]

    def add(self, *faults: Fault) -> None:
        self._seen.extend((fault, 0) for fault in faults)

    def clear(self) -> None:
        self._seen.clear()

    def next_for(self, call: Call) -> Fault:
        """The fault that strikes this request, or `NO_FAULT`."""
        for place, (fault, seen) in enumerate(self._seen):
            if fault.api != call.api.name or not fault.where(call.fields) or _is_over(fault, seen):
                continue
            self._seen[place] = (fault, seen + 1)
            if seen >= fault.skip:
                self.spent.append(fault)
                return fault
        return NO_FAULT


def _is_over(fault: Fault, seen: int) -> bool:
    return fault.times is not None and seen >= fault.skip + fault.times


_EMPTY: Final[dict[Any, Any]] = {Bytes: b"", Boolean: False}


def refusal(call: Call, code: int) -> Fields:
    """An answer to ``call`` with ``code`` wherever it has room for one.

    Where the answer has a code of its own its lists stay empty, as in Kafka; a fetch tells each partition.
    """
    whole = "error_code" in call.reply.names and call.api.name != "Fetch"
    asked = [] if whole else list(_asked(call.fields))
    top = 0 if call.api.name == "Fetch" else code
    return {n: _refused(n, kind, top, code, asked) for n, kind in zip(call.reply.names, call.reply.fields, strict=True)}


def _refused(name: str, kind: Any, own: int, code: int, asked: Sequence[Fields]) -> Any:
    if isinstance(kind, Array):
        return [_item(kind.array_of, one, code) for one in asked] if isinstance(kind.array_of, Schema) else []
    if isinstance(kind, String):
        return ""
    return {"error_code": own, "throttle_time_ms": 0, "session_id": 0}.get(name, _EMPTY.get(kind, -1))


def _item(schema: Schema, asked: Fields, code: int) -> Fields:
    parts = list(_partitions(asked.get("partitions", ())))
    return {
        name: asked[name] if name in asked and not isinstance(kind, Array) else _refused(name, kind, code, code, parts)
        for name, kind in zip(schema.names, schema.fields, strict=True)
    }


def _asked(fields: Fields) -> Iterator[Fields]:
    for value in fields.values():
        yield from (_subject(item) for item in value if value) if isinstance(value, list) else ()


def _subject(item: Any) -> Fields:
    """What one requested item is about, under every name that answers give it."""
    if not isinstance(item, dict):
        return {"topic": item, "group": item, "group_id": item}
    name = item.get("topic") or item.get("name")
    return {**item, "topic": name, "topics": name, "name": name}


def _partitions(asked: Sequence[Any]) -> Iterator[Fields]:
    for part in asked:
        number = part.get("partition", part.get("partition_index")) if isinstance(part, dict) else part
        yield {"partition": number, "partition_index": number}
