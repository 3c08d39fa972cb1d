"""What is answered for many items: kept in a file while the body is read, so that status and count are true.

A status must come before its body, and whether an item failed is known at the end. Answering line by line meanwhile
would also stop a client that reads nothing until it has sent all: both would wait for the other for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

from factwire.gateway.handler import ItemResult, Receipt

MEMORY_BYTES: Final = 1024 * 1024
SHOWN_FAULTS: Final = 100
_CHUNK: Final = 64 * 1024


class Results:
    """The results of one request, in order; ``rejects`` are the first of those that failed."""

    def __init__(self, *, minimal: bool = False) -> None:
        self.accepted = 0
        self.rejected = 0
        self.rejects: list[ItemResult] = []
        self._minimal = minimal
        self._file = SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 - lives as long as the answer

    def add(self, receipt: Receipt) -> None:
        self.accepted += receipt.accepted
        self.rejected += receipt.rejected
        for result in receipt.results:
            if result.status == "rejected" and len(self.rejects) < SHOWN_FAULTS:
                self.rejects.append(result)
            if result.status == "rejected" or not self._minimal:
                self._file.write(result.model_dump_json(exclude_defaults=True).encode() + b"\n")

    def as_lines(self) -> Iterator[bytes]:
        """One result a line, then the totals: whoever has not seen them has not seen all."""
        yield from self._chunks()
        yield f'{{"accepted":{self.accepted},"rejected":{self.rejected}}}\n'.encode()

    def as_receipt(self) -> Iterator[bytes]:
        """One JSON object, as :class:`Receipt` has it."""
        yield f'{{"accepted":{self.accepted},"rejected":{self.rejected},"results":['.encode()
        for number, content in enumerate(self._chunks()):
            joined = content.removesuffix(b"\n").replace(b"\n", b",")
            yield b"," + joined if number else joined
        yield b"]}"

    def close(self) -> None:
        self._file.close()

    def _chunks(self) -> Iterator[bytes]:
        """Whole lines, many at a time. A result holds no line break of its own: JSON escapes it."""
        self._file.seek(0)
        while lines := self._file.readlines(_CHUNK):
            yield b"".join(lines)
