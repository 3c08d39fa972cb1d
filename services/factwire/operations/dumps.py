"""A dump on disk, line by line: plain, gzip or bzip2, from any place on, and how far the reading is."""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from factwire.errors import ConfigurationError, InvalidInput

_BEGINNING: Final = 65_536
_LONGEST_LINE: Final = 64 << 20
"""No entity of Wikidata is near as long; a longer line is read in pieces, which are then reported as broken."""


@dataclass(slots=True)
class Dump:
    """An open dump. ``offset`` is the place after the last line read, in what the file unpacks to."""

    path: Path
    size: int
    packed: IO[bytes]
    unpacked: IO[bytes]
    offset: int = 0

    def lines_from(self, offset: int) -> Iterator[bytes]:
        """The lines from a place on. Raises :class:`InvalidInput` where the file is cut off or damaged."""
        try:
            self.offset = self.unpacked.seek(offset)
            while line := self.unpacked.readline(_LONGEST_LINE):
                self.offset += len(line)
                yield line
        except (EOFError, zlib.error, OSError) as fault:
            raise InvalidInput(
                f"{self.path}: cut off or damaged ({fault}) after {self.offset:,} bytes of text; fetch it again and "
                "repeat the command: it goes on from the last place that was saved"
            ) from fault

    def beginning(self) -> bytes:
        """The first bytes of the file, by which it is known again."""
        with self.path.open("rb") as file:
            return file.read(_BEGINNING)

    def done(self) -> int:
        """How many bytes of the file itself are read."""
        return self.packed.tell()


@contextmanager
def open_dump(path: Path) -> Iterator[Dump]:
    """A dump, by its ending. Raises :class:`ConfigurationError` if there is none."""
    if not path.is_file():
        raise ConfigurationError(f"{path}: no such dump; give a Wikidata JSON dump (.json, .json.gz or .json.bz2)")
    with path.open("rb") as packed, closing(_unpacked(path, packed)) as unpacked:
        yield Dump(path, path.stat().st_size, packed, unpacked)


def _unpacked(path: Path, packed: IO[bytes]) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.GzipFile(fileobj=packed)  # type: ignore[return-value]  # readable as IO is, in all but name
    return bz2.BZ2File(packed) if path.suffix == ".bz2" else packed
