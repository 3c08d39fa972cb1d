"""What the broker holds and what its handlers ask of it: topics, groups, offsets, transactions and their ends."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from factwire.devstack.broker.faults import Fault, Faults
from factwire.devstack.broker.groups import Groups
from factwire.devstack.broker.journal import Journal
from factwire.devstack.broker.log import PartitionLog
from factwire.devstack.broker.offsets import Offsets
from factwire.devstack.broker.protocol import Code, Refused
from factwire.devstack.broker.topics import Topics
from factwire.devstack.broker.transactions import Phase, Transaction, Transactions


@dataclass(frozen=True, slots=True)
class Options:
    """``port`` 0: any free one. All times in seconds.

    ``marker_delay``: from the answer to EndTxn to its markers. ``abort_scan``: how often overdue transactions are
    looked for (Kafka: 10). ``initial_delay``: how long the first member of a group waits for others (Kafka: 3).
    ``loading``: after the start the coordinators answer that they load. ``warm_up``: after the start partitions have
    no leader. ``shortest_session``: Kafka's `group.min.session.timeout.ms`.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 0
    marker_delay: float = 0.002
    abort_scan: float = 1.0
    initial_delay: float = 0.0
    loading: float = 0.0
    warm_up: float = 0.0
    shortest_session: float = 6.0
    faults: tuple[Fault, ...] = ()


class State:
    """Everything but the conversation with clients."""

    node_id: Final = 1

    def __init__(self, options: Options) -> None:
        self.options = options
        self.host, self.port = options.host, options.port
        self.faults = Faults(options.faults)
        self.groups = Groups(initial_delay=options.initial_delay, shortest_session=options.shortest_session)
        self.started = self.now()
        options.data_dir.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(options.data_dir / "journal.log")
        self.topics = Topics(options.data_dir / "logs", self.journal)
        self.offsets = Offsets(self.journal)
        self.transactions = Transactions(self.journal, self._finish_later)
        self.cluster_id = str(uuid.uuid5(uuid.NAMESPACE_OID, str(options.data_dir.resolve())))[:22]
        self._finishing: dict[str, asyncio.TimerHandle] = {}

    @property
    def address(self) -> str:
        """`host:port`, what clients call the bootstrap server."""
        return f"{self.host}:{self.port}"

    def now(self) -> float:
        return time.monotonic()

    def open(self) -> None:
        """Takes up what the folder holds."""
        self.journal.replay(self.topics, self.offsets, self.transactions)
        self.topics.open()

    def close(self) -> None:
        """Closes the files; an end of a transaction that is decided is carried out at the next start."""
        for timer in self._finishing.values():
            timer.cancel()
        self.topics.close()
        self.journal.close()

    # -- what handlers ask

    @property
    def is_warming_up(self) -> bool:
        return self.now() < self.started + self.options.warm_up

    def check_coordinator(self) -> None:
        """Refuses while the coordinators pretend to load, as Kafka's do after a restart."""
        if self.now() < self.started + self.options.loading:
            raise Refused(Code.COORDINATOR_LOAD_IN_PROGRESS)

    def log(self, topic: str, partition: int) -> PartitionLog:
        if self.is_warming_up:
            raise Refused(Code.UNKNOWN_TOPIC_OR_PARTITION, "no leader yet")
        return self.topics.log(topic, partition)

    def settings(self) -> Mapping[str, str]:
        """What DescribeConfigs tells of the broker."""
        return {
            "auto.create.topics.enable": "false",
            "default.replication.factor": "1",
            "group.initial.rebalance.delay.ms": str(round(self.options.initial_delay * 1000)),
            "group.min.session.timeout.ms": str(round(self.options.shortest_session * 1000)),
            "message.max.bytes": "1048588",
            "num.partitions": "1",
            "offsets.retention.minutes": "10080",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.replication.factor": "1",
        }

    # -- the end of transactions

    def _finish_later(self, txn: Transaction) -> None:
        later = asyncio.get_running_loop().call_later(self.options.marker_delay, self._finish, txn)
        self._finishing[txn.transactional_id] = later

    def _finish(self, txn: Transaction) -> None:
        """Markers first, then offsets, then the journal: each can be repeated if the process dies in between."""
        del self._finishing[txn.transactional_id]
        commit = txn.phase is Phase.COMMITTING
        for partition in sorted(txn.partitions):
            self._write_marker(txn, *partition, commit=commit)
        if commit:
            for group, offsets in txn.offsets.items():
                self.offsets.commit(group, offsets)
        self.transactions.finished(txn)

    def _write_marker(self, txn: Transaction, topic: str, partition: int, *, commit: bool) -> None:
        if not self.topics.has(topic, partition):
            return
        log = self.topics.log(topic, partition)
        if log.producers.has_open(txn.producer_id):
            log.append_marker(txn.producer_id, txn.epoch, commit=commit, timestamp=round(time.time() * 1000))
