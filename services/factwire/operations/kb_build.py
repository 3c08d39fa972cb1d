"""``factwire kb build --wikidata``: a large knowledge base from a Wikidata dump, in bounded memory, whatever kills it.

Three steps. *Read*: each line of the dump becomes a finding in the work file, saved every few thousand lines with the
place in the dump. *Decide*: with all classes known, each item gets its kind and is judged by the filter. *Compile*: the
entries go into the file in the order of their ids and their names through sorted runs on disk. Only reading takes long,
and only reading is taken up where it was; the other steps start anew. Equal inputs give equal bytes.

What is held at once: ``Limits`` findings, lines and keys; SQLite's page cache (64 MB); the tables that ship; look-up
caches of fixed length. Nothing grows with the dump.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Final

from factwire.errors import InvalidInput
from factwire.kb.catalogue import Record
from factwire.kb.entries import Entry, Tables
from factwire.kb.keep import parse_filter
from factwire.kb.layers import wikidata_number
from factwire.kb.packing import KEYS_PER_TRIE, Packer, posting
from factwire.kb.short_names import shortener
from factwire.kb.wikidata import Finding, Reading, read_line
from factwire.kb.wikidata_rows import Json, RowMaker, read_classes
from factwire.operations.dumps import Dump, open_dump
from factwire.operations.kb_workfile import DumpReferences, Fault, Place, WorkFile, open_work_file
from factwire.operations.sorted_runs import HELD, SortedRuns

_NAMESAKES: Final = 64
"""Of one key at most so many meanings are kept, the most prominent: a text that holds "John Smith" stays cheap."""
_TOP: Final = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is held at once: lines of the dump between two savings, names while sorting, keys of one trie."""

    lines: int = 10_000
    names: int = HELD
    keys: int = KEYS_PER_TRIE


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built. ``own``: the tables that win over the dump."""

    dump: Path
    target: Path
    own: Tables
    keep: str = "sitelinks>=5"
    languages: tuple[str, ...] = ("en",)
    limits: Limits = Limits()

    @property
    def work_path(self) -> Path:
        return self.target.with_name(self.target.name + ".work")

    @property
    def folder(self) -> Path:
        return self.target.with_name(self.target.name + ".sorting")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a build is: bytes of the dump's file, or items; ``resumed`` says that an earlier run got there."""

    step: str
    done: int
    total: int
    lines: int = 0
    resumed: bool = False


@dataclass(slots=True)
class Report:
    """What a build did. ``most_held``: the most findings, names and keys that were in memory at once."""

    target: Path
    lines: int = 0
    broken: int = 0
    faults: list[Fault] = field(default_factory=list)
    considered: int = 0
    kept: int = 0
    most_held: tuple[int, int, int] = (0, 0, 0)


Watch = Callable[[Progress], None]


def build_from_dump(order: Order, watch: Watch = lambda _: None, *, fresh: bool = False) -> Report:
    """Builds the file and says what happened; see the module. ``fresh``: forgets a build that was stopped.

    Raises :class:`ConfigurationError` for a bad filter, a missing dump or another build's work file,
    :class:`InvalidInput` for a dump that is cut off.
    """
    reading = Reading(parse_filter(order.keep), order.languages)
    if fresh:
        order.work_path.unlink(missing_ok=True)
    with open_dump(order.dump) as dump:
        work = open_work_file(order.work_path, _inputs(order, dump))
        try:
            _read(dump, work, reading, order.limits, watch)
            report = _compile(order, work, reading, watch)
        finally:
            work.database.close()
    order.work_path.unlink()
    return report


def _inputs(order: Order, dump: Dump) -> str:
    """What must be the same for a build to be taken up. A dump is known by its name and beginning: one that was cut off
    may have been fetched again."""
    begun = hashlib.sha256(dump.beginning()).hexdigest()[:8]
    classes = hashlib.sha256(repr(read_classes()).encode()).hexdigest()[:8]
    return f"{dump.path.name} ({begun}), {order.keep!r}, {','.join(order.languages)}, classes {classes}"


# -- read --------------------------------------------------------------------------------------------------------------


def _read(dump: Dump, work: WorkFile, reading: Reading, limits: Limits, watch: Watch) -> None:
    """Every line of the dump into the work file, from where it was left."""
    start = work.place
    if start.end:
        return
    lines = dump.lines_from(start.offset)
    if start.lines:
        watch(Progress("reading", dump.done(), dump.size, start.lines, resumed=True))
    for batch in iter(lambda: list(islice(lines, limits.lines)), []):
        findings, faults = _findings(batch, work.place.lines, reading)
        done = Place(work.place.lines + len(batch), dump.offset, work.place.broken + len(faults))
        work.save(findings, faults, done)
        watch(Progress("reading", dump.done(), dump.size, done.lines))
    work.save((), (), replace(work.place, end=True))


def _findings(batch: Iterable[bytes], before: int, reading: Reading) -> tuple[list[Finding], list[Fault]]:
    findings, faults = [], []
    for number, line in enumerate(batch, before + 1):
        try:
            found = read_line(line, reading)
        except InvalidInput as fault:
            faults.append(Fault(number, fault.reason))
            continue
        if found is not None:
            findings.append(found)
    return findings, faults


