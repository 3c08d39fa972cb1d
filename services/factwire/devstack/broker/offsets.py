"""Committed offsets, group by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from factwire.devstack.broker.journal import Entry, Journal

_MAX_METADATA: Final = 4096

Partition = tuple[str, int]


class Committed(NamedTuple):
    offset: int
    metadata: str


NOTHING: Final = Committed(-1, "")


class Offsets:
    """What each group has committed, kept in ``journal``."""

    name = "offsets"

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._groups: dict[str, dict[Partition, Committed]] = {}

    def restore(self, entry: Entry) -> None:
        if entry.get("deleted"):
            self._groups.pop(entry["group"], None)
        else:
            self._groups.setdefault(entry["group"], {}).update(read_offsets(entry["offsets"]))

    def snapshot(self) -> Iterable[Entry]:
        return (_entry(group, offsets) for group, offsets in self._groups.items())

    def commit(self, group: str, offsets: Mapping[Partition, Committed]) -> None:
        self._journal.append(_entry(group, offsets))
        self._groups.setdefault(group, {}).update(offsets)

    def of(self, group: str) -> Mapping[Partition, Committed]:
        return self._groups.get(group, {})

    def groups(self) -> Iterable[str]:
        return self._groups.keys()

    def forget_topic(self, topic: str) -> None:
        """Offsets of a deleted topic go with it, else a new one of the name would start in the middle."""
        for group, offsets in list(self._groups.items()):
            if kept := {key: at for key, at in offsets.items() if key[0] != topic}:
                self.delete(group)
                self.commit(group, kept)
            else:
                self.delete(group)

    def delete(self, group: str) -> None:
        self._journal.append({"of": self.name, "group": group, "deleted": True})
        self._groups.pop(group, None)


def is_too_long(metadata: str | None) -> bool:
    return metadata is not None and len(metadata.encode()) > _MAX_METADATA


def write_offsets(offsets: Mapping[Partition, Committed]) -> list[list[object]]:
    return [[topic, partition, at.offset, at.metadata] for (topic, partition), at in offsets.items()]


def read_offsets(rows: Iterable[list[object]]) -> dict[Partition, Committed]:
    return {(str(t), int(str(p))): Committed(int(str(o)), str(m)) for t, p, o, m in rows}


def _entry(group: str, offsets: Mapping[Partition, Committed]) -> Entry:
    return {"of": Offsets.name, "group": group, "offsets": write_offsets(offsets)}
