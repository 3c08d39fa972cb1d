"""``factwire enrich``: the whole core on files or a pipe, without broker or database."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Annotated, BinaryIO

import orjson
import typer

from factwire.enricher.knowledge import Knowledge
from factwire.enricher.mapping import enrich_article
from factwire.errors import EXIT_BAD_INPUT, FactwireError
from factwire.events.enriched_article import EnrichedArticle
from factwire.formats.registry import FORMATS, InputItem, read_items
from factwire.runtime.memory import settle_memory

Answer = tuple[bool, bytes]
"""Whether it is an event, and the line: an event for stdout or a fault for stderr."""


def enrich(
    files: Annotated[list[Path] | None, typer.Argument(help="Files to read; none or - reads stdin.")] = None,
    format: Annotated[str, typer.Option(help=f"How the input is written: {', '.join(FORMATS)}.")] = "jsonl",
    pretty: Annotated[bool, typer.Option("--pretty", help="Indent the output.")] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes to use.")] = 1,
    lexicons: Annotated[list[Path] | None, typer.Option(help="A folder with your own lexicons, over ours.")] = None,
    kb: Annotated[Path | None, typer.Option(help="Another knowledge base file.")] = None,
    overlay: Annotated[list[Path] | None, typer.Option(help="A folder with your own entities, over the base.")] = None,
    detector: Annotated[
        str, typer.Option(help="A model on disk that finds names too: spacy:FOLDER, gliner:FOLDER.")
    ] = "",
) -> None:
    """Raw articles in, enriched articles out: one JSON object a line, in input order.

    A bad line does not stop the run: it becomes one JSON object on stderr, and the exit code is 1 at the end.

    Example:  factwire enrich articles.jsonl > enriched.jsonl
    """
    items = _items(files or [Path("-")], format)
    knowledge = Knowledge(tuple(lexicons or ()), kb, tuple(overlay or ()), detector)
    if not _write(_answers(items, knowledge, workers=workers, pretty=pretty)):
        raise typer.Exit(EXIT_BAD_INPUT)


def _answers(items: Iterable[InputItem], knowledge: Knowledge, *, workers: int, pretty: bool) -> Iterator[Answer]:
    if workers > 1:
        return _in_processes(items, workers, knowledge, pretty)
    return map(Answering(knowledge, pretty), items)


class Answering:
    """The pipeline of one process, applied to one item at a time."""

    def __init__(self, knowledge: Knowledge, pretty: bool) -> None:
        self._pipeline = knowledge.pipeline()
        self._pretty = pretty

    def __call__(self, item: InputItem) -> Answer:
        try:
            event = enrich_article(item.article(), self._pipeline, clock=perf_counter)
        except FactwireError as error:
            return False, fault_line(item, error)
        return True, _render(event, pretty=self._pretty)


def fault_line(item: InputItem, error: FactwireError) -> bytes:
    """One bad item as one JSON object: where it stands, what is wrong."""
    fault = {"type": type(error).__name__, "message": str(error)}
    field = getattr(error, "field", None)
    if field:
        fault["field"] = field
    return orjson.dumps({"file": item.origin, "line": item.line, "error": fault})


def _render(event: EnrichedArticle, *, pretty: bool) -> bytes:
    return event.model_dump_json(indent=2 if pretty else None).encode()


def _items(files: Iterable[Path], format: str) -> Iterator[InputItem]:
    for path in files:
        if str(path) == "-":
            yield from read_items(sys.stdin.buffer, "stdin", format)
        else:
            with _opened(path) as stream:
                yield from read_items(stream, str(path), format)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise typer.BadParameter(f"cannot read {path}: {error.strerror}", param_hint="FILE") from error


def _in_processes(items: Iterable[InputItem], workers: int, knowledge: Knowledge, pretty: bool) -> Iterator[Answer]:
    from multiprocessing import get_context

    with get_context("spawn").Pool(workers, _start, (knowledge, pretty)) as pool:
        yield from pool.imap(_work, items, chunksize=16)


_process: Answering
"""What a process of the pool answers with; set once, when it starts."""


def _start(knowledge: Knowledge, pretty: bool) -> None:
    global _process
    _process = Answering(knowledge, pretty)
    settle_memory()


def _work(item: InputItem) -> Answer:
    return _process(item)


def _write(answers: Iterable[Answer]) -> bool:
    all_well = True
    for well, line in answers:
        all_well &= well
        stream = sys.stdout.buffer if well else sys.stderr.buffer
        stream.write(line + b"\n")
    sys.stdout.buffer.flush()
    return all_well
