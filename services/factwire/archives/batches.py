"""Record batches in, record batches out: what both engines call in each of their processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyarrow as pa

from factwire.archives.rows import ENRICHED, enriched_row
from factwire.enricher.knowledge import Knowledge
from factwire.enricher.mapping import enrich_article
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.raw_article import RawArticle
from factwire.extraction.pipeline import Pipeline


class ArchiveEnrichment:
    """The core of one process, opened once; called with a table it gives the table of :data:`rows.ENRICHED`."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._pipeline = _opened(knowledge)

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
def _opened(knowledge: Knowledge) -> Pipeline:
    """An engine calls its tasks many times in one process: the knowledge base is opened once in each."""
    return knowledge.pipeline()
