"""Archives to the raw topic: read in batches, acknowledged, written down, and only then forgotten.

A batch is published and acknowledged by the broker before the checkpoint says so. Killed in between, the next run
publishes that batch again with the same event ids: nothing is lost, and a repeat is recognisable as one.
"""

from __future__ import annotations

import asyncio
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from zstandard import ZstdError

from factwire.errors import InvalidInput, InvalidRecord, TransientError
from factwire.events.raw_article import RawArticle
from factwire.operations.backfill_files import ArchiveFile, open_parts
from factwire.operations.backfill_items import Item, read_part
from factwire.operations.backfill_state import Checkpoint, FileState, Report
from factwire.runtime.retry import backoff
from factwire.streaming.raw_articles import excess_of, most_bytes_of, raw_record
from factwire.streaming.records import Outgoing

SOURCE: Final = "factwire/backfill"
BATCH: Final = 500
_BATCH_BYTES: Final = 8 * 1024 * 1024
_BROKEN: Final = (InvalidInput, OSError, EOFError, zlib.error, ZstdError, zipfile.BadZipFile, UnicodeError)
"""How a file can end before its end; RuntimeError besides: a zip with a password."""
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Log(Protocol):
    async def append(self, records: Sequence[Outgoing]) -> Mapping[int, InvalidRecord]: ...


@dataclass(frozen=True, slots=True)
class Order:
    """What to read and how. ``rate``: articles a second, 0 for as fast as the broker takes them."""

    files: Sequence[ArchiveFile]
    format: str | None
    renames: Mapping[str, str]
    rate: float
    patience: float = 300.0
    """Seconds that the broker may be away before the run ends, to be resumed."""


@dataclass
class Progress:
    """``done_bytes`` of ``total_bytes`` of the files as they lie on disk."""

    total_bytes: int
    done_bytes: int = 0
    published: int = 0
    refused: int = 0
    skipped: int = 0
    """Dealt with by an earlier run."""
    file: str = ""


@dataclass
class _Batch:
    records: list[Outgoing] = field(default_factory=list)
    places: list[Item] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    items: int = 0
    ended: bool = False


