"""The compiled file: how it is laid out, and how it is looked up without unpacking it. ``packing.py`` writes it.

tries          marisa tries of keys, one after the other (first in the file); each holds a stretch of the sorted keys
heads          uint32 per key + 1: where its postings begin; keys are numbered trie by trie
postings       uint32 each: record << 4 | must be in capitals << 3 | kind of name
offsets        uint64 per record + 1: where it lies in ``records``
records        one JSON array each; first those with a Wikidata id, in the order of its number
numbers        uint64 per Wikidata id, ascending: the n-th is that of record n
other_ids      marisa trie of the other ids
other_numbers  uint32 per other id: its record
words          marisa trie of common words
given          marisa trie of given names, each followed by a tab and its gender
footer         JSON: where the tries and the sections lie, counts, version, origin; then its length and the magic

Everything is used as it lies in the mapped file: opening takes the same time whatever its size, and only what is looked
up becomes resident.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import marisa_trie
import orjson

from factwire.kb.catalogue import AliasKind, DatedName, Posting, Record, Term

MAGIC: Final = b"factwire kb 3\n"
LENGTH: Final = struct.Struct("<Q")
_RECORDS_KEPT: Final = 20_000
_KINDS: Final = tuple(AliasKind)

Buffer: TypeAlias = "bytes | memoryview"


def wikidata_number(entity_id: str) -> int | None:
    """148 of Q148; None for an id of another register."""
    return int(entity_id[1:]) if entity_id[:1] == "Q" and entity_id[1:].isdecimal() else None


def read_footer(content: Buffer) -> dict[str, Any] | None:
    """The footer of a compiled file; None if it is none, or cut short."""
    tail = len(MAGIC) + LENGTH.size
    if len(content) < tail or bytes(content[-len(MAGIC) :]) != MAGIC:
        return None
    (length,) = LENGTH.unpack(content[-tail : -len(MAGIC)])
    footer: dict[str, Any] = orjson.loads(bytes(content[-tail - length : -tail]))
    return footer


@dataclass(frozen=True, slots=True)
class Tries:
    """The keys: tries over stretches of the sorted keys. ``bases``: the number of each one's first key."""

    firsts: tuple[str, ...]
    bases: tuple[int, ...]
    tries: tuple[marisa_trie.Trie, ...]

    def prefixes(self, text: str) -> list[str]:
        """Every key that ``text`` begins with, shortest first; they all sort from its first letter to itself."""
        if len(self.tries) == 1:
            found: list[str] = self.tries[0].prefixes(text)
            return found
        stretch = self.tries[self._index(text[:1]) : self._index(text) + 1]
        return [key for trie in stretch for key in trie.prefixes(text)]

    def number(self, key: str) -> int | None:
        index = self._index(key)
        found = self.tries[index].get(key) if self.tries else None
        return None if found is None else self.bases[index] + int(found)

    def _index(self, key: str) -> int:
        return max(0, bisect_right(self.firsts, key) - 1)


@dataclass(slots=True)
class CompiledLayer:
    """Answers from a compiled file; records are unpacked when asked for, and a bounded number is kept."""

    version: str
    origin: str
    keys: Tries
    words: marisa_trie.Trie
    given: marisa_trie.Trie
    heads: memoryview
    posted: memoryview
    offsets: memoryview
    records: memoryview
    numbers: memoryview
    other_ids: marisa_trie.Trie
    other_numbers: memoryview
    stated: Mapping[str, int]
    _kept: dict[int, Record] = field(default_factory=dict)

    def prefixes(self, text: str) -> Sequence[str]:
        return self.keys.prefixes(text)

    def postings(self, key: str) -> Sequence[Posting]:
        position = self.keys.number(key)
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
        known = wikidata_number(entity_id)
        if known is None:
            position = self.other_ids.get(entity_id)
            return None if position is None else int(self.other_numbers[position])
        at = bisect_left(self.numbers, known)
        return at if at < len(self.numbers) and self.numbers[at] == known else None

    def given_gender(self, word: str) -> str | None:
        found = self.given.keys(word + "\t")
        return found[0].partition("\t")[2] if found else None

    def is_word(self, word: str) -> bool:
        return word in self.words

    def counts(self) -> Mapping[str, int]:
        return self.stated


def _unpack(row: list[object]) -> Record:
    padded = [*row, *_EMPTY[len(row) :]]
    dated = tuple(DatedName(*name) for name in padded.pop())  # type: ignore[attr-defined]
    terms = tuple(Term(*term) for term in padded.pop())  # type: ignore[attr-defined]
    padded[7] = tuple(padded[7])  # type: ignore[arg-type]
    return Record(*padded, terms, dated)  # type: ignore[arg-type, call-arg]


_EMPTY: Final[tuple[object, ...]] = ("", "", None, "", 0, "", "", (), "", "", "", "", (), ())


def open_layer(content: memoryview, footer: Mapping[str, Any]) -> CompiledLayer:
    """A layer over the bytes of a compiled file, which stay where they are."""

    def part(name: str) -> memoryview:
        start, length = footer["sections"][name]
        return content[start : start + length]

    return CompiledLayer(
        version=footer["version"],
        origin=footer["origin"],
        keys=_tries(part("tries"), footer["tries"]),
        words=_trie(part("words")),
        given=_trie(part("given")),
        heads=part("heads").cast("I"),
        posted=part("postings").cast("I"),
        offsets=part("offsets").cast("Q"),
        records=part("records"),
        numbers=part("numbers").cast("Q"),
        other_ids=_trie(part("other_ids")),
        other_numbers=part("other_numbers").cast("I"),
        stated=footer["counts"],
    )


def _tries(content: memoryview, places: Sequence[tuple[str, int, int, int]]) -> Tries:
    return Tries(
        firsts=tuple(first for first, *_ in places),
        bases=tuple(base for _, base, *_ in places),
        tries=tuple(_trie(content[start : start + length]) for _, _, start, length in places),
    )


def _trie(content: memoryview) -> marisa_trie.Trie:
    return marisa_trie.Trie().map(content)
