"""Raw records in, enriched ones or dead letters out: no await, no client, one record at a time.

Nothing that one article does may touch another: whatever goes wrong with it becomes its own dead letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import perf_counter
from traceback import format_exception
from typing import Final
from uuid import uuid5

import cramjam

from factwire.enricher.mapping import EXTRACTION, enrich_encoded, event_id
from factwire.enricher.plain import to_plain_text
from factwire.enricher.recognition import Seen
from factwire.errors import InvalidInput, InvalidRecord
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.envelope import ENRICHED_TYPE, NAMESPACE, RAW_TYPE, WITHDRAWN_TYPE, Envelope
from factwire.events.raw_article import MAX_CHARACTERS, RawArticle
from factwire.events.topics import ENRICHED, MAX_MESSAGE_BYTES
from factwire.extraction.pipeline import Pipeline
from factwire.extraction.text.fingerprints import fingerprint
from factwire.runtime.tracing import read_traceparent
from factwire.streaming.codec import check_headers, decode, record_key
from factwire.streaming.records import DeadLetter, Outcome, Outgoing, Reason, Record

SOURCE: Final = "factwire/enricher"
ROOM: Final = 64 * 1024
"""Left for headers, key and framing."""
TRACEBACK_CHARACTERS: Final = 4000


def now() -> datetime:
    return datetime.now(UTC)


class Enrichment:
    """The pipeline and the clocks; ``handle`` is all there is to it. ``recognises``: fingerprints come out too."""

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        now: Callable[[], datetime] = now,
        clock: Callable[[], float] = perf_counter,
        recognises: bool = False,
    ) -> None:
        self._pipeline = pipeline
        self._recognises = recognises
        self._now = now
        self._clock = clock

    def handle(self, records: Iterable[Record]) -> Outcome:
        """Every record ends as an output or a dead letter, in order."""
        outputs: list[Outgoing] = []
        seen: list[Seen | None] = []
        dead: list[DeadLetter] = []
        tally: Counter[tuple[str, str]] = Counter()
        for record in records:
            try:
                output, sight = self._enrich(record, tally)
                outputs.append(output)
                seen.append(sight)
            except (InvalidRecord, InvalidInput) as fault:
                ours = fault.__cause__ if getattr(fault, "stage", None) == EXTRACTION else None
                dead.append(DeadLetter(record, Reason.of(fault, traceback=_traceback(ours))))
            except Exception as fault:  # noqa: BLE001 - one article's fault, even if it is ours, stays its own
                dead.append(DeadLetter(record, Reason.of(fault, traceback=_traceback(fault))))
        return Outcome(tuple(outputs), tuple(dead), tally, tuple(seen))

    def _enrich(self, record: Record, tally: Counter[tuple[str, str]]) -> tuple[Outgoing, Seen | None]:
        if record.value is None:
            tombstone = self._tombstone(record)
            tally["article", "tombstone"] += 1
            return tombstone, None
        raw = to_plain_text(decode(record, RawArticle, RAW_TYPE))
        if raw.characters > MAX_CHARACTERS:
            raise InvalidRecord(f"the text is longer than {MAX_CHARACTERS} characters", stage="size", field="/body")
        event, value = enrich_encoded(raw, self._pipeline, clock=self._clock)
        output = self._output(record, event, value)
        _count(event, tally)
        return output, self._recognise(raw, record)

    def _recognise(self, raw: RawArticle, record: Record) -> Seen | None:
        """By its body: outlets give the same story headlines of their own."""
        if not self._recognises or raw.status != "usable" or "\x00" in raw.article_id:
            return None
        found = fingerprint(raw.body or raw.title or "")
        moment = raw.published_at or raw.received_at or record.moment
        return Seen(raw.article_id, raw.revision, moment, found) if found else None

    def _output(self, record: Record, event: EnrichedArticle, value: bytes) -> Outgoing:
        if len(value) > MAX_MESSAGE_BYTES - ROOM and len(cramjam.zstd.compress(value)) > MAX_MESSAGE_BYTES - ROOM:
            raise InvalidRecord(f"the enriched article is larger than {MAX_MESSAGE_BYTES} bytes", stage="size")
        headers = self._headers(record, str(event_id(event)), ENRICHED_TYPE, event.article_id)
        return Outgoing(ENRICHED.name, event.article_id.encode(), value, headers)

    def _tombstone(self, record: Record) -> Outgoing:
        article_id = record_key(record)
        check_headers(record, (record.header("ce_type") == WITHDRAWN_TYPE.encode() and WITHDRAWN_TYPE) or RAW_TYPE)
        place = uuid5(NAMESPACE, f"{article_id}\x1f{record.partition}\x1f{record.offset}\x1fwithdrawn")
        return Outgoing(ENRICHED.name, record.key, None, self._headers(record, str(place), WITHDRAWN_TYPE, article_id))

    def _headers(self, record: Record, id: str, kind: str, article_id: str) -> tuple[tuple[str, bytes], ...]:
        trace = read_traceparent(record.header("traceparent"))
        envelope = Envelope(id, SOURCE, kind, article_id, self._now(), trace.header if trace else None)
        return tuple(envelope.headers())


def _traceback(fault: BaseException | None) -> str:
    """The end of it, which is where it happened; a recursion's is long."""
    return "".join(format_exception(fault))[-TRACEBACK_CHARACTERS:] if fault else ""


def _count(event: EnrichedArticle, tally: Counter[tuple[str, str]]) -> None:
    tally["article", event.status] += 1
    for entity in event.entities:
        tally["entity", entity.type] += 1
    for claim in event.claims:
        tally["claim", claim.kind] += 1
