"""A FastStream batch subscriber that cannot lose records: manual acknowledgement, raw records, no swallowed fault.

FastStream's defaults commit before the handler runs, start at the latest offset, decode headers before any of our code
and swallow what a handler raises. Here nothing is acknowledged through FastStream at all: whoever handles a batch
commits it elsewhere (a Kafka transaction, a database), and any fault that leaves the handler ends the service.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import ConsumerStoppedError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from factwire.errors import FactwireError, TransientError
from factwire.events.topics import MAX_MESSAGE_BYTES
from factwire.runtime import metrics
from factwire.runtime.health import Health
from factwire.runtime.logs import get_logger
from factwire.streaming.assignment import Assignment, Owner
from factwire.streaming.group_offsets import guard_offset_fetch
from factwire.streaming.lag import Lag
from factwire.streaming.records import Batch, Partition, Record, by_partition
from factwire.streaming.settings import ConsumerSettings

Deliver: TypeAlias = Callable[[list[Batch]], Awaitable[None]]
log = get_logger(__name__)
BATCH_TIMEOUT_MS = 20
WATCH_INTERVAL = 5.0
STOP_DEADLINE = 10.0
UNANSWERED = (KafkaError, ConsumerStoppedError, TransientError, TimeoutError, OSError, AssertionError)
"""What asking for the log's end may meet while a broker is away; asserts: aiokafka's, of a closed connection."""
MAX_POLL_INTERVAL_MS = 900_000
"""A batch with several articles that hang takes minutes; were its partition taken away, the next one would hang too."""


class Subscription:
    """One topic, one group: :meth:`run` until asked to stop or until a fault that must not pass."""

    def __init__(
        self, settings: ConsumerSettings, *, topic: str, group: str, service: str, owner: Owner[Any], health: Health
    ) -> None:
        guard_offset_fetch()
        self._settings = settings
        self._topic = topic
        self._service = service
        self._health = health
        self._lag = Lag(service)
        metrics.count_from_zero(service, topic)
        self._fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._broker = open_broker(settings)
        self.assignment: Assignment[Any] = Assignment(service, owner, lambda: self.consumer, health, self.fail)
        self._subscriber = self._broker.subscriber(
            topic,
            batch=True,
            group_id=group,
            ack_policy=AckPolicy.MANUAL,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            max_records=settings.max_records,
            batch_timeout_ms=BATCH_TIMEOUT_MS,
            max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
            session_timeout_ms=int(settings.session_timeout * 1000),
            max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
            heartbeat_interval_ms=int(settings.session_timeout * 250),
            listener=self.assignment,
            parser=_leave_raw,
            decoder=_raw_records,
        )

    @property
    def consumer(self) -> AIOKafkaConsumer:
        consumer = self._subscriber.consumer
        if consumer is None:
            raise TransientError("the consumer is not running")
        return consumer

    def fail(self, fault: BaseException) -> None:
        """Ends the service with ``fault``; the first one counts."""
        if not self._fault.done():
            self._fault.set_exception(fault)

    async def run(self, deliver: Deliver, stop: asyncio.Event) -> None:
        """Delivers admitted batches, one call for each fetch, until ``stop``; then drains. Raises what went wrong."""
        self._subscriber(self._guarded(deliver))
        await self._start()
        watching = asyncio.create_task(self._watch(), name="watch")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        ends: list[asyncio.Future[Any]] = [stopping, self._fault]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            watching.cancel()
            stopping.cancel()
            await self._stop()
        if self._fault.done():
            self._fault.result()

    def _guarded(self, deliver: Deliver) -> Callable[[Any], Awaitable[None]]:
        async def consume(message: Any) -> None:
            if self._fault.done():
                return
            try:
                async with self.assignment.lock:
                    batches = [b for b in by_partition(map(to_record, message)) if await self.assignment.admits(b)]
                    if batches:
                        self._lag.taken_up(batches)
                        await deliver(batches)
                        self._lag.dealt_with(batches, self.assignment.expected)
            except Exception as fault:  # noqa: BLE001 - FastStream would swallow it and go on past the failure
                self.fail(fault)

        return consume

    async def _start(self) -> None:
        try:
            await self._broker.start()
        except (KafkaError, OSError) as fault:
            await self._stop()
            raise TransientError(f"Kafka at {self._settings.kafka_bootstrap_servers}: {fault}") from fault
        self._tick_where_the_loop_polls()

    def _tick_where_the_loop_polls(self) -> None:
        consumer, poll = self.consumer, self.consumer.getmany

        async def getmany(*partitions: Any, **options: Any) -> Any:
            self._health.tick()
            try:
                return await poll(*partitions, **options)
            except (KafkaError, ConsumerStoppedError, asyncio.CancelledError):
                raise
            except Exception as fault:
                self.fail(FactwireError(f"reading {self._topic} failed and would fail for ever: {fault!r}"))
                raise

        consumer.getmany = getmany
        self._health.tick()

    async def _stop(self) -> None:
        """Waits for the batch in hand; a broker that is gone cannot hold the end up."""
        with suppress(TimeoutError, asyncio.CancelledError, KafkaError):
            async with asyncio.timeout(self._settings.drain_timeout + STOP_DEADLINE):
                await self._broker.stop()
        await self.assignment.close()

    async def _watch(self) -> None:
        """Readiness follows the broker, and the lag gauges follow the log's end."""
        while True:
            await asyncio.sleep(WATCH_INTERVAL)
            try:
                async with asyncio.timeout(WATCH_INTERVAL):
                    await self._measure_lag()
            except UNANSWERED as fault:
                self._health.fails("broker", f"Kafka does not answer: {fault!r}")
            except Exception as fault:  # of ours: it would end the watch, and leave the service looking ready
                log.error("lag not measured", topic=self._topic, exc_info=fault)
                self._health.fails("broker", f"the lag cannot be measured: {fault!r}")
            else:
                self._health.holds("broker")

    async def _measure_lag(self) -> None:
        await self._lag.measure(self.consumer, self.assignment.held)
        if not self.assignment.held:
            await self.consumer.topics()