# -- decide ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Decision:
    """Turns items into entries, or into nothing; own entries win in the columns they fill, and gain names."""

    own: Tables
    reading: Reading
    references: DumpReferences
    maker: RowMaker
    shorten: Callable[[Entry], None]
    joined: dict[str, str] = field(default_factory=dict)
    """Cities that the tables know by GeoNames, and their Wikidata ids in the dump."""

    def entry(self, entity_id: str, item: Json) -> Entry | None:
        kind = self.references.kind(item["P31"])
        if kind is None or kind.table == "skip":
            return None
        if self.reading.keep.judge(self.maker.facts(item, kind)) is not True:
            return None
        entry = self.maker.entry(entity_id, item, kind)
        self.shorten(entry)
        known = self.own.entries.get(entity_id) or self._city(entity_id, item)
        return entry if known is None else self._joined(entity_id, entry, known)

    def _city(self, entity_id: str, item: Json) -> Entry | None:
        """The own city with the same GeoNames id; the first item that has it takes its place."""
        for number in item.get("P1566", ()):
            own_id = f"geonames:{number}"
            if own_id in self.own.entries and self.joined.setdefault(own_id, entity_id) == entity_id:
                return self.own.entries[own_id]
        return None

    def _joined(self, entity_id: str, entry: Entry, known: Entry) -> Entry:
        """The own record under the id of Wikidata, its empty columns filled from the dump, with the names of both."""
        record, found = known.record, entry.record
        if record.type == found.type:
            empty = [column.name for column in fields(Record) if not getattr(record, column.name)]
            record = replace(record, **{name: getattr(found, name) for name in empty})
        return Entry(replace(record, id=entity_id), {**entry.names, **known.names})


def _decision(order: Order, work: WorkFile, reading: Reading) -> _Decision:
    classes = read_classes()
    work.walk_classes(classes, sorted(reading.keep.values("class")))
    countries = {e.record.id: e.record.country for e in order.own.entries.values() if e.record.subtype == "country"}
    references = DumpReferences(work, classes, countries)
    maker = RowMaker(references, classes.trades, order.own.words.__contains__)
    return _Decision(order.own, reading, references, maker, shortener(order.own))


# -- compile -----------------------------------------------------------------------------------------------------------


def _compile(order: Order, work: WorkFile, reading: Reading, watch: Watch) -> Report:
    report = Report(order.target, work.place.lines, work.place.broken, work.faults(), work.count("items"))
    shutil.rmtree(order.folder, ignore_errors=True)
    try:
        with SortedRuns(order.folder, order.limits.names) as names:
            packer = Packer(partial(_temporary, order.folder), order.limits.keys)
            report.kept, dated = _add_entries(_decision(order, work, reading), work, packer, names, watch)
            packer.add_names(_by_key(_watched(names, watch)))
            _write(order, packer, dated)
            report.most_held = (work.most_held, names.most_held, packer.most_keys)
    finally:
        shutil.rmtree(order.folder, ignore_errors=True)
    return report


def _temporary(folder: Path) -> IO[bytes]:
    return tempfile.TemporaryFile(dir=folder)


def _add_entries(
    decision: _Decision, work: WorkFile, packer: Packer, names: SortedRuns, watch: Watch
) -> tuple[int, str]:
    """All entries into the file; how many the dump gave, and the day of its latest change."""
    total, kept, dated = work.count("items"), 0, ""
    own = iter(sorted((n, e) for e in decision.own.entries.values() if (n := wikidata_number(e.record.id)) is not None))
    waiting = next(own, None)
    for seen, (entity_id, item) in enumerate(work.items(), 1):
        dated = max(dated, item.get("modified", ""))
        number = int(entity_id[1:])
        while waiting is not None and waiting[0] < number:
            _add(waiting[1], packer, names)
            waiting = next(own, None)
        entry = decision.entry(entity_id, item)
        kept += entry is not None
        if waiting is not None and waiting[0] == number:
            entry, waiting = entry or waiting[1], next(own, None)
        if entry is not None:
            _add(entry, packer, names)
        if seen % 10_000 == 0:
            watch(Progress("deciding", seen, total, work.place.lines))
    while waiting is not None:
        _add(waiting[1], packer, names)
        waiting = next(own, None)
    for own_id, entry in sorted(decision.own.entries.items()):
        if wikidata_number(own_id) is None and own_id not in decision.joined:
            _add(entry, packer, names)
    return kept, dated


def _add(entry: Entry, packer: Packer, names: SortedRuns) -> None:
    number = packer.add(entry.record)
    rank = _TOP - min(_TOP, entry.record.prior)
    for (key, kind), capitals in entry.names.items():
        names.add(b"%s\t%03d\t%d" % (key.encode(), rank, posting(number, kind, capitals)))


def _by_key(lines: Iterable[bytes]) -> Iterator[tuple[str, int]]:
    """Sorted names with their postings; of a key with very many meanings the most prominent."""
    for key, group in groupby((line.split(b"\t") for line in lines), key=lambda cells: cells[0]):
        found = sorted(int(cells[2]) for cells in islice(group, _NAMESAKES))
        yield from ((key.decode(), meaning) for meaning in found)


def _watched(names: SortedRuns, watch: Watch) -> Iterator[bytes]:
    for number, line in enumerate(names.merged(), 1):
        if number % 100_000 == 0:
            watch(Progress("compiling", number, names.added))
        yield line


def _write(order: Order, packer: Packer, dated: str) -> None:
    """The file in one go: a reader never sees half of it."""
    fresh = order.target.with_suffix(".new")
    origin = f"Wikidata of {dated or 'an unknown day'} (CC0), {order.keep}, {','.join(order.languages)}; own tables"
    with fresh.open("wb") as out:
        packer.finish(out, order.own.words, order.own.given, label=dated.replace("-", ""), origin=origin)
    fresh.replace(order.target)
