"""Processes that enrich: a worker killed, hung or unable to start, and the article that does it found."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.records import record

from factwire.enricher.handler import Enrichment
from factwire.enricher.settings import EnricherSettings
from factwire.enricher.workers import Inline, Knowledge, Pool, staff
from factwire.errors import EXIT_USAGE, ConfigurationError, FactwireError, VocabularyFault
from factwire.events.enriched_article import EnrichedArticle
from factwire.extraction.model import Document
from factwire.streaming.dead_letters import to_dead_letter
from factwire.streaming.records import Outcome, Outgoing, Record


class Trickster:
    """Handles records by their value: dies, hangs or echoes."""

    def handle(self, records: Iterable[Record]) -> Outcome:
        return Outcome(tuple(self._one(r) for r in records))

    def _one(self, one: Record) -> Outgoing:
        if one.value == b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        if one.value == b"hang":
            time.sleep(3600)
        if one.value == b"pid":
            return Outgoing("t", one.key, str(os.getpid()).encode())
        return Outgoing("t", one.key, one.value)


@dataclass(frozen=True)
class Tricks(Knowledge):
    def open(self) -> Any:
        return Trickster()


@dataclass(frozen=True)
class Broken(Knowledge):
    def open(self) -> Any:
        raise VocabularyFault("money.toml", 3, "a bad line")


def stumble(document: Document) -> Document:
    if "bug" in document.text:
        raise KeyError("a bug")
    return document


@dataclass(frozen=True)
class Buggy(Knowledge):
    def open(self) -> Any:
        pipeline = self.pipeline()
        return Enrichment(replace(pipeline, stages=(*pipeline.stages, ("stumble", stumble))))


def own_tables(folder: Path, organizations: str) -> Path:
    (folder / "organizations.tsv").write_text(organizations, "utf-8")
    return folder


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(Tricks(), size=1, chunk=8, within=2.0)
    await pool.start()
    yield pool
    await pool.close()


def numbered(*values: bytes) -> list[Record]:
    return [record(value, key=str(n).encode(), offset=n) for n, value in enumerate(values)]


async def test_order_is_kept_over_chunks(pool: Pool) -> None:
    records = numbered(*[b"x"] * 20)
    outcome = await pool.handle(records)
    assert [out.key for out in outcome.outputs] == [r.key for r in records]


async def test_the_article_that_kills_its_worker_is_found_and_the_rest_goes_on(pool: Pool) -> None:
    outcome = await pool.handle(numbered(b"a", b"b", b"die", b"c"))
    assert [out.value for out in outcome.outputs] == [b"a", b"b", b"c"]
    [letter] = outcome.dead_letters
    assert (letter.record.value, letter.reason.stage) == (b"die", "enrich")
    assert "died" in letter.reason.message


async def test_the_article_that_hangs_is_found(pool: Pool) -> None:
    outcome = await pool.handle(numbered(b"hang", b"a"))
    assert [out.value for out in outcome.outputs] == [b"a"]
    assert "did not answer within 2 s" in outcome.dead_letters[0].reason.message


async def test_a_worker_that_is_stopped_with_more_to_read_than_a_pipe_holds_is_replaced(pool: Pool) -> None:
    [first] = (await pool.handle(numbered(b"pid"))).outputs
    os.kill(int(first.value or b"0"), signal.SIGSTOP)
    records = numbered(*[b"x" * 200_000] * 8)
    async with asyncio.timeout(30):
        outcome = await pool.handle(records)
    assert [out.key for out in outcome.outputs] == [r.key for r in records]


async def test_the_service_counts_as_alive_while_the_article_that_hangs_is_looked_for() -> None:
    seen: list[float] = []
    pool = Pool(Tricks(), size=1, chunk=8, within=0.5, progress=lambda: seen.append(time.monotonic()))
    await pool.start()
    began = time.monotonic()
    await pool.handle(numbered(b"a", b"hang", b"b", b"c"))
    await pool.close()
    halvings = 3
    assert len(seen) >= halvings + 1
    assert all(began < at < time.monotonic() for at in seen)


async def test_a_worker_killed_by_chance_costs_no_article(pool: Pool) -> None:
    [first] = (await pool.handle(numbered(b"pid"))).outputs
    os.kill(int(first.value or b"0"), signal.SIGKILL)
    outcome = await pool.handle(numbered(b"pid"))
    assert outcome.dead_letters == ()
    assert outcome.outputs[0].value != first.value


async def test_the_loop_turns_while_a_worker_works(pool: Pool) -> None:
    work = asyncio.create_task(pool.handle(numbered(b"hang")))
    turns = 0
    while not work.done():
        await asyncio.sleep(0.05)
        turns += 1
    assert turns > 20


async def test_a_worker_that_cannot_start_stops_the_service_with_the_reason() -> None:
    pool = Pool(Broken(), size=1, chunk=1, within=1)
    with pytest.raises(ConfigurationError, match=r"money\.toml:3: a bad line"):
        await pool.start()
    await pool.close()


async def test_workers_end_when_their_service_is_gone(pool: Pool) -> None:
    [worker] = pool._all
    worker._pipe.close()
    await asyncio.to_thread(worker.process.join, 20)
    assert worker.process.exitcode == 0
    pool._all.clear()


async def test_a_bug_of_the_core_crosses_processes_with_its_place() -> None:
    pool = Pool(Buggy(), size=1, chunk=8, within=60)
    await pool.start()
    outcome = await pool.handle([record({"article_id": "a-1", "body": text}) for text in ("bug", "Acme sold 5 buses.")])
    await pool.close()
    [letter] = outcome.dead_letters
    assert len(outcome.outputs) == 1
    sent = dict(to_dead_letter(letter).headers)
    assert sent["__connect.errors.stage"] == b"extraction"
    assert b"KeyError: 'a bug' (stumble, line" in (sent["__connect.errors.exception.message"] or b"")
    assert "in stumble" in letter.reason.traceback


async def test_an_entity_of_ones_own_reaches_the_event_through_a_worker(tmp_path: Path) -> None:
    table = "id\tsubtype\tname\taliases\nown:zorbl\tcompany\tZorbl Ferries\tZorbl\n"
    settings = EnricherSettings(kafka_bootstrap_servers="unused:9092", kb_overlay=own_tables(tmp_path, table))
    pool = Pool(Knowledge.of(settings), size=1, chunk=2, within=60)
    await pool.start()
    [output] = (await pool.handle([record({"article_id": "a-1", "body": "Zorbl Ferries sold 5 boats."})])).outputs
    await pool.close()
    event = EnrichedArticle.model_validate_json(output.value or b"")
    assert "own:zorbl" in [entity.entity_id for entity in event.entities]
    assert event.enrichment.kb_version != Knowledge().pipeline().kb_version


@pytest.mark.parametrize("workers", [0, 1])
async def test_a_bad_row_of_ones_own_stops_the_start_and_is_named(tmp_path: Path, workers: int) -> None:
    settings = EnricherSettings(
        kafka_bootstrap_servers="unused:9092", kb_overlay=own_tables(tmp_path, "id\tname\n148\tChina\n")
    )
    workforce = staff(Knowledge.of(settings), workers=workers, chunk=2, within=60)
    with pytest.raises(FactwireError, match=r"organizations\.tsv:2: '148' is no id") as refused:
        await workforce.start()
    assert refused.value.exit_code == EXIT_USAGE
    await workforce.close()


async def test_no_workers_means_this_process() -> None:
    inline = staff(Tricks(), workers=0, chunk=1, within=1)
    assert isinstance(inline, Inline)
    await inline.start()
    [out] = (await inline.handle(numbered(b"pid"))).outputs
    assert out.value == str(os.getpid()).encode()
    await inline.close()


async def test_the_real_pipeline_crosses_processes() -> None:
    pool = Pool(Knowledge(), size=1, chunk=2, within=60)
    await pool.start()
    outcome = await pool.handle([record({"article_id": "a-1", "body": "Acme sold 5 drones."}), record(b"{")])
    await pool.close()
    assert (len(outcome.outputs), len(outcome.dead_letters)) == (1, 1)


def test_detector_that_is_not_there_refuses_to_start(tmp_path: Path) -> None:
    settings = EnricherSettings(kafka_bootstrap_servers="unused:9092", detector=f"spacy:{tmp_path / 'nowhere'}")
    with pytest.raises(ConfigurationError, match="there is no folder"):
        Knowledge.of(settings).pipeline()
