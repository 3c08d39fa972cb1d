"""The compiled file: how entries are laid out in it, and how they are looked up without unpacking them.

aliases      marisa trie of keys (first, so that it can be mapped into memory as it lies)
heads        uint32 per key + 1: where its postings begin
postings     uint32 each: record << 4 | must be in capitals << 3 | kind of name
offsets      uint64 per record + 1: where it lies in ``records``
records      one JSON array each
ids          marisa trie of ids
numbers      uint32 per id: its record
words        marisa trie of common words
given        marisa trie of given names, each followed by a tab and its gender
footer       JSON: offsets and lengths of the above, counts, version; then its length and the magic
"""

from __future__ import annotations

import hashlib
import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import marisa_trie
import orjson

from factwire.kb.catalogue import AliasKind, Posting, Record, Term
from factwire.kb.entries import Entry, Tables

MAGIC: Final = b"factwire kb 1\n"
_LENGTH: Final = struct.Struct("<Q")
_RECORDS_KEPT: Final = 20_000
_KINDS: Final = tuple(AliasKind)

Buffer: TypeAlias = "bytes | memoryview"


def pack(tables: Tables) -> bytes:
    """The tables as one file; equal tables give equal bytes."""
    entries = list(tables.entries.values())
    sections = {
        **_pack_aliases(entries),
        **_pack_records(entry.record for entry in entries),
        **_pack_ids(entry.record.id for entry in entries),
        "words": marisa_trie.Trie(sorted(tables.words)).tobytes(),
        "given": marisa_trie.Trie(sorted(f"{name}\t{gender}" for name, gender in tables.given.items())).tobytes(),
    }
    counts = {
        "entities": len(entries),
        "aliases": sum(len(entry.names) for entry in entries),
        "terms of office": sum(len(entry.record.terms) for entry in entries),
        "common words": len(tables.words),
        "given names": len(tables.given),
    }
    return join_sections(sections, counts)


def join_sections(sections: Mapping[str, bytes], counts: Mapping[str, int]) -> bytes:
    """Sections in order, then the footer. The version is a digest of the content."""
    table: dict[str, tuple[int, int]] = {}
    at = 0
    digest = hashlib.sha256()
    for name, content in sections.items():
        table[name] = (at, len(content))
        at += len(content)
        digest.update(content)
    footer = orjson.dumps({"version": digest.hexdigest()[:12], "sections": table, "counts": counts})
    return b"".join((*sections.values(), footer, _LENGTH.pack(len(footer)), MAGIC))


def _pack_aliases(entries: Sequence[Entry]) -> dict[str, bytes]:
    meant: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        for (key, kind), capitals in entry.names.items():
            meant.setdefault(key, []).append(number << 4 | capitals << 3 | kind)
    trie = marisa_trie.Trie(sorted(meant))
    heads, postings = array("I", [0]), array("I")
    for position in range(len(trie)):
        postings.extend(sorted(meant[trie.restore_key(position)]))
        heads.append(len(postings))
    return {"aliases": trie.tobytes(), "heads": heads.tobytes(), "postings": postings.tobytes()}


def _pack_records(records: Iterable[Record]) -> dict[str, bytes]:
    offsets, out, at = array("Q", [0]), [], 0
    for record in records:
        packed = orjson.dumps(_row(record))
        out.append(packed)
        at += len(packed)
        offsets.append(at)
    return {"offsets": offsets.tobytes(), "records": b"".join(out)}


def _row(r: Record) -> list[object]:
    row: list[object] = [
        r.id, r.type, r.subtype, r.name, r.prior, r.country, r.parent, r.stands_for, r.gender, r.family, r.born,
        r.trade, [tuple(term) for term in r.terms],
    ]  # fmt: skip
    while row and not row[-1]:
        row.pop()
    return row


