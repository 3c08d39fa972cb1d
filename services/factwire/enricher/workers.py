"""Where enrichment runs: in processes of its own, so that heartbeats, transactions and health never wait for it.

Only records cross, which are bytes. A worker that dies or hangs is replaced; its chunk is halved until the article that
does it stands alone, and that one becomes a dead letter. When the service is killed, its workers read the end of their
pipe and end too.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from factwire.enricher.knowledge import Knowledge
from factwire.errors import ConfigurationError, FactwireError
from factwire.runtime import metrics
from factwire.runtime.logs import get_logger
from factwire.runtime.memory import settle_memory
from factwire.streaming.records import DeadLetter, Outcome, Reason, Record

R = TypeVar("R")
Progress: TypeAlias = Callable[[], None]
START_DEADLINE: Final = 120.0
STRIKES: Final = 2
"""Workers an article must have cost, alone at the end, before it is the culprit: a worker can be killed by chance."""
log = get_logger(__name__)


def _unseen() -> None:
    """For whoever does not follow the progress."""


class Workforce(Protocol):
    """Whoever enriches."""

    async def start(self) -> None: ...

    async def handle(self, records: Sequence[Record]) -> Outcome: ...

    async def close(self) -> None: ...


class Inline:
    """In this process, giving the loop a turn after each few articles."""

    def __init__(self, knowledge: Knowledge, chunk: int = 4, progress: Progress = _unseen) -> None:
        self._knowledge = knowledge
        self._chunk = chunk
        self._progress = progress

    async def start(self) -> None:
        self._enrichment = self._knowledge.open()

    async def handle(self, records: Sequence[Record]) -> Outcome:
        outcomes = []
        for chunk in _chunks(records, self._chunk):
            outcomes.append(self._enrichment.handle(chunk))
            self._progress()
            await asyncio.sleep(0)
        return _merge(outcomes)

    async def close(self) -> None:
        return


class WorkerLost(Exception):
    """The process ended or did not answer in time."""


class Worker:
    """One spawned process and the pipe to it. Its methods block: call them from a thread.

    ``within``: seconds it has to take its records, and again to answer.
    """

    def __init__(self, knowledge: Knowledge, within: float) -> None:
        self._within = within
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        _bound_sending(self._pipe, within)
        self.process = context.Process(target=_serve, args=(theirs, knowledge), name="enrichment", daemon=True)
        self.process.start()
        theirs.close()

    def wait_ready(self) -> None:
        """Raises :class:`ConfigurationError` with what kept it from starting."""
        try:
            fault = self._receive(START_DEADLINE)
        except WorkerLost as lost:
            self.kill()
            raise ConfigurationError(f"an enrichment worker could not start: {lost}") from lost
        if fault is not None:
            raise ConfigurationError(str(fault))

    def handle(self, records: Sequence[Record]) -> Outcome:
        """Raises :class:`WorkerLost`; the worker is then of no more use."""
        try:
            self._pipe.send(list(records))
            outcome = self._receive(self._within)
        except BlockingIOError as fault:
            raise WorkerLost(f"did not take its records within {self._within:g} s") from fault
        except OSError as fault:
            raise WorkerLost("died") from fault
        assert isinstance(outcome, Outcome)
        return outcome

    def kill(self) -> None:
        self.process.kill()
        self.process.join(5)
        self._pipe.close()

    def _receive(self, within: float) -> object:
        if not self._pipe.poll(within):
            raise WorkerLost(f"did not answer within {within:g} s")
        try:
            received: object = self._pipe.recv()
        except (EOFError, OSError) as fault:
            raise WorkerLost("died") from fault
        return received


class Pool:
    """``size`` workers, each with one chunk at a time.

    ``progress`` is called whenever a worker has answered or is known to be lost: to find the one article that hangs
    takes ``within`` seconds for each halving, in which the service is alive though its consumer does not poll.
    """

    def __init__(
        self, knowledge: Knowledge, *, size: int, chunk: int, within: float, progress: Progress = _unseen
    ) -> None:
        self._knowledge = knowledge
        self._size = size
        self._chunk = chunk
        self._within = within
        self._progress = progress
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._all: set[Worker] = set()
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="worker")

    async def start(self) -> None:
        """Raises :class:`ConfigurationError` if a worker cannot load what it needs."""
        await asyncio.gather(*(self._hire() for _ in range(self._size)))

    async def handle(self, records: Sequence[Record]) -> Outcome:
        """Every record ends as an output or a dead letter, in order, whatever becomes of the workers."""
        return _merge(await asyncio.gather(*(self._work(chunk, 0) for chunk in _chunks(records, self._chunk))))

    async def close(self) -> None:
        for worker in self._all:
            worker.kill()
        self._all.clear()
        self._threads.shutdown(wait=False)

    async def _work(self, records: Sequence[Record], strikes: int) -> Outcome:
        worker = await self._idle.get()
        try:
            outcome = await self._in_thread(worker.handle, records)
        except WorkerLost as lost:
            self._progress()
            await self._replace(worker, str(lost))
            return await self._halve(records, strikes + 1, str(lost))
        self._progress()
        self._idle.put_nowait(worker)
        return outcome

    async def _halve(self, records: Sequence[Record], strikes: int, how: str) -> Outcome:
        if len(records) > 1:
            middle = len(records) // 2
            return _merge([await self._work(records[:middle], strikes), await self._work(records[middle:], strikes)])
        if strikes < STRIKES:
            return await self._work(records, strikes)
        reason = Reason("enrich", "factwire.enricher.workers.WorkerLost", f"the worker {how} on this article, twice")
        return Outcome(dead_letters=(DeadLetter(records[0], reason),))

    async def _replace(self, worker: Worker, how: str) -> None:
        log.error("enrichment worker lost", how=how, pid=worker.process.pid)
        metrics.WORKER_RESTARTS.labels("died" if how == "died" else "hung").inc()
        await self._in_thread(worker.kill)
        self._all.discard(worker)
        await self._hire()

    async def _hire(self) -> None:
        worker = await self._in_thread(Worker, self._knowledge, self._within)
        self._all.add(worker)
        await self._in_thread(worker.wait_ready)
        self._idle.put_nowait(worker)

    async def _in_thread(self, call: Callable[..., R], *arguments: Any) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)


def staff(knowledge: Knowledge, *, workers: int, chunk: int, within: float, progress: Progress = _unseen) -> Workforce:
    """Whoever the settings ask for: 0 workers is this process itself."""
    if not workers:
        return Inline(knowledge, progress=progress)
    return Pool(knowledge, size=workers, chunk=chunk, within=within, progress=progress)


def _serve(pipe: Connection, knowledge: Knowledge) -> None:
    """The worker's life: load, say so, answer until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        enrichment = knowledge.open()
    except FactwireError as fault:
        pipe.send(str(fault))
        return
    settle_memory()
    pipe.send(None)
    while True:
        try:
            pipe.send(enrichment.handle(pipe.recv()))
        except (EOFError, OSError):
            return


def _bound_sending(pipe: Connection, seconds: float) -> None:
    """A process that is stopped reads nothing, and a full pipe would hold the thread that writes to it for ever."""
    limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
    with socket.socket(fileno=os.dup(pipe.fileno())) as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def _chunks(records: Sequence[Record], size: int) -> list[Sequence[Record]]:
    return [records[start : start + size] for start in range(0, len(records), size)]


def _merge(outcomes: Sequence[Outcome]) -> Outcome:
    tally: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        tally.update(outcome.tally)
    return Outcome(
        tuple(out for outcome in outcomes for out in outcome.outputs),
        tuple(letter for outcome in outcomes for letter in outcome.dead_letters),
        tally,
        tuple(one for outcome in outcomes for one in outcome.seen),
    )
