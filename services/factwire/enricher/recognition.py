"""Which article was there first: decided from fingerprints and their order alone, without database or clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import orjson

from factwire.extraction.text.fingerprints import Fingerprint, similarity

ALIKE: Final = 0.42
"""Similarity from which an article is a duplicate; docs/ingest.md has what was measured around it."""


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
    event = orjson.loads(value)
    event["duplicate_of"] = asdict(original)
    return orjson.dumps(event)


def with_warning(value: bytes, warning: str) -> bytes:
    """The encoded event with one more warning."""
    event = orjson.loads(value)
    event["enrichment"]["warnings"].append(warning)
    return orjson.dumps(event)


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
