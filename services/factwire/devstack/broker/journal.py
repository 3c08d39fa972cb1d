"""The broker's memory beside the records: topics, committed offsets, transactional ids, in one append-only file.

A line is a checksum and a JSON object; ``of`` names whose entry it is. At the start the entries are given back to their
owners in order, and the file is written anew with what they still need.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from factwire.errors import ConfigurationError

Entry = dict[str, Any]

COMPACT_BYTES: Final = 16 * 1024 * 1024
"""The file is written anew when it has grown by this much: committing offsets for ever must not fill the disk."""


class Owner(Protocol):
    """Someone whose state is kept in the journal; ``name`` is the ``of`` of its entries."""

    name: str

    def restore(self, entry: Entry) -> None: ...

    def snapshot(self) -> Iterable[Entry]: ...


class Journal:
    """Entries are durable against `kill -9` when `append` returns."""

    def __init__(self, path: Path, *, compact_bytes: int = COMPACT_BYTES) -> None:
        self._path = path
        self._compact_bytes = compact_bytes
        self._owners: dict[str, Owner] = {}
        self._grown = 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def replay(self, *owners: Owner) -> None:
        """Restores ``owners`` and starts the file anew from their snapshots."""
        self._owners = {owner.name: owner for owner in owners}
        for entry in _entries(self._path):
            self._owners[entry["of"]].restore(entry)
        self._compact()

    def append(self, entry: Entry) -> None:
        line = _line(entry)
        if os.write(self._file, line) != len(line):
            raise OSError(f"{self._path}: an entry was not written whole; is the disk full?")
        self._grown += len(line)
        if self._grown > self._compact_bytes:
            self._compact()

    def _compact(self) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.writelines(_line(entry) for owner in self._owners.values() for entry in owner.snapshot())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        os.close(self._file)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        self._grown = 0

    def close(self) -> None:
        os.fsync(self._file)
        os.close(self._file)


def _line(entry: Entry) -> bytes:
    body = json.dumps(entry, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _entries(path: Path) -> Iterator[Entry]:
    """What the file holds; a torn last line is no entry, a broken one before it a damaged file."""
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        checksum, _, body = line.partition(b" ")
        if checksum != b"%08x" % zlib.crc32(body):
            raise ConfigurationError(f"{path}:{number} is damaged; start again with --fresh to drop the data")
        yield json.loads(body)
