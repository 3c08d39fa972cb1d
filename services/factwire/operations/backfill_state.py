"""How far a backfill has come, and what it refused: two files that agree with each other whenever the run is killed.

The report is written first, then the checkpoint that says how long it was. What a killed run reported after its last
checkpoint is cut off by the next one, which reads those articles again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from factwire.errors import InvalidInput
from factwire.operations.backfill_files import ArchiveFile
from factwire.runtime.folders import sync_folder

_VERSION: Final = 1


@dataclass
class FileState:
    """``items`` of the file are dealt with; ``size`` tells whether it is still the same file."""

    size: int
    items: int = 0
    complete: bool = False


@dataclass
class Checkpoint:
    """Counts are of the whole backfill, over all its runs."""

    path: Path | None
    files: dict[str, FileState] = field(default_factory=dict)
    published: int = 0
    refused: int = 0
    report_bytes: int = 0

    @classmethod
    def load(cls, path: Path | None) -> Checkpoint:
        """As it was left; a new one where there is none. Raises :class:`InvalidInput` for a file of another kind."""
        if path is None or not path.exists():
            return cls(path)
        try:
            found = json.loads(path.read_text("utf-8"))
            if found.pop("version") != _VERSION:
                raise InvalidInput(f"{path} was written by another version; delete it to start over")
            files = {name: FileState(**state) for name, state in found.pop("files").items()}
            return cls(path, files, **found)
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise InvalidInput(f"{path} is no checkpoint; delete it to start over") from fault

    def of(self, file: ArchiveFile) -> FileState:
        """The state of a file; one that has changed its size begins anew."""
        name = str(file.path.resolve())
        state = self.files.get(name)
        if state is None or (state.size != file.size and state.complete):
            state = self.files[name] = FileState(file.size)
        state.size = file.size
        return state

    def save(self) -> None:
        """Whole or not at all: written beside, synced, renamed."""
        if self.path is None:
            return
        state = {
            "version": _VERSION,
            "files": {name: asdict(one) for name, one in self.files.items()},
            "published": self.published,
            "refused": self.refused,
            "report_bytes": self.report_bytes,
        }
        beside = self.path.with_suffix(self.path.suffix + ".new")
        with beside.open("w", encoding="utf-8") as file:
            json.dump(state, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        sync_folder(self.path.parent)


class Report:
    """What was refused, one JSON object a line: file, place, reason, and the field if one is to blame."""

    def __init__(self, path: Path | None, size: int) -> None:
        """``size``: what of an earlier run's report holds."""
        self._file: IO[bytes] | None = None
        if path is not None:
            self._file = path.open("r+b" if path.exists() else "w+b")
            self._file.truncate(size)
            self._file.seek(size)

    def write(self, refusals: Iterable[Mapping[str, Any]]) -> int:
        """Appends and syncs; the size of the report afterwards."""
        if self._file is None:
            return 0
        for refusal in refusals:
            self._file.write(json.dumps(refusal, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
