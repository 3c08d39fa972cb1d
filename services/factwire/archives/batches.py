"""Record batches in, record batches out: what both engines call in each of their processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from factwire.archives.rows import ENRICHED, enriched_row
from factwire.enricher.mapping import enrich_article
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.raw_article import RawArticle
from factwire.extraction.pipeline import Pipeline, open_pipeline


@dataclass(frozen=True, slots=True)
class Setup:
    """What to enrich with, as plain paths: engines send it to their processes. Every process must see the files."""

    lexicons: tuple[Path, ...] = ()
    kb: Path | None = None
    overlays: tuple[Path, ...] = ()


class ArchiveEnrichment:
    """The core of one process, opened once; called with a table it gives the table of :data:`rows.ENRICHED`."""

    def __init__(self, setup: Setup) -> None:
        self._pipeline = _opened(setup)

    def __call__(self, table: pa.Table) -> pa.Table:
        rows = [enriched_row(row, self._enrich) for row in table.to_pylist()]
        return pa.Table.from_pylist(rows, schema=ENRICHED)

    def batches(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """One batch at a time, so that memory is bounded by one."""
        for batch in batches:
            yield from self(pa.Table.from_batches([batch])).to_batches()

    def _enrich(self, raw: RawArticle) -> EnrichedArticle:
        return enrich_article(raw, self._pipeline)


@lru_cache(maxsize=1)
def _opened(setup: Setup) -> Pipeline:
    """An engine calls its tasks many times in one process: the knowledge base is opened once in each."""
    return open_pipeline(setup.lexicons, setup.kb, setup.overlays)
