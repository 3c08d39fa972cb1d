"""Transactional ids: ownership, phases, endings, and what a restart makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from factwire.devstack.broker.journal import Journal
from factwire.devstack.broker.offsets import Committed
from factwire.devstack.broker.protocol import Code, Refused
from factwire.devstack.broker.transactions import Phase, Transaction, Transactions

PLACE = ("t", 0)


class Desk:
    """A coordinator whose endings happen when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.pending: list[Transaction] = []
        self.ended: list[tuple[bool, dict[str, object]]] = []
        self.journal = Journal(folder / "journal.log")
        self.transactions = Transactions(self.journal, self.pending.append)
        self.journal.replay(self.transactions)

    def finish(self) -> None:
        while self.pending:
            txn = self.pending.pop()
            self.ended.append((txn.phase is Phase.COMMITTING, dict(txn.offsets)))
            self.transactions.finished(txn)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def open_transaction(desk: Desk, now: float = 0.0) -> tuple[str, int, int]:
    identity = ("id", *desk.transactions.claim("id", 10))
    desk.transactions.add_partitions(*identity, {PLACE}, now)
    return identity


def refused(code: Code) -> object:
    return pytest.raises(Refused, match=code.name)


def test_each_claim_raises_the_epoch(desk: Desk) -> None:
    first, second = desk.transactions.claim("id", 10), desk.transactions.claim("id", 10)
    assert second == (first[0], first[1] + 1)


def test_ids_have_producers_of_their_own(desk: Desk) -> None:
    assert desk.transactions.claim("a", 10)[0] != desk.transactions.claim("b", 10)[0]


def test_used_up_epochs_bring_a_new_producer(desk: Desk) -> None:
    seen = {desk.transactions.claim("id", 10) for _ in range(32_769)}
    assert len(seen) == 32_769
    assert len({producer for producer, _ in seen}) == 2


def test_claim_over_an_open_transaction_aborts_it_first(desk: Desk) -> None:
    producer_id, epoch = open_transaction(desk)[1:]
    with refused(Code.CONCURRENT_TRANSACTIONS):
        desk.transactions.claim("id", 10)
    with refused(Code.CONCURRENT_TRANSACTIONS):
        desk.transactions.claim("id", 10)
    desk.finish()
    assert desk.ended == [(False, {})]
    claimed = desk.transactions.claim("id", 10)
    assert claimed[0] == producer_id
    assert claimed[1] > epoch


def test_id_is_busy_until_its_markers_are_written(desk: Desk) -> None:
    identity = open_transaction(desk)
    desk.transactions.end(*identity, commit=True)
    with refused(Code.CONCURRENT_TRANSACTIONS):
        desk.transactions.add_partitions(*identity, {PLACE}, 0)
    desk.finish()
    desk.transactions.add_partitions(*identity, {PLACE}, 0)


def test_fenced_producer_can_do_nothing(desk: Desk) -> None:
    stale = ("id", *desk.transactions.claim("id", 10))
    desk.transactions.claim("id", 10)
    for ask in (
        lambda: desk.transactions.add_partitions(*stale, {PLACE}, 0),
        lambda: desk.transactions.add_group(*stale, "g", 0),
        lambda: desk.transactions.end(*stale, commit=True),
        lambda: desk.transactions.check_write(*stale, PLACE),
        lambda: desk.transactions.stage_offsets(*stale, "g", {}),
    ):
        with refused(Code.INVALID_PRODUCER_EPOCH):
            ask()


def test_stranger_is_told_that_the_id_is_not_its_own(desk: Desk) -> None:
    producer_id, epoch = desk.transactions.claim("id", 10)
    with refused(Code.INVALID_PRODUCER_ID_MAPPING):
        desk.transactions.end("id", producer_id + 1, epoch, commit=True)


def test_offsets_end_with_the_transaction(desk: Desk) -> None:
    identity = open_transaction(desk)
    desk.transactions.add_group(*identity, "g", 0)
    desk.transactions.stage_offsets(*identity, "g", {PLACE: Committed(5, "")})
    desk.transactions.end(*identity, commit=True)
    desk.finish()
    assert desk.ended == [(True, {"g": {PLACE: Committed(5, "")}})]


def test_offsets_of_a_group_that_was_not_added_are_refused(desk: Desk) -> None:
    identity = open_transaction(desk)
    with refused(Code.INVALID_TXN_STATE):
        desk.transactions.stage_offsets(*identity, "g", {PLACE: Committed(5, "")})


def test_write_outside_the_transaction_is_refused(desk: Desk) -> None:
    identity = open_transaction(desk)
    desk.transactions.check_write(*identity, PLACE)
    with refused(Code.INVALID_TXN_STATE):
        desk.transactions.check_write(*identity, ("t", 1))


def test_overdue_transaction_is_aborted_and_its_producer_fenced(desk: Desk) -> None:
    identity = open_transaction(desk, now=100)
    desk.transactions.abort_overdue(109)
    assert not desk.pending
    desk.transactions.abort_overdue(111)
    desk.finish()
    assert desk.ended == [(False, {})]
    with refused(Code.INVALID_PRODUCER_EPOCH):
        desk.transactions.end(*identity, commit=True)


@pytest.mark.parametrize("seconds", [0, 901])
def test_impossible_timeout_is_refused(desk: Desk, seconds: float) -> None:
    with refused(Code.INVALID_TRANSACTION_TIMEOUT):
        desk.transactions.claim("id", seconds)


def test_decision_is_carried_out_after_a_kill(desk: Desk, tmp_path: Path) -> None:
    identity = open_transaction(desk)
    desk.transactions.add_group(*identity, "g", 0)
    desk.transactions.stage_offsets(*identity, "g", {PLACE: Committed(5, "m")})
    desk.transactions.end(*identity, commit=True)
    again = Desk(tmp_path)
    again.transactions.resume(0)
    assert [txn.partitions for txn in again.pending] == [{PLACE}]
    again.finish()
    assert again.ended == [(True, {"g": {PLACE: Committed(5, "m")}})]


def test_open_transaction_goes_on_after_a_kill_with_its_full_time(desk: Desk, tmp_path: Path) -> None:
    identity = open_transaction(desk)
    again = Desk(tmp_path)
    again.transactions.resume(1000)
    again.transactions.abort_overdue(1009)
    again.transactions.check_write(*identity, PLACE)
    again.transactions.end(*identity, commit=True)


def test_producer_ids_are_never_given_twice(desk: Desk, tmp_path: Path) -> None:
    given = {desk.transactions.new_producer_id() for _ in range(3)}
    assert Desk(tmp_path).transactions.new_producer_id() not in given
