"""The archive through Spark: the core runs in its Python workers, over Arrow, one batch in memory at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from factwire.archives.batches import ArchiveEnrichment
from factwire.enricher.knowledge import Knowledge

COLUMNS: Final = (
    "article_id string, revision int, source_id string, published_at timestamp, language string,"
    " entity_ids array<string>, claim_count int, event_id string, event string, fault_field string, fault string,"
    " fault_row string"
)
"""The columns of :data:`rows.ENRICHED` as Spark writes them."""


def enrich(articles: DataFrame, knowledge: Knowledge) -> DataFrame:
    """One row out for every row in. Lazy, as Spark is: nothing runs until somebody writes or counts."""

    def work(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return ArchiveEnrichment(knowledge).batches(batches)

    return articles.mapInArrow(work, COLUMNS)


def enrich_archive(source: str, target: str, knowledge: Knowledge) -> None:
    """Reads Parquet at ``source``, writes Parquet at ``target``: paths or addresses that this Spark can read."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else workers run whatever "python3" is
    spark = SparkSession.builder.appName("factwire").getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    enrich(spark.read.parquet(source), knowledge).write.parquet(target)
