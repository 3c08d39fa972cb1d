"""Which article was there first: decided from fingerprints and their order alone, without database or clock.

What is found is put into the event as it was encoded: no other part of it is decoded, so that numbers of any size,
which ``extra`` may hold, come out as they went in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import msgspec

from factwire.extraction.text.fingerprints import Fingerprint, similarity

ALIKE: Final = 0.42
"""Similarity from which an article is a duplicate; docs/ingest.md has what was measured around it."""
MOST_COMPARED: Final = 100
"""Articles with which one is compared, of those that were there before it and share a band with it: the first."""
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
    @property
    def bands(self) -> Sequence[int]: ...


@dataclass(frozen=True, slots=True)
class Original:
    """The article that was there first, in the shape of the event's ``duplicate_of``."""

    article_id: str
    similarity: float
    kind: str


def find_originals(seen: Iterable[Seen], remembered: Sequence[Remembered], window: timedelta) -> Mapping[str, Original]:
    """By article: of those alike and within ``window``, the first. An article that was seen earlier has none later.

    One walk over ``remembered``, however many articles look for theirs: only those that share a band are compared, and
    of those :data:`MOST_COMPARED` at the most.
    """
    places = {one.article_id: one.seen for one in remembered}
    searches = _Searches(_Search(one, places.get(one.article_id, 0), one.fingerprint.bands()) for one in seen)
    found: dict[str, Original] = {}
    for other in sorted(remembered, key=lambda one: one.seen):
        for search in searches.concerned_by(other):
            if original := search.look_at(other, window):
                found[search.one.article_id] = original
                searches.end(search)
    return found


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


@dataclass(eq=False, slots=True)
class _Search:
    """One article's, for those that were there before its own ``place``."""

    one: Seen
    place: int
    bands: Sequence[int]
    compared: int = 0

    def look_at(self, other: Remembered, window: timedelta) -> Original | None:
        if abs(other.moment - self.one.moment) > window:
            return None
        self.compared += 1
        if other.digest == self.one.fingerprint.digest:
            return Original(other.article_id, 1.0, "exact")
        share = similarity(self.one.fingerprint, Fingerprint(other.digest, other.signature))
        return Original(other.article_id, round(share, 3), "near") if share >= ALIKE else None


class _Searches:
    """Those under way, by the bands of their articles."""

    def __init__(self, searches: Iterable[_Search]) -> None:
        self._by_band: dict[int, set[_Search]] = defaultdict(set)
        for search in searches:
            for band in search.bands:
                self._by_band[band].add(search)

    def concerned_by(self, other: Remembered) -> Iterator[_Search]:
        """Those that share a band with an article; it is later than what some of them look for, and ends these."""
        for search in set().union(*(self._by_band.get(band, ()) for band in other.bands)):
            if other.seen >= search.place or search.compared >= MOST_COMPARED:
                self.end(search)
            else:
                yield search

    def end(self, search: _Search) -> None:
        for band in search.bands:
            self._by_band[band].discard(search)
