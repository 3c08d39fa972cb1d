"""Transactional ids: who owns each, what its transaction has touched, and how it ends.

    EMPTY -> ONGOING -> COMMITTING | ABORTING -> EMPTY

As in Kafka the answer to EndTxn comes when the decision is in the journal; the markers follow a moment later, and
until they are written the id is busy (CONCURRENT_TRANSACTIONS). Whoever lost the id to a newer instance, or to the
timeout, is told INVALID_PRODUCER_EPOCH: that is what Kafka 4.1 says to clients of the first protocol version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from factwire.devstack.broker.journal import Entry, Journal
from factwire.devstack.broker.offsets import Committed, Partition, read_offsets, write_offsets
from factwire.devstack.broker.protocol import Code, Refused

LONGEST_TIMEOUT: Final = 900.0
"""Seconds; Kafka's `transaction.max.timeout.ms`."""

_LAST_EPOCH: Final = 32766


class Phase(Enum):
    EMPTY = "empty"
    ONGOING = "ongoing"
    COMMITTING = "committing"
    ABORTING = "aborting"


ENDING: Final = (Phase.COMMITTING, Phase.ABORTING)


@dataclass(slots=True)
class Transaction:
    """One transactional id. ``timeout`` and ``started`` in seconds; ``last_commit``: how the last one ended."""

    transactional_id: str
    producer_id: int
    epoch: int
    timeout: float
    phase: Phase = Phase.EMPTY
    last_commit: bool | None = None
    started: float = 0.0
    partitions: set[Partition] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    offsets: dict[str, dict[Partition, Committed]] = field(default_factory=dict)


Finish = Callable[[Transaction], None]
"""Writes the markers and commits the offsets of a transaction whose end is decided; safe to repeat."""


