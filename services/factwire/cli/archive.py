"""``factwire archive``: a Parquet archive of any size through Spark or Ray Data."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from factwire.errors import ConfigurationError


class Engine(StrEnum):
    spark = "spark"
    ray = "ray"


def archive(
    source: Annotated[str, typer.Argument(help="Parquet to read: a file, a folder or an address the engine knows.")],
    target: Annotated[str, typer.Argument(help="Where to write Parquet: a new folder.")],
    engine: Annotated[Engine, typer.Option(help="What runs it.")] = Engine.ray,
    workers: Annotated[int, typer.Option(min=1, help="Processes, for Ray; Spark decides by its own settings.")] = 1,
    lexicons: Annotated[list[Path] | None, typer.Option(help="A folder with your own lexicons, over ours.")] = None,
    kb: Annotated[Path | None, typer.Option(help="Another knowledge base file.")] = None,
    overlay: Annotated[list[Path] | None, typer.Option(help="A folder with your own entities, over the base.")] = None,
) -> None:
    """Enrich a Parquet archive: one row out for every row in, with the event as JSON or the fault.

    Columns are named as the fields of a raw article, or one column `article` holds them as JSON.

    Example:  factwire archive news-2014/ enriched-2014/ --engine ray --workers 8
    """
    from factwire.enricher.knowledge import Knowledge

    knowledge = Knowledge(tuple(lexicons or ()), kb, tuple(overlay or ()))
    try:
        if engine is Engine.spark:
            from factwire.archives import spark

            spark.enrich_archive(source, target, knowledge)
        else:
            from factwire.archives import ray

            ray.enrich_archive(source, target, knowledge, workers)
    except ModuleNotFoundError as missing:
        raise ConfigurationError(f"{missing.name} is not installed; install factwire[archives,{engine}]") from missing