class Backfill:
    """``log`` is None for a dry run: everything is read and judged, nothing is published or written down."""

    def __init__(
        self,
        order: Order,
        log: Log | None,
        checkpoint: Checkpoint,
        report: Report,
        clock: Callable[[], datetime],
        show: Callable[[Progress], None],
    ) -> None:
        self._order = order
        self._log = log
        self._checkpoint = checkpoint
        self._report = report
        self._clock = clock
        self._show = show
        self.progress = Progress(sum(file.size for file in order.files))
        self.reasons: Counter[str] = Counter()

    async def run(self) -> Progress:
        """All files, one after the other; a bad one is reported and passed over.

        Raises :class:`TransientError` when the broker stays away: run it again to go on.
        """
        begun = asyncio.get_running_loop().time()
        before = 0
        for file in self._order.files:
            await self._file(file, before, begun)
            before += file.size
            self.progress.done_bytes = before
        self._show(self.progress)
        return self.progress

    async def _file(self, file: ArchiveFile, before: int, begun: float) -> None:
        state = self._checkpoint.of(file)
        self.progress.file = str(file.path)
        if state.complete:
            self.progress.skipped += state.items
            return
        try:
            raw = file.path.open("rb")
        except OSError as fault:
            await self._settle(state, _Batch(refusals=[_refusal(str(file.path), None, str(fault))], ended=True))
            return
        with raw:
            self.progress.skipped += state.items
            batches = self._batches(file, raw, state.items)
            while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                await self._settle(state, batch)
                self.progress.done_bytes = before + (file.size if raw.closed else min(raw.tell(), file.size))
                self._show(self.progress)
                await self._keep_rate(begun)

    async def _settle(self, state: FileState, batch: _Batch) -> None:
        """Published, then reported, then written down: in this order nothing is lost and nothing is hidden."""
        if self._log is not None and batch.records:
            rejected = await self._append(self._log, batch.records)
            for place, fault in rejected.items():
                item = batch.places[place]
                batch.refusals.append(_refusal(item.origin, item.place, fault.reason))
            self._checkpoint.published -= len(rejected)
            self.progress.published -= len(rejected)
        self.reasons.update(refusal["reason"] for refusal in batch.refusals)
        self.progress.published += len(batch.records)
        self.progress.refused += len(batch.refusals)
        state.items += batch.items
        state.complete = batch.ended
        self._checkpoint.published += len(batch.records)
        self._checkpoint.refused += len(batch.refusals)
        self._checkpoint.report_bytes = self._report.write(batch.refusals)
        if self._log is not None:
            self._checkpoint.save()

    async def _append(self, log: Log, records: Sequence[Outgoing]) -> Mapping[int, InvalidRecord]:
        """Waits for a broker that is away, and for one that is slow: nothing more is read meanwhile."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._order.patience
        for pause in backoff():
            try:
                return await log.append(records)
            except TransientError as fault:
                if loop.time() > deadline:
                    raise TransientError(f"{fault}; run the same command again to go on from here") from fault
                await asyncio.sleep(pause)
        raise AssertionError("backoff never ends")

    async def _keep_rate(self, begun: float) -> None:
        if self._order.rate:
            due = begun + (self.progress.published + self.progress.refused) / self._order.rate
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))

    # -- reading, in a thread of its own

    def _batches(self, file: ArchiveFile, raw: BinaryIO, skip: int) -> Iterator[_Batch]:
        """Batches of what is left of a file; the last one is marked, and says if the file breaks off."""
        items = islice(self._items(file, raw), skip, None)
        while True:
            batch = self._read_batch(file, items)
            yield batch
            if batch.ended:
                return

    def _items(self, file: ArchiveFile, raw: BinaryIO) -> Iterator[Item]:
        with open_parts(file, raw) as parts:
            for part in parts:
                yield from read_part(part, self._order.format, self._order.renames)

    def _read_batch(self, file: ArchiveFile, items: Iterator[Item]) -> _Batch:
        batch, size, now = _Batch(), 0, self._clock()
        most = max(1, min(BATCH, int(self._order.rate))) if self._order.rate else BATCH
        while batch.items < most and size < _BATCH_BYTES:
            try:
                item = next(items, None)
            except (*_BROKEN, RuntimeError) as fault:
                batch.refusals.append(_refusal(str(file.path), None, f"the file cannot be read on: {fault}"))
                item = None
            if item is None:
                batch.ended = True
                break
            batch.items += 1
            size += self._judge(item, batch, now)
        return batch

    def _judge(self, item: Item, batch: _Batch, now: datetime) -> int:
        """Adds the item's record, or why there is none; the record's size."""
        try:
            article = item.read()
            record, _ = raw_record(article, now, SOURCE)
            self._require_storable(article, record)
        except InvalidInput as fault:
            batch.refusals.append(_refusal(item.origin, item.place, fault.reason, fault.field))
            return 0
        batch.records.append(record)
        batch.places.append(item)
        return len(record.value or b"")

    def _require_storable(self, article: RawArticle, record: Outgoing) -> None:
        if _NUL.search(record.value or b""):
            raise InvalidInput("holds U+0000, which cannot be stored: remove it")
        if excess := excess_of(article, record, most_bytes_of(article)):
            raise excess


def _refusal(origin: str, place: int | None, reason: str, field: str | None = None) -> dict[str, Any]:
    said = {"file": origin, "place": place, "field": field, "reason": reason}
    return {name: value for name, value in said.items() if value is not None}


def default_names(paths: Sequence[Path]) -> tuple[Path, Path]:
    """Checkpoint and report in the current folder, the same ones for the same inputs."""
    words = "\x1f".join(sorted(str(path.resolve()) for path in paths))
    stem = f"backfill-{zlib.crc32(words.encode()):08x}"
    return Path(f"{stem}.checkpoint.json"), Path(f"{stem}.refused.jsonl")
