"""The raw topic, with the spool before it: straight to the broker while it answers, else to the disk, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from factwire.errors import InvalidRecord, TransientError, Unavailable
from factwire.events.topics import RAW
from factwire.gateway.handler import Kept
from factwire.gateway.spool import Spool, SpoolFull
from factwire.runtime.logs import get_logger
from factwire.runtime.metrics import SPOOL_AGE, SPOOL_BYTES
from factwire.runtime.retry import backoff
from factwire.streaming.producer import TopicProducer
from factwire.streaming.provision import check_topics
from factwire.streaming.records import Outgoing
from factwire.streaming.settings import KafkaSettings

DRAINED_RECORDS: Final = 1000
DRAINED_BYTES: Final = 4 * 1024 * 1024
log = get_logger(__name__)


class Topic(Protocol):
    """A topic that may be away."""

    async def append(self, records: Sequence[Outgoing]) -> None: ...

    async def check(self) -> None: ...

    async def close(self) -> None: ...


class RawTopic:
    """The raw topic behind one producer, which is given up after any doubt and made anew by the next check."""

    def __init__(self, settings: KafkaSettings, patience: float = 10.0) -> None:
        self._settings = settings
        self._patience = patience
        self._producer: TopicProducer | None = None
        self._away: str | None = "the broker has not answered yet"

    async def append(self, records: Sequence[Outgoing]) -> None:
        """Raises :class:`Unavailable` unless every record was acknowledged; known to be away, without trying."""
        producer = self._producer
        if producer is None or self._away:
            raise Unavailable(self._away or "the connection to the broker is being made anew")
        try:
            async with asyncio.timeout(self._patience):
                outcomes = await producer.send_all(records)
        except TimeoutError:
            outcomes = [TransientError(f"not within {self._patience:g} s")] * len(records)
        faults = [fault for fault in outcomes if fault is not None]
        if transient := next((fault for fault in faults if isinstance(fault, TransientError)), None):
            self._away = f"{len(faults)} of {len(records)} records were not acknowledged: {transient}"
            await self._give_up(producer)
            raise Unavailable(self._away)
        if faults:
            raise faults[0]

    async def check(self) -> None:
        """Raises :class:`TransientError` while the broker or the topic is away."""
        try:
            await check_topics(self._settings, [RAW])
            if self._producer is None:
                producer = TopicProducer(self._settings)
                await producer.start()
                self._producer = producer
        except TransientError as fault:
            self._away = str(fault)
            raise
        self._away = None

    async def close(self) -> None:
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None

    async def _give_up(self, producer: TopicProducer) -> None:
        if self._producer is producer:
            self._producer = None
            await producer.stop()


class SpooledTopic:
    """A topic with a spool before it. While anything waits there, what comes goes behind it: one order per article.

    ``now`` tells seconds since 1970. A drain that is killed between the broker's word and its own note sends records
    again, under the ``ce_id`` they had: the revision merge in the sink makes one of them.
    """

    def __init__(self, topic: Topic, spool: Spool, now: Callable[[], float]) -> None:
        self._topic = topic
        self._spool = spool
        self._now = now
        self._disk = asyncio.Lock()
        self._arrived = asyncio.Event()
        if spool.waiting:
            self._arrived.set()

    async def append(self, records: Sequence[Outgoing]) -> Kept:
        """Where they are now. Raises :class:`Unavailable` if they are nowhere."""
        reason = "records that came before wait for the broker"
        if not self._spool.waiting:
            try:
                await self._topic.append(records)
            except Unavailable as fault:
                reason = str(fault)
            else:
                return "log"
        await self._keep(records, reason)
        return "spool"

    async def check(self) -> str | None:
        """What to say of a broker that is away while the spool takes its place; raises once the spool is full."""
        self._measure()
        try:
            await self._topic.check()
        except TransientError as fault:
            if self._spool.bytes >= self._spool.max_bytes:
                raise
            return f"away ({fault}); {self._spool.waiting} records wait on this disk, {self._spool.bytes} bytes"
        return f"{self._spool.waiting} records of the spool are being sent" if self._spool.waiting else None

    async def drain(self, pause: float = 0.5) -> None:
        """Sends what waits, oldest first, for ever; where the broker is away it tries again after ``pause`` seconds,
        and less and less often where the disk fails: what cannot be noted there is sent again.
        """
        pauses = backoff(pause)
        while True:
            await self._arrived.wait()
            try:
                await self.drain_once()
            except Unavailable:
                await asyncio.sleep(pause)
            except OSError as fault:
                log.error("spool: the disk fails, it is tried again", reason=str(fault))
                await asyncio.sleep(next(pauses))
            else:
                pauses = backoff(pause)

    async def drain_once(self) -> None:
        """Sends the oldest records. Raises :class:`Unavailable` while the broker is away."""
        async with self._disk:
            batch = await asyncio.to_thread(self._spool.head, DRAINED_RECORDS, DRAINED_BYTES)
        if batch:
            await self._send([spooled.record for spooled in batch])
        async with self._disk:
            if batch:
                await asyncio.to_thread(self._spool.done, batch)
            if not self._spool.waiting:
                self._arrived.clear()
        self._measure()

    async def close(self) -> None:
        await self._topic.close()
        self._spool.close()

    async def _keep(self, records: Sequence[Outgoing], reason: str) -> None:
        async with self._disk:
            try:
                await asyncio.to_thread(self._spool.append, records, self._now())
            except SpoolFull as fault:
                raise Unavailable(f"{reason}; {fault}") from fault
        self._arrived.set()
        self._measure()

    async def _send(self, records: Sequence[Outgoing]) -> None:
        try:
            await self._topic.append(records)
        except InvalidRecord:
            for record in records:
                await self._send_or_set_aside(record)

    async def _send_or_set_aside(self, record: Outgoing) -> None:
        """A record that the broker will never take must not hold up those behind it, nor vanish."""
        try:
            await self._topic.append([record])
        except InvalidRecord as fault:
            path = await asyncio.to_thread(self._spool.set_aside, record, self._now())
            log.critical("spool: the broker refuses a record; it is set aside", file=str(path), reason=str(fault))

    def _measure(self) -> None:
        SPOOL_BYTES.set(self._spool.bytes)
        since = self._spool.oldest
        SPOOL_AGE.set(0.0 if since is None else max(0.0, self._now() - since))
