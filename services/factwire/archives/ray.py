"""The archive through Ray Data: one actor a core keeps the core open, blocks stream through."""

from __future__ import annotations

from typing import Final

import ray
from ray.data import Dataset

from factwire.archives.batches import ArchiveEnrichment
from factwire.enricher.knowledge import Knowledge

ROWS: Final = 256
"""Articles of one call: about a megabyte of text."""


def enrich(articles: Dataset, knowledge: Knowledge, workers: int) -> Dataset:
    """One row out for every row in. Lazy: nothing runs until somebody writes or counts."""
    return articles.map_batches(
        ArchiveEnrichment,
        fn_constructor_args=(knowledge,),
        batch_format="pyarrow",
        batch_size=ROWS,
        concurrency=workers,
    )


def enrich_archive(source: str, target: str, knowledge: Knowledge, workers: int) -> None:
    """Reads Parquet at ``source``, writes Parquet at ``target``; in the cluster Ray is connected to, else here."""
    enrich(ray.data.read_parquet(source), knowledge, workers).write_parquet(target)