def _pack_ids(ids: Iterable[str]) -> dict[str, bytes]:
    number_of = {entity_id: number for number, entity_id in enumerate(ids)}
    trie = marisa_trie.Trie(sorted(number_of))
    numbers = array("I", (number_of[trie.restore_key(position)] for position in range(len(trie))))
    return {"ids": trie.tobytes(), "numbers": numbers.tobytes()}


def read_footer(content: Buffer) -> dict[str, object] | None:
    """The footer of a compiled file; None if it is none, or cut short."""
    tail = len(MAGIC) + _LENGTH.size
    if len(content) < tail or bytes(content[-len(MAGIC) :]) != MAGIC:
        return None
    (length,) = _LENGTH.unpack(content[-tail : -len(MAGIC)])
    footer: dict[str, object] = orjson.loads(bytes(content[-tail - length : -tail]))
    return footer


@dataclass(slots=True)
class CompiledLayer:
    """Answers from a compiled file; records are unpacked when asked for, and a bounded number is kept."""

    version: str
    aliases: marisa_trie.Trie
    ids: marisa_trie.Trie
    words: marisa_trie.Trie
    given: marisa_trie.Trie
    heads: memoryview
    posted: memoryview
    offsets: memoryview
    numbers: memoryview
    records: memoryview
    stated: Mapping[str, int]
    _kept: dict[int, Record] = field(default_factory=dict)

    def prefixes(self, text: str) -> Sequence[str]:
        found: list[str] = self.aliases.prefixes(text)
        return found

    def postings(self, key: str) -> Sequence[Posting]:
        position = self.aliases.get(key)
        if position is None:
            return ()
        packed = self.posted[self.heads[position] : self.heads[position + 1]]
        return [Posting(p >> 4, _KINDS[p & 7], bool(p & 8)) for p in packed]

    def record(self, number: int) -> Record:
        found = self._kept.get(number)
        if found is None:
            if len(self._kept) >= _RECORDS_KEPT:
                self._kept.clear()
            packed = bytes(self.records[self.offsets[number] : self.offsets[number + 1]])
            found = self._kept[number] = _unpack(orjson.loads(packed))
        return found

    def number_of(self, entity_id: str) -> int | None:
        position = self.ids.get(entity_id)
        return None if position is None else self.numbers[position]

    def given_gender(self, word: str) -> str | None:
        found = self.given.keys(word + "\t")
        return found[0].partition("\t")[2] if found else None

    def is_word(self, word: str) -> bool:
        return word in self.words

    def counts(self) -> Mapping[str, int]:
        return self.stated


def _unpack(row: list[object]) -> Record:
    padded = [*row, *_EMPTY[len(row) :]]
    terms = tuple(Term(*term) for term in padded.pop())  # type: ignore[attr-defined]
    padded[7] = tuple(padded[7])  # type: ignore[arg-type]
    return Record(*padded, terms)  # type: ignore[arg-type, call-arg]


_EMPTY: Final[tuple[object, ...]] = ("", "", None, "", 0, "", "", (), "", "", "", "", ())


def open_layer(
    content: memoryview, footer: Mapping[str, object], aliases: marisa_trie.Trie | None = None
) -> CompiledLayer:
    """A layer over the bytes of a compiled file; ``aliases`` if that trie is mapped already."""
    places: Mapping[str, tuple[int, int]] = footer["sections"]  # type: ignore[assignment]
    counts: Mapping[str, int] = footer["counts"]  # type: ignore[assignment]

    def part(name: str) -> memoryview:
        start, length = places[name]
        return content[start : start + length]

    return CompiledLayer(
        version=str(footer["version"]),
        aliases=aliases or _trie(part("aliases")),
        ids=_trie(part("ids")),
        words=_trie(part("words")),
        given=_trie(part("given")),
        heads=part("heads").cast("I"),
        posted=part("postings").cast("I"),
        offsets=part("offsets").cast("Q"),
        numbers=part("numbers").cast("I"),
        records=part("records"),
        stated=counts,
    )


def _trie(content: memoryview) -> marisa_trie.Trie:
    return marisa_trie.Trie().frombytes(bytes(content))
