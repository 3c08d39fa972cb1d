"""The broker itself: TCP in, the handler of each request, and the clockwork that ends sessions and transactions."""

from __future__ import annotations

import asyncio
import fcntl
import logging
from collections.abc import Mapping
from typing import IO, Final, Self

from factwire.devstack.broker import admin_calls, data_calls, group_calls, txn_calls
from factwire.devstack.broker.data_calls import Handler
from factwire.devstack.broker.faults import Fault, refusal
from factwire.devstack.broker.protocol import Call, Fields, ProtocolFault, Refused, decode, encode, read_frame
from factwire.devstack.broker.state import Options, State
from factwire.errors import ConfigurationError, Unavailable

log = logging.getLogger(__name__)

HANDLERS: Final[Mapping[str, Handler]] = {
    "Produce": data_calls.produce,
    "Fetch": data_calls.fetch,
    "ListOffsets": data_calls.list_offsets,
    "DeleteRecords": data_calls.delete_records,
    "Metadata": admin_calls.metadata,
    "ApiVersions": admin_calls.api_versions,
    "CreateTopics": admin_calls.create_topics,
    "DeleteTopics": admin_calls.delete_topics,
    "CreatePartitions": admin_calls.create_partitions,
    "DescribeConfigs": admin_calls.describe_configs,
    "AlterConfigs": admin_calls.alter_configs,
    "FindCoordinator": group_calls.find_coordinator,
    "JoinGroup": group_calls.join_group,
    "SyncGroup": group_calls.sync_group,
    "Heartbeat": group_calls.heartbeat,
    "LeaveGroup": group_calls.leave_group,
    "OffsetCommit": group_calls.offset_commit,
    "OffsetFetch": group_calls.offset_fetch,
    "ListGroups": group_calls.list_groups,
    "DescribeGroups": group_calls.describe_groups,
    "DeleteGroups": group_calls.delete_groups,
    "InitProducerId": txn_calls.init_producer_id,
    "AddPartitionsToTxn": txn_calls.add_partitions,
    "AddOffsetsToTxn": txn_calls.add_offsets,
    "TxnOffsetCommit": txn_calls.txn_offset_commit,
    "EndTxn": txn_calls.end_txn,
}

_TICK: Final = 0.1
_LOCK_PATIENCE: Final = 10.0


class Broker(State):
    """One development broker. ``async with Broker(options) as broker: ... broker.address``."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._lock = (options.data_dir / "lock").open("wb")
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._clockwork: asyncio.Task[None] | None = None

    # -- life

    async def start(self) -> None:
        """Takes up what the folder holds. When it raises (`ConfigurationError`, `Unavailable`) all is closed again."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        await self._lock_folder()
        self.open()
        try:
            self._server = await asyncio.start_server(self._converse, self.host, self.port, limit=1 << 20)
        except OSError as fault:
            raise Unavailable(f"the broker cannot listen on {self.address}: {fault.strerror}") from fault
        self.port = self._server.sockets[0].getsockname()[1]
        self.started = self.now()
        self.transactions.resume(self.started)
        self._clockwork = asyncio.create_task(self._tick())
        log.info(
            "development broker (not for production) listens on %s, data in %s", self.address, self.options.data_dir
        )

    async def _lock_folder(self) -> None:
        """One broker a folder; one that was just told to stop is given a moment."""
        deadline = self.now() + _LOCK_PATIENCE
        while not _is_locked(self._lock):
            if self.now() > deadline:
                raise ConfigurationError(
                    f"another broker uses {self.options.data_dir}; stop it or choose another folder"
                )
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Closes every connection, then the files; an end that is decided is carried out at the next start."""
        if self._server is not None:
            self._server.close()
        tasks = [*self._connections, *([self._clockwork] if self._clockwork else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.close()
        self._lock.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def _tick(self) -> None:
        next_scan = self.now()
        while True:
            await asyncio.sleep(_TICK)
            self.groups.expire(self.now())
            if self.now() >= next_scan:
                self.transactions.abort_overdue(self.now())
                next_scan = self.now() + self.options.abort_scan

    # -- conversation

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._answer_all(reader, writer, str(writer.get_extra_info("peername")[0]))
        except ProtocolFault as fault:
            log.warning("connection closed: %s", fault)
        except ConnectionError as fault:
            log.debug("client gone: %s", fault)
        except OSError:
            log.exception("connection closed: the broker cannot write")
        except asyncio.CancelledError:
            # Only `stop` cancels, and asyncio's streams in 3.11 log a cancelled conversation as an error.
            log.debug("connection closed: the broker stops")
        finally:
            self._connections.discard(task)
            writer.close()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: str) -> None:
        """One request after the other, as Kafka does: the next is not looked at before this one is answered."""
        while (frame := await read_frame(reader)) is not None:
            call = decode(frame, client)
            fault = self.faults.next_for(call)
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.lose == "request":
                return
            answer = await self._answer(call, fault)
            if fault.lose == "response":
                return
            if answer is not None:
                writer.write(encode(call, answer))
                await writer.drain()

    async def _answer(self, call: Call, fault: Fault) -> Fields | None:
        if fault.error is not None and call.api.name != "Metadata":
            return refusal(call, fault.error)
        try:
            answer = await HANDLERS[call.api.name](self, call)
        except Refused as refused:
            log.debug("%s of %s: %s", call.api.name, call.client_id, refused)
            return refusal(call, refused.code)
        return answer if fault.error is None or answer is None else _spoiled(answer, fault.error)


def _spoiled(answer: Fields, code: int) -> Fields:
    """Metadata with ``code`` on every topic: the brokers must stay right, else the client can ask nobody again."""
    return {**answer, "topics": [{**t, "error_code": code, "partitions": []} for t in answer["topics"]]}


def _is_locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
