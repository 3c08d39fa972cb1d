"""Which article was there first: decided from fingerprints and their order alone, without database or clock.

What is found is put into the event as it was encoded: no other part of it is decoded, so that numbers of any size,
which ``extra`` may hold, come out as they went in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import msgspec

from factwire.extraction.text.fingerprints import Fingerprint, similarity

ALIKE: Final = 0.42
"""Similarity from which an article is a duplicate; docs/ingest.md has what was measured around it."""
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Seen:
    """What the handler hands out for an output: which article it is, and how its text is recognised.

    ``moment``: when it was published, else received, else written to the log.
    """

    article_id: str
    revision: int
    moment: datetime
    fingerprint: Fingerprint


class Remembered(Protocol):
    """An article as the index has it; ``seen`` is its place in the order of first sight."""

    @property
    def article_id(self) -> str: ...
    @property
    def seen(self) -> int: ...
    @property
    def moment(self) -> datetime: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def signature(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Original:
    """The article that was there first, in the shape of the event's ``duplicate_of``."""

    article_id: str
    similarity: float
    kind: str


def find_originals(seen: Iterable[Seen], remembered: Sequence[Remembered], window: timedelta) -> Mapping[str, Original]:
    """By article: of those alike and within ``window``, the first. An article that was seen earlier has none later."""
    order = {one.article_id: one.seen for one in remembered}
    by_age = sorted(remembered, key=lambda one: one.seen)
    found = {one.article_id: _original(one, by_age, order.get(one.article_id, 0), window) for one in seen}
    return {article_id: original for article_id, original in found.items() if original}


def with_original(value: bytes, original: Original) -> bytes:
    """The encoded event with ``duplicate_of``."""
    return _changed(value, "duplicate_of", lambda _: asdict(original))


def with_warning(value: bytes, warning: str) -> bytes:
    """The encoded event with one more warning."""

    def warned(warnings: bytes) -> Sequence[str]:
        return [*msgspec.json.decode(warnings, type=list[str]), warning]

    return _changed(value, "enrichment", lambda made: msgspec.Raw(_changed(made, "warnings", warned)))


def _changed(value: bytes, name: str, change: Callable[[bytes], Any]) -> bytes:
    """An encoded object with another value for one of its members; ``change`` gets the encoded value that is there."""
    members = _MEMBERS.decode(value)
    return msgspec.json.encode({**members, name: change(bytes(members[name]))})


def _original(one: Seen, by_age: Iterable[Remembered], place: int, window: timedelta) -> Original | None:
    for other in by_age:
        if other.seen >= place:
            return None
        if abs(other.moment - one.moment) > window:
            continue
        if other.digest == one.fingerprint.digest:
            return Original(other.article_id, 1.0, "exact")
        share = similarity(one.fingerprint, Fingerprint(other.digest, other.signature))
        if share >= ALIKE:
            return Original(other.article_id, round(share, 3), "near")
    return None