def open_broker(settings: ConsumerSettings) -> KafkaBroker:
    """FastStream's broker, for consuming only: it makes no topics and no producer. Opens nothing yet."""
    return KafkaBroker(
        settings.kafka_bootstrap_servers.split(","),
        security=_security(settings),
        client_id="factwire",
        consumer_only=True,
        allow_auto_create_topics=False,
        apply_types=False,
        graceful_timeout=settings.drain_timeout,
        logger=None,
        request_timeout_ms=30_000,
    )


def to_record(raw: ConsumerRecord[bytes, bytes]) -> Record:
    headers = tuple((name, value) for name, value in raw.headers)
    return Record(Partition(raw.topic, raw.partition), raw.offset, raw.key, raw.value, headers, raw.timestamp)


async def _leave_raw(message: tuple[ConsumerRecord[bytes, bytes], ...]) -> KafkaMessage:
    """In place of FastStream's parser, which fails a whole batch on one header that is null or not UTF-8."""
    return KafkaMessage(body=b"", raw_message=message, consumer=None)  # type: ignore[arg-type]  # no consumer, and a tuple


async def _raw_records(message: KafkaMessage) -> Any:
    return message.raw_message


def _security(settings: ConsumerSettings) -> BaseSecurity | None:
    options = settings.client()
    tls = options.get("ssl_context")
    if settings.kafka_security_password is None:
        return BaseSecurity(ssl_context=tls, use_ssl=tls is not None)
    kinds = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
    return kinds[settings.kafka_security_mechanism](
        username=settings.kafka_security_username or "",
        password=settings.kafka_security_password.get_secret_value(),
        ssl_context=tls,
        use_ssl=tls is not None,
    )
