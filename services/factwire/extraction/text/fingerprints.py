"""How a text is recognised in another place: a digest of its words, and a MinHash of its word triples.

The share of equal places in two signatures estimates the Jaccard similarity of their sets of triples (Broder 1997).
Bands are hashes of a few places each: texts that are alike share at least one, so an index need not compare them all.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from operator import eq
from typing import Final

PLACES: Final = 128
ROWS: Final = 3
"""Places in a band: two texts alike by .42 share a band with a probability of .96, by .12 with .07."""
BANDS: Final = PLACES // ROWS
_WORDS: Final = 3
_LEAST: Final = 20
"""Words; a shorter text says too little to be recognised by."""
_MOST: Final = 20_000
_SEED: Final = 42
_WORD: Final = re.compile(r"\w+")
_PACKED: Final = struct.Struct(f"<{PLACES}I")
_BAND: Final = struct.Struct(f"<{ROWS}I")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``digest`` of all words; ``signature``: 128 unsigned integers of 32 bits, little-endian."""

    digest: bytes
    signature: bytes

    def bands(self) -> list[int]:
        """Signed integers of 32 bits; each stands for its place too, so that bands of different places never meet."""
        places = _PACKED.unpack(self.signature)
        return [_band(number, places[number * ROWS : (number + 1) * ROWS]) for number in range(BANDS)]


def fingerprint(text: str) -> Fingerprint | None:
    """None for a text of too few words. Case, punctuation and white space make no difference."""
    words = _WORD.findall(text.casefold())
    if len(words) < _LEAST:
        return None
    return Fingerprint(hashlib.sha256(" ".join(words).encode("utf-8", "replace")).digest(), _signature(words[:_MOST]))


def similarity(one: Fingerprint, other: Fingerprint) -> float:
    """0 to 1."""
    same: int = sum(map(eq, _PACKED.unpack(one.signature), _PACKED.unpack(other.signature)))
    return same / PLACES


def _signature(words: list[str]) -> bytes:
    from rensa import RMinHash  # type: ignore[import-untyped]  # compiled, without stubs; needed by services only

    triples = (" ".join(words[start : start + _WORDS]) for start in range(len(words) - _WORDS + 1))
    sketch = RMinHash(num_perm=PLACES, seed=_SEED)
    sketch.update([triple.encode("utf-8", "replace").decode() for triple in triples])
    return _PACKED.pack(*sketch.digest())


def _band(number: int, places: tuple[int, ...]) -> int:
    mixed = hashlib.blake2b(_BAND.pack(*places), digest_size=4, salt=number.to_bytes(2, "little"))
    return int.from_bytes(mixed.digest(), "little", signed=True)
