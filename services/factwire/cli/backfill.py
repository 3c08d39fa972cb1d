"""``factwire backfill``: archives into the raw topic, with progress, and resumed where it stopped."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from factwire.cli.backfill_progress import showing
from factwire.cli.configuration import configure
from factwire.errors import EXIT_BAD_INPUT, InvalidInput
from factwire.operations.backfill import Backfill, Order, Progress, default_names
from factwire.operations.backfill_files import find_files
from factwire.operations.backfill_items import ARCHIVES
from factwire.operations.backfill_state import Checkpoint, Report
from factwire.streaming.raw_log import RawLog
from factwire.streaming.settings import KafkaSettings


def backfill(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Also .gz, .zst and .zip.")],
    format: Annotated[
        str | None, typer.Option(help=f"Told by name and content if not given: {', '.join(ARCHIVES)}.")
    ] = None,
    map: Annotated[
        list[str] | None, typer.Option(help="A field under another name: --map text=body --map site=source.id")
    ] = None,
    rate: Annotated[
        float, typer.Option(min=0, help="Most articles a second; 0: as fast as the broker takes them.")
    ] = 0,
    checkpoint: Annotated[Path | None, typer.Option(help="Where to note how far it has come.")] = None,
    report: Annotated[Path | None, typer.Option(help="Where to list what was refused, one JSON object a line.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and judge everything, publish nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Start over, whatever the checkpoint says.")] = False,
) -> None:
    """Publish archives: JSON Lines, ninjs, JSON-LD, HTML, feeds, WARC, Parquet; run it again to go on where it stopped.

    Exit code 1 if anything was refused; the report says what and why.

    Example:  factwire backfill archive/2024.jsonl.zst pages/ --rate 500
    """
    if format is not None and format not in ARCHIVES:
        raise InvalidInput(f"unknown format '{format}'; there are {', '.join(ARCHIVES)}", field="--format")
    usual_checkpoint, usual_report = default_names(paths)
    noted = None if dry_run else checkpoint or usual_checkpoint
    refused = report or (None if dry_run else usual_report)
    if again and noted is not None:
        noted.unlink(missing_ok=True)
    order = Order(find_files(paths), format, _renames(map or []), rate)
    state = Checkpoint.load(noted)
    settings = None if dry_run else configure(KafkaSettings)
    job, done = asyncio.run(_run(order, state, refused, settings))
    _sum_up(job, done, refused, dry_run)
    if state.refused or done.refused:
        raise typer.Exit(EXIT_BAD_INPUT)


async def _run(
    order: Order, state: Checkpoint, refused: Path | None, settings: KafkaSettings | None
) -> tuple[Backfill, Progress]:
    raw = RawLog(settings) if settings is not None else None
    report = Report(refused, state.report_bytes)
    try:
        with showing(sys.stderr) as show:
            job = Backfill(order, raw, state, report, lambda: datetime.now(UTC), show)
            return job, await job.run()
    finally:
        report.close()
        if raw is not None:
            await raw.close()


def _renames(written: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in written]
    if bad := [name for name, sign, target in pairs if not (name and sign and target)]:
        raise InvalidInput(f"'{bad[0]}' is no FIELD=FIELD", field="--map")
    return {name: target for name, _, target in pairs}


def _sum_up(job: Backfill, done: Progress, refused: Path | None, dry_run: bool) -> None:
    said = f"{done.published:,} {'would be published' if dry_run else 'published'}, {done.refused:,} refused"
    print(said + (f", {done.skipped:,} dealt with by an earlier run" if done.skipped else ""))
    for reason, count in job.reasons.most_common(5):
        print(f"  {count:,} × {reason}")
    if done.refused and refused is not None:
        print(f"all of them: {refused}")
