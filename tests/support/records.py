"""Records made by hand."""

from __future__ import annotations

import json
from typing import Any

from factwire.events.topics import RAW
from factwire.streaming.records import Partition, RawHeaders, Record

P0 = Partition(RAW.name, 0)


def record(
    value: bytes | dict[str, Any] | None,
    key: bytes | None = b"a-1",
    headers: RawHeaders = (),
    *,
    offset: int = 0,
    partition: Partition = P0,
) -> Record:
    """A record; a dict becomes JSON."""
    body = json.dumps(value).encode() if isinstance(value, dict) else value
    return Record(partition, offset, key, body, headers, 1_700_000_000_000)