class Transactions:
    """All transactional ids, kept in ``journal``. ``finish_later`` is called once an end is decided."""

    name = "transactions"

    def __init__(self, journal: Journal, finish_later: Finish) -> None:
        self._journal = journal
        self._finish_later = finish_later
        self._known: dict[str, Transaction] = {}
        self._next_producer_id = 0

    # -- durability

    def restore(self, entry: Entry) -> None:
        if "next" in entry:
            self._next_producer_id = max(self._next_producer_id, entry["next"])
        else:
            self._known[entry["id"]] = _read(entry)

    def snapshot(self) -> Iterable[Entry]:
        yield {"of": self.name, "next": self._next_producer_id}
        yield from (_entry(txn) for txn in self._known.values())

    def resume(self, now: float) -> None:
        """After a restart: ends what was decided, gives the rest its full time again."""
        for txn in self._known.values():
            txn.started = now
            if txn.phase in ENDING:
                self._finish_later(txn)

    def _keep(self, txn: Transaction) -> None:
        self._journal.append(_entry(txn))

    # -- who owns an id

    def new_producer_id(self) -> int:
        self._next_producer_id += 1
        self._journal.append({"of": self.name, "next": self._next_producer_id})
        return self._next_producer_id

    def claim(self, transactional_id: str, timeout: float) -> tuple[int, int]:
        """(producer id, epoch) for a new instance; the one before it is fenced and its transaction aborted first."""
        if not 0 < timeout <= LONGEST_TIMEOUT:
            raise Refused(Code.INVALID_TRANSACTION_TIMEOUT, f"{timeout} s")
        txn = self._known.get(transactional_id)
        if txn is None:
            txn = self._known[transactional_id] = Transaction(transactional_id, self.new_producer_id(), -1, timeout)
        _refuse_busy(txn)
        if txn.phase is Phase.ONGOING:
            self._fence(txn)
            raise Refused(Code.CONCURRENT_TRANSACTIONS, "its predecessor's transaction is being aborted")
        self._next_epoch(txn)
        txn.timeout = timeout
        self._keep(txn)
        return txn.producer_id, txn.epoch

    def _next_epoch(self, txn: Transaction) -> None:
        if txn.epoch >= _LAST_EPOCH:
            txn.producer_id, txn.epoch = self.new_producer_id(), -1
        txn.epoch += 1
        txn.last_commit = None

    def _fence(self, txn: Transaction) -> None:
        txn.epoch += 1
        self._decide(txn, commit=False)

    def _owned(self, transactional_id: str, producer_id: int, epoch: int) -> Transaction:
        txn = self._known.get(transactional_id)
        if txn is None or txn.producer_id != producer_id:
            raise Refused(Code.INVALID_PRODUCER_ID_MAPPING, transactional_id)
        if txn.epoch != epoch:
            raise Refused(Code.INVALID_PRODUCER_EPOCH, f"{transactional_id}: epoch {epoch}, now {txn.epoch}")
        return txn

    # -- what a transaction touches

    def add_partitions(self, txn_id: str, producer_id: int, epoch: int, partitions: set[Partition], now: float) -> None:
        txn = self._begun(txn_id, producer_id, epoch, now)
        if not partitions <= txn.partitions:
            txn.partitions |= partitions
            self._keep(txn)

    def add_group(self, txn_id: str, producer_id: int, epoch: int, group: str, now: float) -> None:
        txn = self._begun(txn_id, producer_id, epoch, now)
        if group not in txn.groups:
            txn.groups.add(group)
            self._keep(txn)

    def _begun(self, txn_id: str, producer_id: int, epoch: int, now: float) -> Transaction:
        txn = self._owned(txn_id, producer_id, epoch)
        _refuse_busy(txn)
        if txn.phase is Phase.EMPTY:
            txn.phase, txn.started = Phase.ONGOING, now
        return txn

    def stage_offsets(
        self, txn_id: str, producer_id: int, epoch: int, group: str, offsets: Mapping[Partition, Committed]
    ) -> None:
        """Keeps offsets to be committed with the transaction."""
        txn = self._owned(txn_id, producer_id, epoch)
        if txn.phase is not Phase.ONGOING or group not in txn.groups:
            raise Refused(Code.INVALID_TXN_STATE, f"{group} is not in the transaction of {txn_id}")
        txn.offsets.setdefault(group, {}).update(offsets)
        self._keep(txn)

    def check_write(self, txn_id: str, producer_id: int, epoch: int, partition: Partition) -> None:
        """Refuses a transactional batch for a partition that was not added, or of somebody who is fenced."""
        txn = self._owned(txn_id, producer_id, epoch)
        if txn.phase is not Phase.ONGOING or partition not in txn.partitions:
            raise Refused(Code.INVALID_TXN_STATE, f"{partition} is not in the transaction of {txn_id}")

    # -- how it ends

    def end(self, txn_id: str, producer_id: int, epoch: int, *, commit: bool) -> None:
        """Decides; a repeat of the decision that was carried out is fine."""
        txn = self._owned(txn_id, producer_id, epoch)
        _refuse_busy(txn)
        if txn.phase is Phase.ONGOING:
            self._decide(txn, commit=commit)
        elif txn.last_commit is not commit:
            raise Refused(Code.INVALID_TXN_STATE, f"{txn_id} has no transaction to end")

    def _decide(self, txn: Transaction, *, commit: bool) -> None:
        txn.phase = Phase.COMMITTING if commit else Phase.ABORTING
        self._keep(txn)
        self._finish_later(txn)

    def finished(self, txn: Transaction) -> None:
        """The markers are written and the offsets committed."""
        txn.last_commit = txn.phase is Phase.COMMITTING
        txn.phase = Phase.EMPTY
        txn.partitions, txn.groups, txn.offsets = set(), set(), {}
        self._keep(txn)

    def abort_overdue(self, now: float) -> None:
        """Aborts transactions older than their timeout and fences their producers."""
        for txn in self._known.values():
            if txn.phase is Phase.ONGOING and now > txn.started + txn.timeout:
                self._fence(txn)


def _refuse_busy(txn: Transaction) -> None:
    if txn.phase in ENDING:
        raise Refused(Code.CONCURRENT_TRANSACTIONS, txn.transactional_id)


def _entry(txn: Transaction) -> Entry:
    return {
        "of": Transactions.name,
        "id": txn.transactional_id,
        "producer": txn.producer_id,
        "epoch": txn.epoch,
        "timeout": txn.timeout,
        "phase": txn.phase.value,
        "last_commit": txn.last_commit,
        "partitions": sorted(txn.partitions),
        "groups": sorted(txn.groups),
        "offsets": {group: write_offsets(offsets) for group, offsets in txn.offsets.items()},
    }


def _read(entry: Entry) -> Transaction:
    return Transaction(
        entry["id"],
        entry["producer"],
        entry["epoch"],
        entry["timeout"],
        Phase(entry["phase"]),
        entry["last_commit"],
        partitions={(topic, partition) for topic, partition in entry["partitions"]},
        groups=set(entry["groups"]),
        offsets={group: read_offsets(rows) for group, rows in entry["offsets"].items()},
    )
