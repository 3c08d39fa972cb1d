"""Files of an archive as streams: found in folders, unpacked as they are read, told apart by their first bytes."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from shutil import copyfileobj
from typing import Any, BinaryIO, Final, TypeAlias, cast

from zstandard import ZstdDecompressor

from factwire.errors import InvalidInput

_GZIP, _ZSTD, _ZIP, _PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PAR1"
_MOST_LAYERS: Final = 3
_PIECE: Final = 2048
"""Packed bytes unpacked at once: what they can grow to (some thirty thousand times as much) must fit into memory."""
_SPOOLED: Final = 64 * 1024 * 1024
Stream: TypeAlias = "io.BufferedReader[Any]"
_SUFFIXES: Final = {".gz", ".gzip", ".zst", ".zstd", ".zip"}


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """One unpacked stream: the file itself, or a member of a zip. ``name`` is without the suffixes of packing."""

    origin: str
    name: str
    stream: Stream


def find_files(paths: Iterable[Path]) -> list[ArchiveFile]:
    """Every file, those of folders in the order of their names; hidden ones are left out, doubles count once.

    Raises :class:`InvalidInput` for what is not there.
    """
    found: dict[Path, ArchiveFile] = {}
    for path in paths:
        if not path.exists():
            raise InvalidInput(f"{path} is not there")
        members = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for one in members:
            if not any(step.startswith(".") for step in one.relative_to(path).parts):
                found.setdefault(one.resolve(), ArchiveFile(one, one.stat().st_size))
    return list(found.values())


@contextmanager
def open_parts(file: ArchiveFile, raw: BinaryIO) -> Iterator[Iterator[Part]]:
    """The streams in ``raw``, one after the other; each is read before the next is asked for."""
    with ExitStack() as opened:
        buffered = opened.enter_context(io.BufferedReader(cast(io.RawIOBase, raw)))
        if buffered.peek(4)[:4] == _ZIP:
            yield _members(file, opened.enter_context(zipfile.ZipFile(buffered)))
        else:
            yield iter([Part(str(file.path), _bare(file.path), _unpacked(buffered))])


def _members(file: ArchiveFile, archive: zipfile.ZipFile) -> Iterator[Part]:
    for member in archive.infolist():
        if member.is_dir() or PurePath(member.filename).name.startswith((".", "__MACOSX")):
            continue
        with archive.open(member) as stream:
            packed = io.BufferedReader(cast(io.RawIOBase, stream))
            yield Part(f"{file.path}!{member.filename}", _bare(PurePath(member.filename)), _unpacked(packed))


def _unpacked(stream: Stream) -> Stream:
    for _ in range(_MOST_LAYERS):
        head = stream.peek(4)[:4]
        if head[:2] == _GZIP:
            stream = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=stream, mode="rb")))
        elif head == _ZSTD:
            stream = io.BufferedReader(_Zstd(stream))
        else:
            return stream
    return stream


def _bare(path: PurePath) -> str:
    while path.suffix.lower() in _SUFFIXES:
        path = path.with_suffix("")
    return path.name


def is_parquet(stream: Stream) -> bool:
    return stream.peek(4)[:4] == _PARQUET


@contextmanager
def seekable(stream: Stream) -> Iterator[BinaryIO]:
    """A copy that can be read in any order, on disk where it is large: Parquet begins at its end."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as copy:
        copyfileobj(stream, copy)
        copy.seek(0)
        yield cast(BinaryIO, copy)


class _Zstd(io.RawIOBase):
    """Zstandard as a stream; unlike the library's own it says so when the file breaks off. Frames may follow frames."""

    def __init__(self, packed: Stream) -> None:
        self._packed = packed
        self._frame = ZstdDecompressor().decompressobj()
        self._ready = b""
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as RawIOBase calls it
        while not self._ready:
            piece = self._packed.read(_PIECE)
            if not piece:
                if self._begun:
                    raise EOFError("the compressed file breaks off")
                return 0
            self._feed(piece)
        given, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)

    def _feed(self, piece: bytes) -> None:
        while piece:
            self._ready += self._frame.decompress(piece)
            self._begun = not self._frame.eof
            piece = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = ZstdDecompressor().decompressobj()
