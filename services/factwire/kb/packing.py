"""Writes the compiled file, section by section and in bounded memory; ``layers.py`` says how it is laid out.

Entities come first, those with a Wikidata id in the order of their numbers, then their names in the order of the keys.
"""

from __future__ import annotations

import hashlib
import io
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import IO, Final

import marisa_trie
import orjson

from factwire.kb.catalogue import AliasKind, Record
from factwire.kb.entries import Entry, Tables
from factwire.kb.layers import LENGTH, MAGIC, wikidata_number

KEYS_PER_TRIE: Final = 1_000_000
"""Building a trie takes about 200 bytes a key: so much is held at once, however many names there are."""
_COPIED: Final = 1 << 20

Spool = Callable[[], IO[bytes]]
"""Opens an empty file for one section: in memory for small knowledge bases, on disk for large ones."""


def pack(tables: Tables) -> bytes:
    """The tables as one file; equal tables give equal bytes."""
    packer = Packer()
    postings = []
    for entry in sorted(tables.entries.values(), key=_in_order):
        number = packer.add(entry.record)
        postings += [(key, posting(number, kind, capitals)) for (key, kind), capitals in entry.names.items()]
    packer.add_names(sorted(postings))
    out = io.BytesIO()
    packer.finish(out, tables.words, tables.given)
    return out.getvalue()


def posting(number: int, kind: AliasKind, capitals: bool) -> int:
    """One meaning of a key as it is stored."""
    return number << 4 | capitals << 3 | kind


def _in_order(entry: Entry) -> tuple[bool, int, str]:
    number = wikidata_number(entry.record.id)
    return number is None, number or 0, entry.record.id


@dataclass(slots=True)
class Packer:
    """A compiled file on its way. First every :meth:`add`, then :meth:`add_names`, then :meth:`finish`."""

    spool: Spool = io.BytesIO
    keys_per_trie: int = KEYS_PER_TRIE
    most_keys: int = 0
    """The most keys that were held at once."""
    _others: dict[str, int] = field(default_factory=dict)
    _tries: list[tuple[str, int, int, int]] = field(default_factory=list)
    _sections: dict[str, IO[bytes]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=lambda: {"entities": 0, "aliases": 0, "terms of office": 0})

    def add(self, record: Record) -> int:
        """Writes an entity and returns its number. Those with a Wikidata id come first, in its order."""
        number = self._counts["entities"]
        known = wikidata_number(record.id)
        if known is None:
            self._others[record.id] = number
        else:
            self._section("numbers").write(known.to_bytes(8, "little"))
        at = self._section("records").write(orjson.dumps(_row(record)))
        self._section("sizes").write(at.to_bytes(4, "little"))
        self._counts["entities"] += 1
        self._counts["terms of office"] += len(record.terms)
        return number

    def add_names(self, names: Iterable[tuple[str, int]]) -> None:
        """Writes all keys with their postings; they come sorted by key."""
        self._section("heads").write(array("I", [0]).tobytes())
        groups = ((key, [p for _, p in group]) for key, group in groupby(names, key=itemgetter(0)))
        tries = _Tail(self._section("tries"))
        base = posted = 0
        for first in groups:
            trie = _TrieInOrder.of(chain([first], islice(groups, self.keys_per_trie - 1)), self.spool)
            self._tries.append((first[0], base, *tries.write(trie.trie.tobytes())))
            for found in trie.postings():
                posted += len(found)
                self._section("postings").write(found.tobytes())
                self._section("heads").write(posted.to_bytes(4, "little"))
            self.most_keys = max(self.most_keys, len(trie.trie))
            base += len(trie.trie)
        self._counts["aliases"] = posted

    def finish(
        self,
        out: IO[bytes],
        words: Iterable[str] = (),
        given: Mapping[str, str] | None = None,
        *,
        label: str = "",
        origin: str = "",
    ) -> None:
        """Writes the file. The version is ``label`` and a digest of the content; ``origin`` is for people."""
        common, named = set(words), given or {}
        tail = _Tail(out)
        places = {
            "tries": tail.copy(self._section("tries")),
            "heads": tail.copy(self._section("heads")),
            "postings": tail.copy(self._section("postings")),
            "offsets": tail.copy_all(_offsets(self._section("sizes"))),
            "records": tail.copy(self._section("records")),
            "numbers": tail.copy(self._section("numbers")),
            **self._other_ids(tail),
            "words": tail.write(marisa_trie.Trie(sorted(common)).tobytes()),
            "given": tail.write(marisa_trie.Trie(sorted(f"{n}\t{gender}" for n, gender in named.items())).tobytes()),
        }
        counts = {**self._counts, "common words": len(common), "given names": len(named)}
        version = "-".join(filter(None, (label, tail.digest.hexdigest()[:12])))
        tail.end({"version": version, "origin": origin, "tries": self._tries, "sections": places, "counts": counts})

    def _other_ids(self, tail: _Tail) -> dict[str, tuple[int, int]]:
        trie = marisa_trie.Trie(sorted(self._others))
        numbers = array("I", (self._others[trie.restore_key(position)] for position in range(len(trie))))
        return {"other_ids": tail.write(trie.tobytes()), "other_numbers": tail.write(numbers.tobytes())}

    def _section(self, name: str) -> IO[bytes]:
        found = self._sections.get(name)
        if found is None:
            found = self._sections[name] = self.spool()
        return found


@dataclass(frozen=True, slots=True)
class _TrieInOrder:
    """A trie over a stretch of sorted keys, and their postings as they came; the trie numbers keys in its own order."""

    trie: marisa_trie.Trie
    keys: IO[bytes]
    sizes: array[int]
    came: array[int]

    @classmethod
    def of(cls, groups: Iterable[tuple[str, list[int]]], spool: Spool) -> _TrieInOrder:
        keys, sizes, came = spool(), array("I"), array("I")

        def fed() -> Iterator[str]:
            for key, found in groups:
                keys.write(key.encode() + b"\n")
                sizes.append(len(found))
                came.extend(found)
                yield key

        return cls(marisa_trie.Trie(fed()), keys, sizes, came)

    def postings(self) -> Iterator[array[int]]:
        """The postings of each key, in the order of the trie's numbers."""
        begins, lengths = array("I", bytes(4 * len(self.sizes))), array("I", bytes(4 * len(self.sizes)))
        at = 0
        self.keys.seek(0)
        for line, size in zip(self.keys, self.sizes, strict=True):
            number = self.trie[line[:-1].decode()]
            begins[number], lengths[number] = at, size
            at += size
        self.keys.close()
        for begin, length in zip(begins, lengths, strict=True):
            yield self.came[begin : begin + length]


@dataclass(slots=True)
class _Tail:
    """Appends sections to a file, with a digest over them."""

    out: IO[bytes]
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    at: int = 0

    def write(self, content: bytes) -> tuple[int, int]:
        return self.copy_all([content])

    def copy(self, section: IO[bytes]) -> tuple[int, int]:
        section.seek(0)
        place = self.copy_all(iter(lambda: section.read(_COPIED), b""))
        section.close()
        return place

    def copy_all(self, pieces: Iterable[bytes]) -> tuple[int, int]:
        start = self.at
        for piece in pieces:
            self.digest.update(piece)
            self.at += self.out.write(piece)
        length = self.at - start
        self.at += self.out.write(bytes(-self.at % 8))
        return start, length

    def end(self, footer: Mapping[str, object]) -> None:
        packed = orjson.dumps(footer)
        self.out.write(packed + LENGTH.pack(len(packed)) + MAGIC)


def _offsets(sizes: IO[bytes]) -> Iterator[bytes]:
    """Where each record begins, from how long each is."""
    sizes.seek(0)
    at = 0
    yield at.to_bytes(8, "little")
    while read := sizes.read(_COPIED):
        offsets = array("Q")
        for size in memoryview(read).cast("I"):
            at += size
            offsets.append(at)
        yield offsets.tobytes()
    sizes.close()


def _row(r: Record) -> list[object]:
    row: list[object] = [
        r.id, r.type, r.subtype, r.name, r.prior, r.country, r.parent, r.stands_for, r.gender, r.family, r.born,
        r.trade, [tuple(term) for term in r.terms], [tuple(name) for name in r.dated],
    ]  # fmt: skip
    while row and not row[-1]:
        row.pop()
    return row
